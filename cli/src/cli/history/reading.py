"""Reads a whole history with a mapping; what is true of it before any service is asked."""

from datetime import datetime
from pathlib import Path

from msgspec import Struct

from cli.failures import Exit, Failure
from cli.files import numbered
from cli.history.assembly import Assembled, assemble
from cli.history.translation import Tally, Translator
from cli.mapping.document import WrongMapping
from cli.mapping.model import Mapping
from cli.mapping.reading import read_mapping


class ReadHistory(Struct, frozen=True):
    """A history that was read and translated."""

    lines: int
    whole: Assembled
    tally: Tally


def checked_mapping(path: Path) -> Mapping:
    """Read a mapping; a wrong one is a usage error that says all that is wrong."""
    try:
        return read_mapping(path)
    except WrongMapping as wrong:
        said = "\n".join(f"  {fault}" for fault in wrong.faults)
        raise Failure(f"The mapping cannot be used:\n{said}", Exit.USAGE) from None


def read_history(path: Path, mapping: Mapping, now: datetime | None = None) -> ReadHistory:
    """Read a file; every line of it is placed, unplaced or ignored.

    `now` is when a line is no past yet; without it the services judge that, by their own time.
    """
    if mapping.history is None:
        raise Failure(f"{mapping.file} has no table [history]", Exit.USAGE)
    translator = Translator(mapping.history, mapping.moments, now)
    whole = assemble(translator.read(number, line) for number, line in numbered(path))
    return ReadHistory(len(whole.standing), whole, translator.tally)
