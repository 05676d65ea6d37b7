"""Ids of what is imported: the same for everybody who reads the same history."""

from uuid import UUID, uuid5

from contracts.vocabulary import IdeaId

_IDEAS = UUID("5b0b9a5e-57d7-4a7e-8f39-0f6a6f2f9a10")
_LINES = UUID("8a0c1c52-0b7e-4a53-9d0b-6f7c0a0d3f11")


def imported_idea(source: str, key: str) -> IdeaId:
    """Return the id of the idea that a history (`source`) knows by `key`."""
    return IdeaId(uuid5(_IDEAS, f"{source}\0{key}"))


def imported_line(source: str, line: int, step: str = "") -> UUID:
    """Return the command id of a line of a history: the same line is carried out once."""
    return uuid5(_LINES, f"{source}\0{line}\0{step}")
