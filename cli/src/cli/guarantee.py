"""The feedback guarantee, recomputed from the logs alone: which idea fell silent, and since when.

It knows nothing of the services' tables: it reads what `ideas` and `notifications` told, in the
order in which they told it. The rules are those of `silent_ideas` (docs/kpis.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from contracts.catalog import DECLARED
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevived,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotStarted,
)
from contracts.notifications import (
    Escalated,
    NoticeDelivered,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
)
from contracts.vocabulary import Event, Promised

TAKEN_OVER = timedelta(minutes=1)  # until notifications has made a promise its own
SAID_SO = timedelta(hours=1)  # until a broken promise is said openly
DELIVERED = timedelta(hours=24)  # until the news of an outcome has arrived
_ENDS = (IdeaDeclined, IdeaWithdrawn, IdeaMerged, IdeaRealised)
_OPENS = (
    IdeaSubmitted, IdeaTakenUnderReview, IdeaAccepted, IdeaParked, IdeaRevived, IdeaReopened,
    PilotStarted,
)  # fmt: skip
_TOLD = {IdeaDeclined: "decision", IdeaMerged: "merged", PilotConcluded: "pilot_concluded"}


class Entry(Struct, frozen=True):
    """An event in a log: what was told, when it happened, and when it was recorded."""

    event: Event
    at: datetime
    recorded_at: datetime


class Silent(Struct, frozen=True):
    """An idea that fell silent."""

    idea: UUID
    since: datetime
    why: str


class Verdict(Struct, frozen=True):
    """What the logs say of all ideas: how many there are, how many are open, which are silent."""

    at: datetime
    ideas: int
    open: int
    broken: int
    silent: list[Silent]


@dataclass
class _Life:
    """All that the logs tell of one idea."""

    steps: list[Entry] = field(default_factory=list)
    loop: list[Entry] = field(default_factory=list)
    delivered: list[Entry] = field(default_factory=list)


def entry(item: Mapping[str, Any]) -> Entry | None:
    """Read an item of `/v1/log`; None for an event that these contracts do not know."""
    kind = DECLARED.get(item["type"])
    if kind is None:
        return None
    event = msgspec.convert(item["data"], kind.event)
    recorded = msgspec.convert(item["recorded_at"], datetime)
    return Entry(event, event.at, recorded)


def judge(
    ideas: Iterable[Entry], loops: Iterable[Entry], at: datetime, waiting: Iterable[UUID] = ()
) -> Verdict:
    """Judge every idea at a moment; `waiting` are those whose news waits behind a dead letter."""
    lives: dict[UUID, _Life] = {}
    for told in ideas:
        if isinstance(told.event, (*_OPENS, *_ENDS, Promised)) and hasattr(told.event, "idea"):
            lives.setdefault(told.event.idea, _Life()).steps.append(told)
    broken = 0
    for told in loops:
        event = told.event
        if isinstance(event, PromiseMade | PromiseKept | PromiseBroken | Escalated):
            lives.setdefault(event.idea, _Life()).loop.append(told)
            broken += isinstance(event, PromiseBroken)
        elif isinstance(event, NoticeDelivered) and event.idea in lives:
            lives[event.idea].delivered.append(told)
    held = set(waiting)
    born = {idea: life for idea, life in lives.items() if life.steps}
    silent = [found for idea, life in born.items() if (found := _silent(idea, life, at, held))]
    still = sum(_is_open(life) for life in born.values())
    return Verdict(at, len(born), still, broken, sorted(silent, key=lambda s: (s.since, s.idea)))


def _ordered(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda told: told.at)  # stable: equal moments go as they were told


def _is_open(life: _Life) -> bool:
    last = _turning(life)
    ends = isinstance(last.event, _ENDS)
    stopped = isinstance(last.event, PilotConcluded) and last.event.outcome == "stopped"
    return not (ends or stopped)


def _turning(life: _Life) -> Entry:
    """Return the last step that opened or ended the idea."""
    turns = [
        t for t in _ordered(life.steps) if isinstance(t.event, (*_OPENS, *_ENDS, PilotConcluded))
    ]
    return turns[-1] if turns else _ordered(life.steps)[-1]


def _silent(idea: UUID, life: _Life, at: datetime, held: set[UUID]) -> Silent | None:
    last = _ordered(life.steps)[-1]
    if idea in held:
        return Silent(idea, last.recorded_at, "its news waits behind a dead letter")
    if not _is_open(life):
        return _untold(idea, life, at)
    promises = [t for t in _ordered(life.steps) if _promise(t.event) is not None]
    if not promises:
        return Silent(idea, last.recorded_at, "nobody is accountable for it")
    current = promises[-1]
    made = [t for t in life.loop if _same(t.event, current.event)]
    if not made:
        late = at - current.recorded_at > TAKEN_OVER
        why = "its promise was never taken over by notifications"
        return Silent(idea, current.recorded_at, why) if late else None
    return _overdue(idea, life, at)


def _promise(event: Event) -> tuple[str, datetime] | None:
    if isinstance(event, Promised) and event.accountable and event.due:
        return event.accountable, event.due
    return None


def _same(made: Event, promised: Event) -> bool:
    return isinstance(made, PromiseMade) and (made.accountable, made.due) == _promise(promised)


def _overdue(idea: UUID, life: _Life, at: datetime) -> Silent | None:
    """The promise that stands is the last one made or handed up; a broken one is said at once."""
    stands: PromiseMade | Escalated | None = None
    for told in life.loop:
        if isinstance(told.event, PromiseMade | Escalated):
            stands = told.event
        elif isinstance(told.event, PromiseKept):
            stands = None
    if stands is None:
        return Silent(
            idea, life.loop[-1].at, "its promise was kept, and nothing was promised since"
        )
    if at - stands.due > SAID_SO:
        return Silent(idea, stands.due, "its date passed, and nobody was told")
    return None


def _untold(idea: UUID, life: _Life, at: datetime) -> Silent | None:
    """The news of how it ended must have arrived; of an imported end nobody is told."""
    last = _turning(life)
    kind = _TOLD.get(type(last.event))
    imported = getattr(last.event, "origin", "live") == "imported"
    if kind is None or imported or at - last.recorded_at <= DELIVERED:
        return None
    for told in life.delivered:
        if (
            isinstance(told.event, NoticeDelivered)
            and told.event.kind == kind
            and told.at >= last.at
        ):
            return None
    return Silent(idea, last.recorded_at, "its outcome was never delivered to its author")
