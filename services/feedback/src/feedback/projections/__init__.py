"""What feedback keeps to read: the queue of reviews, and the directory's part for routing."""
