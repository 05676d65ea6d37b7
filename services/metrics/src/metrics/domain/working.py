"""Time that falls on working days: how long people had to answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from metrics.domain.numbers import days
from metrics.domain.periods import start_of

ONE = timedelta(days=1)


class WorkingTime:
    """Counts the time on working days, each of them whole: 24 hours."""

    def __init__(self, is_working_day: Callable[[date], bool], zone: ZoneInfo) -> None:
        self._works, self._zone = cache(is_working_day), zone

    def between(self, start: datetime, end: datetime) -> Fraction:
        """Return the working time between two moments, in days."""
        first, last = (moment.astimezone(self._zone).date() for moment in (start, end))
        whole = sum(self._works(first + ONE * n) for n in range((last - first).days))
        begun = self._into(start, first) if self._works(first) else Fraction(0)
        more = self._into(end, last) if self._works(last) else Fraction(0)
        return whole - begun + more

    def _into(self, moment: datetime, day: date) -> Fraction:
        return min(days(moment - start_of(day, self._zone)), Fraction(1))


def weekday(day: date) -> bool:
    """Tell whether a day is from Monday to Friday: the calendar where no other is given."""
    return day.weekday() < 5  # noqa: PLR2004 - Saturday
