"""Local days, and the instants between which facts count."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

KEPT_MONTHS = 16
"""How long rows of persons are kept after their day."""

CLOSES_AFTER = 3
"""The working days that a month stays open for late facts."""


class Window(Struct, frozen=True, kw_only=True):
    """A half-open period, the instant of judging, and the end of what is known.

    `since` None: from the first fact on. `until` never lies after `at`.
    `known` None: whatever is recorded.
    """

    until: datetime
    at: datetime
    since: datetime | None = None
    known: datetime | None = None

    @property
    def ahead(self) -> bool:
        """Whether the period begins only after the instant of judging: nothing is known of it."""
        return self.since is not None and self.since >= self.until

    def holds(self, moment: datetime) -> bool:
        return moment < self.until and (self.since is None or self.since <= moment)

    def counts(self, occurred_at: datetime, recorded_at: datetime) -> bool:
        """Whether a fact counts at all, whatever the period is."""
        return occurred_at < self.at and (self.known is None or recorded_at < self.known)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a local day is over."""
    return start_of(day + timedelta(days=1), zone)


def window(
    zone: ZoneInfo, now: datetime, *, since: date | None = None, until: date | None = None,
    at: date | None = None, known: date | None = None,
) -> Window:  # fmt: skip
    """Return what local dates mean: `[since, until)`, judged at the end of a day."""
    judged = at or known
    moment = now if judged is None else end_of(judged, zone)
    return Window(
        since=None if since is None else start_of(since, zone),
        until=moment if until is None else min(moment, start_of(until, zone)),
        at=moment,
        known=None if known is None else end_of(known, zone),
    )


def next_month(first: date) -> date:
    """Return the first day of the month that follows."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def kept_from(today: date) -> date:
    """Return the first day whose rows of persons are still kept."""
    months = today.year * 12 + today.month - 1 - KEPT_MONTHS
    first = date(months // 12, months % 12 + 1, 1)
    last = next_month(first) - timedelta(days=1)
    # The day after the one that is 16 months ago; a short month has no later days.
    return first.replace(day=min(today.day, last.day)) + timedelta(days=1)


def closed_on(until: date, is_working_day: Callable[[date], bool]) -> date:
    """Return the first day on which a period that ended with `until` (exclusive) is closed."""
    day, left = until, CLOSES_AFTER
    while left:
        left -= is_working_day(day)
        day += timedelta(days=1)
    return day
