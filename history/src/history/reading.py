"""Reads a whole history with a mapping; what is true of it before any service is asked."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from history.assembly import Assembled, assemble
from history.mapping.model import History, Moments
from history.translation import Tally, Translator
from history.trouble import Numbered


class ReadHistory(Struct, frozen=True):
    """A history that was read and translated."""

    lines: int
    whole: Assembled
    tally: Tally


def read_history(
    lines: Iterable[Numbered], meaning: History, moments: Moments, now: datetime | None = None
) -> ReadHistory:
    """Read lines; every one of them is placed, unplaced or ignored.

    `now` is when a line is no past yet; without it the services judge that, by their own time.
    """
    translator = Translator(meaning, moments, now)
    whole = assemble(translator.read(number, line) for number, line in lines)
    return ReadHistory(len(whole.standing), whole, translator.tally)
