"""How a command ends when it cannot do what was asked."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes: 2 is the usage error of every command line."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INCOMPLETE = 3


class Failure(Exception):
    """A sentence for the person at the keyboard: what is wrong, where, and what to do."""

    def __init__(self, message: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.code = code
