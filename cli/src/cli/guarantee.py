"""The feedback guarantee, recomputed from the logs alone: who fell silent, and since when.

It knows nothing of the services' tables: it reads what `ideas`, `feedback` and `notifications`
told, in the order in which they told it. The rules are those of `silent_ideas` (docs/kpis.md);
barriers, requests for time, questions for help, appeals, reports of challenges and what experiments
teach are judged by the same ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from cli.matters import ENDS, IDS, MOVES_AN_APPEAL, OPENS
from contracts.catalog import DECLARED
from contracts.challenges import ChallengeLaunched
from contracts.feedback import (
    AppealLodged,
    ReviewerAssigned,
)
from contracts.ideas import (
    PilotConcluded,
)
from contracts.notifications import (
    OUTCOME_NOTICES,
    Arrived,
    Escalated,
    LoopEvent,
    PromiseBroken,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromisePassedOn,
)
from contracts.room import (
    ExperimentStarted,
)
from contracts.vocabulary import Event, Matter, Promised

_Stands = PromiseMade | PromiseExtended | PromisePassedOn | Escalated
TAKEN_OVER = timedelta(minutes=1)  # until notifications has made a promise its own
SAID_SO = timedelta(hours=1)  # until a broken promise is said openly
DELIVERED = timedelta(hours=24)  # until the news of an outcome has arrived


class Entry(Struct, frozen=True):
    """An event in a log: what was told, when it happened, and when it was recorded."""

    event: Event
    at: datetime
    recorded_at: datetime


class Silent(Struct, frozen=True):
    """An idea, or another matter, that fell silent."""

    matter: Matter
    subject: UUID
    since: datetime
    why: str


class Verdict(Struct, frozen=True):
    """What the logs say: how many ideas there are, how many are open, and what is silent.

    `broken` are promises about ideas, `unanswered` the ideas whose broken one is not kept since;
    `besides` and `besides_open` count the other matters.
    """

    at: datetime
    ideas: int
    open: int
    broken: int
    besides: int
    besides_open: int
    unanswered: int
    silent: list[Silent]


@dataclass
class _Life:
    """All that the logs tell of one matter."""

    matter: Matter
    subject: UUID
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
    facts: Iterable[Entry],
    loops: Iterable[Entry],
    at: datetime,
    waiting: Mapping[UUID, str] | None = None,
) -> Verdict:
    """Judge everything at a moment, by what `ideas` and `feedback` told, and `notifications` did.

    `waiting`: behind a dead letter of which services the news of a matter waits.
    """
    lives = _lives(facts)
    for told in loops:
        event = told.event
        if not isinstance(event, LoopEvent | Arrived) or event.subject not in lives:
            continue
        life = lives[event.subject]
        (life.delivered if isinstance(event, Arrived) else life.loop).append(told)
    held = waiting or {}
    silent = [found for life in lives.values() if (found := _silent(life, at, held))]
    ideas = [life for life in lives.values() if life.matter == "idea"]
    others = [life for life in lives.values() if life.matter != "idea"]
    broken = sum(map(_broken, ideas))
    return Verdict(
        at, len(ideas), sum(map(_is_open, ideas)), broken, len(others), sum(map(_is_open, others)),
        sum(map(_unanswered, ideas)), sorted(silent, key=lambda s: (s.since, s.subject)),
    )  # fmt: skip


def _lives(facts: Iterable[Entry]) -> dict[UUID, _Life]:
    lives: dict[UUID, _Life] = {}
    appeals: dict[UUID, UUID] = {}  # the last appeal about each idea
    for told in facts:
        event: Any = told.event
        if isinstance(event, AppealLodged):
            appeals[event.idea] = event.appeal
        if isinstance(event, MOVES_AN_APPEAL):
            appeal = lives.get(appeals.get(event.idea, event.idea))
            if appeal and appeal.matter == "appeal" and _is_open(appeal):
                appeal.steps.append(told)
        elif isinstance(event, ChallengeLaunched | ExperimentStarted) and event.due is None:
            continue  # it began before a report was owed
        elif type(event) in IDS and isinstance(event, (*OPENS, *ENDS, Promised)):
            matter, field_ = IDS[type(event)]
            subject = getattr(event, field_)
            lives.setdefault(subject, _Life(matter, subject)).steps.append(told)
    return lives


def _ordered(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda told: told.at)  # stable: equal moments go as they were told


def _is_open(life: _Life) -> bool:
    last = _turning(life)
    ends = isinstance(last.event, ENDS)
    stopped = isinstance(last.event, PilotConcluded) and last.event.outcome == "stopped"
    return not (ends or stopped)


def _turning(life: _Life) -> Entry:
    """Return the last step that opened or ended the idea."""
    turns = [
        t for t in _ordered(life.steps) if isinstance(t.event, (*OPENS, *ENDS, PilotConcluded))
    ]
    return turns[-1] if turns else _ordered(life.steps)[-1]


def _broken(life: _Life) -> int:
    """Count broken promises; one whose word was given in time, and heard late, was kept."""
    missed: list[datetime] = []
    for told in life.loop:
        if isinstance(told.event, PromiseBroken):
            missed.append(told.event.due)
        elif isinstance(told.event, PromiseKept):
            missed = [due for due in missed if due < told.event.due]
    return len(missed)


def _unanswered(life: _Life) -> bool:
    """Tell whether a promise was broken and no word came since, whoever owes it now."""
    broken = False
    for told in life.loop:
        broken = isinstance(told.event, PromiseBroken) or (
            broken and not isinstance(told.event, PromiseKept)
        )
    return broken


def _silent(life: _Life, at: datetime, held: Mapping[UUID, str]) -> Silent | None:
    last = _ordered(life.steps)[-1]
    if life.subject in held:
        why = f"its news waits behind a dead letter of {held[life.subject]}"
        return _blame(life, last.recorded_at, why)
    if not _is_open(life):
        return _untold(life, at)
    promises = [t for t in _ordered(life.steps) if _promise(t.event) is not None]
    if not promises:
        return _blame(life, last.recorded_at, "nobody is accountable for it")
    current = promises[-1]
    made = [t for t in life.loop if _same(t.event, current.event)]
    if not made:
        late = at - current.recorded_at > TAKEN_OVER
        why = "its promise was never taken over by notifications"
        return _blame(life, current.recorded_at, why) if late else None
    return _overdue(life, at)


def _blame(life: _Life, since: datetime, why: str) -> Silent:
    return Silent(life.matter, life.subject, since, why)


def _promise(event: Event) -> tuple[str, datetime] | None:
    match event:
        case Promised(accountable=person, due=due) | ReviewerAssigned(reviewer=person, due=due) if (
            person and due
        ):
            return person, due
        case _:
            return None


def _same(made: Event, promised: Event) -> bool:
    """Tell whether it is the promise that the matter names: made, moved, passed on, handed up."""
    if not isinstance(made, _Stands):
        return False
    return (made.accountable, made.due) == _promise(promised)


def _overdue(life: _Life, at: datetime) -> Silent | None:
    """The promise that stands is the last one made, extended, passed on or handed up.

    A broken one is said at once.
    """
    stands: _Stands | None = None
    for told in life.loop:
        if isinstance(told.event, _Stands):
            stands = told.event
        elif isinstance(told.event, PromiseKept):
            stands = None
    if stands is None:
        why = "its promise was kept, and nothing was promised since"
        return _blame(life, life.loop[-1].at, why)
    if at - stands.due > SAID_SO:
        return _blame(life, stands.due, "its date passed, and nobody was told")
    return None


def _untold(life: _Life, at: datetime) -> Silent | None:
    """The news of how it ended must have arrived; of an imported end nobody is told."""
    said = [t for t in _ordered(life.steps) if type(t.event).__name__ in OUTCOME_NOTICES]
    if not said:
        return None  # withdrawn before anybody answered
    last = said[-1]
    kind = OUTCOME_NOTICES[type(last.event).__name__]
    imported = getattr(last.event, "origin", "live") == "imported"
    if imported or at - last.recorded_at <= DELIVERED:
        return None
    for told in life.delivered:
        if isinstance(told.event, Arrived) and told.event.kind == kind and told.at >= last.at:
            return None
    return _blame(life, last.recorded_at, "its outcome was never delivered to its author")
