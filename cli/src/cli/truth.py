"""The numbers of ideas, recomputed from the log alone, as docs/kpis.md defines them.

Plain and slow on purpose: it knows nothing of how metrics folds, keeps or asks for facts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from contracts.ideas import IdeaReopened, PilotConcluded

_MICROSECOND, _DAY = timedelta(microseconds=1), 86_400_000_000
_OUT = frozenset({"declined", "withdrawn", "merged", "realised", "stopped"})
_AFTER = {
    "IdeaSubmitted": "submitted", "IdeaTakenUnderReview": "under_review",
    "IdeaAccepted": "accepted", "IdeaDeclined": "declined", "IdeaParked": "parked",
    "IdeaRevived": "submitted", "IdeaWithdrawn": "withdrawn", "IdeaMerged": "merged",
    "PilotStarted": "in_pilot", "IdeaRealised": "realised",
}  # fmt: skip
_JUDGED = {"IdeaAccepted": True, "IdeaDeclined": False}
_STATES = (
    "submitted", "under_review", "accepted", "declined", "parked", "withdrawn", "merged",
    "in_pilot", "realised", "stopped",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A number as metrics tells it: rounded once, to six decimals."""

    value: float | None
    n: int
    beside: dict[str, float | None]


@dataclass
class Idea:
    """What the log tells of one idea up to the moment of judging."""

    steps: list[Any]

    def first(self, *names: str) -> Any | None:
        return next((step for step in self.steps if type(step).__name__ in names), None)

    def when(self, *names: str) -> datetime | None:
        found = self.first(*names)
        return found.at if found else None

    @property
    def born(self) -> datetime:
        found = self.when("IdeaSubmitted")
        if found is None:
            raise ValueError("an idea begins with IdeaSubmitted")
        return found

    @property
    def stands(self) -> tuple[str, datetime]:
        """The state, and since when."""
        reached = [(state, step.at) for step in self.steps if (state := _state(step))]
        return reached[-1]

    @property
    def is_out(self) -> bool:
        return self.stands[0] in _OUT

    @property
    def verdicts(self) -> list[bool]:
        return [_JUDGED[name] for s in self.steps if (name := type(s).__name__) in _JUDGED]


@dataclass(frozen=True)
class Question:
    """A period [since, until), judged at an instant."""

    since: datetime
    until: datetime
    at: datetime

    def has(self, moment: datetime | None) -> bool:
        return moment is not None and self.since <= moment < self.until


def ideas_before(events: Iterable[Any], moment: datetime) -> list[Idea]:
    """Return the ideas that were born before a moment, with all steps up to it in order."""
    lives: dict[Any, list[Any]] = defaultdict(list)
    for event in events:
        if event.at < moment:
            lives[event.idea].append(event)
    ideas = [Idea(sorted(steps, key=lambda step: step.at)) for steps in lives.values()]
    return [idea for idea in ideas if idea.when("IdeaSubmitted")]


def recompute(kpi: str, events: Sequence[Any], asked: Question) -> Told:
    """Return what a number should be. `events` are those of ideas, in the order of the log."""
    # How things stand is asked as of the end of the period; all else as of the judging.
    moment = min(asked.until, asked.at) if kpi in _STANDING else asked.at
    return NUMBERS[kpi](ideas_before(events, moment), asked)


def _state(step: Any) -> str | None:
    if isinstance(step, IdeaReopened):
        return step.to
    if isinstance(step, PilotConcluded):
        return "stopped" if step.outcome == "stopped" else "in_pilot"
    return _AFTER.get(type(step).__name__)


