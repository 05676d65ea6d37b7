"""What a file is read as, line by line, and what is said where it cannot be."""

Numbered = tuple[int, bytes]


class Unreadable(Exception):
    """The file, or its name, cannot be used; the message says why, without the file's name."""
