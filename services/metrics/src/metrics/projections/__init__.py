"""What metrics keeps of what it heard, and how that is read."""
