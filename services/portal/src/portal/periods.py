"""Periods that a reader may choose for numbers, and what each is called."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from portal.dates import Days

_YEAR, _QUARTER = 12, 3
_WEEK = 7
_CLOSED_AFTER = 7  # days; the month before may still wait for its last numbers until then
_WRITTEN = re.compile(r"(\d{4})(?:-(Q[1-4]|0[1-9]|1[0-2]))?")
YEAR_SO_FAR = ""


@dataclass(frozen=True)
class Period:
    """A half-open period of whole months; `name` is how a page asks for it."""

    name: str
    first: date
    until: date

    @property
    def months(self) -> int:
        return _count(self.until) - _count(self.first)


def chosen_period(name: str, today: date) -> Period:
    """Return the period of that name; the last twelve months where nobody knows it."""
    found = _WRITTEN.fullmatch(name)
    if found is None or not 1900 < int(found[1]) < 2200:  # noqa: PLR2004 - years that dates can say
        last = _count(today)
        return Period(YEAR_SO_FAR, month(last - _YEAR + 1), month(last + 1))
    begin, part = int(found[1]) * _YEAR, found[2]
    if part is None:
        return Period(name, month(begin), month(begin + _YEAR))
    if part.startswith("Q"):
        first = begin + (int(part[1]) - 1) * _QUARTER
        return Period(name, month(first), month(first + _QUARTER))
    return Period(name, month(begin + int(part) - 1), month(begin + int(part)))


def offered(days: Days) -> list[tuple[str, str]]:
    """Return what may be chosen beside the last twelve months: its name, and its words."""
    now = _count(days.today)
    months = [month(now - n) for n in range(6)]
    quarters = [month(now - now % _QUARTER - n * _QUARTER) for n in range(5)]
    found = [(f"{m:%Y-%m}", days.month(m)) for m in months]
    for first in quarters:
        which = (first.month - 1) // _QUARTER + 1
        found.append((f"{first.year}-Q{which}", f"{_Q[days.language]}{which} {first.year}"))
    return [*found, *((str(days.today.year - n), str(days.today.year - n)) for n in range(3))]


_Q = {"nl": "kwartaal ", "en": "quarter "}


def last_months(today: date, count: int, *, closed: bool) -> list[tuple[date, date]]:
    """Return whole months, the oldest first; the running one only where it may be asked for."""
    last = _count(today)
    if closed:
        last -= 1 if today.day > _CLOSED_AFTER else 2
    return [(month(each), month(each + 1)) for each in range(last - count + 1, last + 1)]


def last_weeks(today: date, count: int) -> list[tuple[date, date]]:
    """Return ISO weeks that are closed, the oldest first: the last one may still wait."""
    ended = today - timedelta(days=today.weekday() + _WEEK)
    ends = [ended - timedelta(days=_WEEK * n) for n in range(count)]
    return [(end - timedelta(days=_WEEK), end) for end in reversed(ends)]


def month(count: int) -> date:
    """Return the first day of a month that is told as a count."""
    return date(count // _YEAR, count % _YEAR + 1, 1)


def _count(day: date) -> int:
    return day.year * _YEAR + day.month - 1
