"""How far ahead a date may lie that somebody asks for."""

from datetime import timedelta

from chassis.process import Parts
from ideas.domain.limits import Latest

EVENING = timedelta(hours=7)  # from the end of a working day to that of the day itself


def latest(parts: Parts, days: int) -> Latest:
    """Return the last day that may be named now, so many days ahead."""
    day = parts.calendar.local_date(parts.clock.now()) + timedelta(days)
    return Latest(day, parts.calendar.end_of(day) + EVENING)
