"""What an edition is made of: the numbers of one family, in all groups, before any is hidden.

The numbers of a family rest on the same persons, so they are hidden together.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from metrics.domain.disclosure import WHOLE
from metrics.domain.numbers import Number
from metrics.domain.series import Span

Key = tuple[str, str]
"""The cut and the group; both are empty for the organisation."""

ALL: Key = (WHOLE, WHOLE)

OF_WHOLE = frozenset({"representation"})
"""The numbers whose groups tell of how many persons the organisation is: all or none is told."""


class Draft(Struct, frozen=True, kw_only=True):
    """One number of a span in each group, with how many persons (and who) stand behind it.

    `basis` are the days whose facts it rests on. `adds_up`: a longer span is the sum of shorter
    ones, so one that is hidden hides those that contain it; `parts` are the numbers of those, where
    it was made of them. `alone`: its persons are no secret (the directory), so only their number
    counts, not what it differs by from other spans. `of_persons`: its numerator counts persons.
    """

    kpi: str
    basis: Span
    numbers: Mapping[Key, Number]
    persons: Mapping[Key, int]
    feature: str = ""
    members: Mapping[Key, frozenset[bytes]] = {}
    adds_up: bool = False
    parts: Mapping[Span, Number] = {}
    alone: bool = False
    of_persons: bool = False


def is_month(span: Span) -> bool:
    """Tell whether groups are told of a span: only of a calendar month."""
    after = (span.since.replace(day=1) + timedelta(days=32)).replace(day=1)
    return span.since.day == 1 and span.until == after


def months_of(span: Span) -> list[str]:
    """Return the calendar months of a span, as reports name them; none of a week."""
    if span.since.day != 1 or span.until.day != 1:
        return []
    found, day = [], span.since
    while day < span.until:
        found.append(f"{day:%Y-%m}")
        day = _next(day)
    return found


def _next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
