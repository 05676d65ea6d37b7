"""What Kiem is measured against, each a process; foreign ones have their own lock."""
