"""What notifications keeps besides events: loops, the directory, contacts, and the notices."""
