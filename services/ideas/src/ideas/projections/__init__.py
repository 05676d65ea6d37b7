"""What ideas keeps to read: the list, the leads of people, and imported lines."""