def _days(length: timedelta) -> Fraction:
    return Fraction(length // _MICROSECOND, _DAY)


def _rounded(value: Fraction | None) -> float | None:
    return None if value is None else float(round(value, 6))


def _median(lengths: Iterable[Fraction]) -> Fraction | None:
    ordered = sorted(lengths)
    if not ordered:
        return None
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _submitted(ideas: list[Idea], asked: Question) -> Told:
    number = sum(asked.has(idea.born) for idea in ideas)
    return Told(number, number, {})


def _by_state(ideas: list[Idea], _: Question) -> Told:
    counted = Counter(idea.stands[0] for idea in ideas)
    return Told(len(ideas), len(ideas), {state: counted[state] for state in _STATES})


def _realised(ideas: list[Idea], asked: Question) -> Told:
    cohort = [idea for idea in ideas if asked.has(idea.born)]
    return _share([idea.when("IdeaRealised") is not None for idea in cohort], {})


def _accepted(ideas: list[Idea], asked: Question) -> Told:
    judged = [idea for idea in ideas if asked.has(idea.when(*_JUDGED))]
    revised = sum(len(set(idea.verdicts)) > 1 for idea in judged)
    return _share([idea.verdicts[0] for idea in judged], {"revised": revised})


def _share(yes: list[bool], beside: dict[str, float | None]) -> Told:
    return Told(_rounded(Fraction(sum(yes), len(yes))) if yes else None, len(yes), beside)


def _taken(*names: str) -> Callable[[list[Idea], Question], Told]:
    def told(ideas: list[Idea], asked: Question) -> Told:
        ends = [(idea.born, end) for idea in ideas if asked.has(end := idea.when(*names))]
        taken = sorted(_days(end - born) for born, end in ends if end)
        p90 = taken[-(-len(taken) * 90 // 100) - 1] if taken else None
        return Told(_rounded(_median(taken)), len(taken), {"p90": _rounded(p90)})

    return told


def _to_pilot(ideas: list[Idea], asked: Question) -> Told:
    cohort = [idea for idea in ideas if asked.has(idea.born)]
    waits: list[tuple[Fraction, bool]] = []
    for idea in cohort:
        pilot = idea.when("PilotStarted")
        end = pilot or (idea.stands[1] if idea.is_out else asked.at)
        waits.append((_days(end - idea.born), pilot is not None))
    pilots = sum(happened for _, happened in waits)
    exits = sum(idea.is_out and idea.when("PilotStarted") is None for idea in cohort)
    beside = {
        "p85": _rounded(_reached(waits, Fraction(15, 100))), "pilots": pilots, "exits": exits,
        "open": len(cohort) - pilots - exits,
    }  # fmt: skip
    return Told(_rounded(_reached(waits, Fraction(1, 2))), len(cohort), beside)


def _reached(waits: list[tuple[Fraction, bool]], left: Fraction) -> Fraction | None:
    """Return when so few still wait (Kaplan and Meier, 1958)."""
    share = Fraction(1)
    for moment in sorted({length for length, happened in waits if happened}):
        here = sum(length >= moment for length, _ in waits)
        ends = sum(happened and length == moment for length, happened in waits)
        share *= Fraction(here - ends, here)
        if share <= left:
            return moment
    return None


def _through(ideas: list[Idea], asked: Question) -> Told:
    pilots = sum(asked.has(idea.when("PilotStarted")) for idea in ideas)
    realised = sum(asked.has(idea.when("IdeaRealised")) for idea in ideas)
    return Told(pilots, pilots, {"first_pilots": pilots, "first_realisations": realised})


def _under_way(ideas: list[Idea], _: Question) -> Told:
    number = sum(not idea.is_out for idea in ideas)
    return Told(number, number, {})


def _age(ideas: list[Idea], asked: Question) -> Told:
    end = min(asked.until, asked.at)
    ages = [_days(end - idea.born) for idea in ideas if not idea.is_out]
    return Told(_rounded(_median(ages)), len(ages), {})


NUMBERS: dict[str, Callable[[list[Idea], Question], Told]] = {
    "ideas_submitted": _submitted, "ideas_by_state": _by_state, "realisation_a": _realised,
    "realisation_b": _accepted, "processing_time_a": _taken(*_JUDGED),
    "processing_time_b": _taken("IdeaRealised"), "lead_time_to_pilot": _to_pilot,
    "throughput": _through, "wip": _under_way, "age": _age,
}  # fmt: skip
"""The numbers that the log of ideas alone is enough for."""

_STANDING = frozenset({"ideas_by_state", "wip", "age"})
