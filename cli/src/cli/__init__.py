"""The kiem command: import, look, follow, repair."""
