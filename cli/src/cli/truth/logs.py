"""What the logs tell up to a moment, and the small sums that many numbers need."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache, cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.ideas import IdeaEvent, IdeaReopened, PilotConcluded

_MICROSECOND, _DAY = timedelta(microseconds=1), 86_400_000_000
_OUT = frozenset({"declined", "withdrawn", "merged", "realised", "stopped"})
_AFTER = {
    "IdeaSubmitted": "submitted", "IdeaTakenUnderReview": "under_review",
    "IdeaAccepted": "accepted", "IdeaDeclined": "declined", "IdeaParked": "parked",
    "IdeaRevived": "submitted", "IdeaWithdrawn": "withdrawn", "IdeaMerged": "merged",
    "PilotStarted": "in_pilot", "IdeaRealised": "realised",
}  # fmt: skip
JUDGED = {"IdeaAccepted": True, "IdeaDeclined": False}
Wait = tuple[Fraction, bool]
"""How many days, and whether what was waited for then happened."""


@dataclass(frozen=True)
class Told:
    """A number as metrics tells it: rounded once, to six decimals."""

    value: float | None
    n: int
    beside: dict[str, float | None]


class Working:
    """Which days the house works, and where its days begin.

    Many spans of time are counted over few days, so each day is asked for once.
    """

    def __init__(self, zone: ZoneInfo, works: Callable[[date], bool]) -> None:
        self._zone, self._works = zone, cache(works)

    def between(self, start: datetime, end: datetime) -> Fraction:
        """Return the time from start to end that falls on working days, in days of 24 hours."""
        spent = timedelta()
        day = start.astimezone(self._zone).date()
        while (begins := _midnight(day, self._zone)) < end:
            day += timedelta(days=1)
            if self._works(day - timedelta(days=1)):
                spent += min(end, _midnight(day, self._zone)) - max(start, begins)
        return days(spent)


@cache
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # In UTC: two moments of one zone would be subtracted as their clocks show them.
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def weekdays(zone: ZoneInfo) -> Working:
    """Return the calendar of a house without public holidays."""
    return Working(zone, lambda day: day.isoweekday() < 6)  # noqa: PLR2004 - Saturday


@dataclass(frozen=True)
class Question:
    """A period [since, until), judged at an instant."""

    since: datetime
    until: datetime
    at: datetime
    working: Working = field(default_factory=lambda: weekdays(ZoneInfo("Europe/Amsterdam")))

    def has(self, moment: datetime | None) -> bool:
        return moment is not None and self.since <= moment < min(self.until, self.at)


@dataclass
class Idea:
    """What the log tells of one idea up to the moment of judging."""

    steps: list[Any]

    @cached_property
    def _firsts(self) -> dict[str, Any]:
        """The first step of each kind, in the order in which they were taken."""
        found: dict[str, Any] = {}
        for step in self.steps:
            found.setdefault(type(step).__name__, step)
        return found

    def first(self, *names: str) -> Any | None:
        return next((step for name, step in self._firsts.items() if name in names), None)

    def when(self, *names: str) -> datetime | None:
        found = self.first(*names)
        return found.at if found else None

    @cached_property
    def birth(self) -> Any:
        found = self.first("IdeaSubmitted")
        if found is None:
            raise ValueError("an idea begins with IdeaSubmitted")
        return found

    @property
    def born(self) -> datetime:
        found: datetime = self.birth.at
        return found

    @cached_property
    def stands(self) -> tuple[str, datetime]:
        """The state, and since when."""
        reached = [(state, step.at) for step in self.steps if (state := _state(step))]
        return reached[-1]

    @property
    def is_out(self) -> bool:
        return self.stands[0] in _OUT

    @property
    def left(self) -> datetime | None:
        """When it was withdrawn or merged, if it is."""
        state, since = self.stands
        return since if state in {"withdrawn", "merged"} else None

    @property
    def verdicts(self) -> list[bool]:
        return [JUDGED[name] for s in self.steps if (name := type(s).__name__) in JUDGED]


class Log:
    """All events of the logs, each log in its own order."""

    def __init__(self, events: Iterable[Any]) -> None:
        self._events = list(events)
        self._ideas: dict[datetime, list[Idea]] = {}
        self._found: dict[tuple[datetime, Any], list[Any]] = {}
        self._about: dict[tuple[datetime, Any, str], dict[UUID, list[Any]]] = {}

    def ideas(self, moment: datetime) -> list[Idea]:
        """Return the ideas that were born before a moment, with all steps up to it in order."""
        if moment not in self._ideas:
            lives: dict[Any, list[Any]] = defaultdict(list)
            for event in self.of(moment, IdeaEvent):
                lives[event.idea].append(event)
            ideas = [Idea(sorted(steps, key=lambda step: step.at)) for steps in lives.values()]
            self._ideas[moment] = [idea for idea in ideas if idea.when("IdeaSubmitted")]
        return self._ideas[moment]

    def of(self, moment: datetime, kinds: Any) -> list[Any]:
        """Return the events of some kinds that happened before a moment, as they were told."""
        found = self._found.get((moment, kinds))
        if found is None:
            found = [e for e in self._events if isinstance(e, kinds) and e.at < moment]
            self._found[moment, kinds] = found
        return found

    def about(self, moment: datetime, kinds: Any, subject: str) -> Mapping[UUID, list[Any]]:
        """Return these events by what they are about, each list as it was told."""
        found = self._about.get((moment, kinds, subject))
        if found is None:
            found = self._about[moment, kinds, subject] = defaultdict(list)
            for event in self.of(moment, kinds):
                found[getattr(event, subject)].append(event)
        return found


def _state(step: Any) -> str | None:
    if isinstance(step, IdeaReopened):
        return step.to
    if isinstance(step, PilotConcluded):
        return "stopped" if step.outcome == "stopped" else "in_pilot"
    return _AFTER.get(type(step).__name__)


def in_time(events: Iterable[Any]) -> list[Any]:
    """Return events in the order in which they happened; equal moments go as they were told."""
    return sorted(events, key=lambda event: event.at)


def days(length: timedelta) -> Fraction:
    return Fraction(length // _MICROSECOND, _DAY)


def rounded(value: Fraction | None) -> float | None:
    return None if value is None else float(round(value, 6))


def median(lengths: Iterable[Fraction]) -> Fraction | None:
    ordered = sorted(lengths)
    if not ordered:
        return None
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def share(yes: Sequence[bool], beside: dict[str, float | None]) -> Told:
    return Told(rounded(Fraction(sum(yes), len(yes))) if yes else None, len(yes), beside)


def reached(waits: Sequence[Wait], left: Fraction) -> float | None:
    """Return when so few still wait (Kaplan and Meier, 1958)."""
    still = Fraction(1)
    for moment in sorted({length for length, happened in waits if happened}):
        here = sum(length >= moment for length, _ in waits)
        ends = sum(happened and length == moment for length, happened in waits)
        still *= Fraction(here - ends, here)
        if still <= left:
            return rounded(moment)
    return None


HALF, P85, P90 = Fraction(1, 2), Fraction(15, 100), Fraction(1, 10)
"""Which part still waits at the median and at the two percentiles."""
