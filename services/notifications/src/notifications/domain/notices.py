"""What is told to whom: from a step and what the loop made of it to notices, each once.

A notice says which facts it is about, never their words: those are asked for when it is sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from contracts.feedback import QuestionAsked, ReviewerAssigned
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    PilotConcluded,
    PilotStarted,
    PromiseMoved,
)
from contracts.notifications import Escalated, LoopEvent, PromiseMade
from contracts.vocabulary import IdeaId, NoticeId, PersonId
from notifications.domain.loop import Owed
from notifications.domain.steps import Outcome, actor_of, outcome_of, promise_of

Kind = Literal[
    "acknowledgement", "promise_made", "entrusted", "review_assigned", "decision", "promise_broken",
    "escalated", "reminder", "pilot_started", "pilot_concluded", "realised", "merged",
    "question_asked", "promise_moved",
]  # fmt: skip
"""What a notice is about. Optional ones are good news that nobody has to act on."""

OPTIONAL: frozenset[Kind] = frozenset({"pilot_started", "realised"})
_NOTICES = UUID("5b1f8a52-4c0c-4d3a-8e57-0d9e4f6b7a10")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice is about, without words: persons by their pseudonyms, dates, an outcome."""

    accountable: PersonId | None = None
    due: datetime | None = None
    previous: PersonId | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person is to be told. The same person, kind and cause give the same id."""

    kind: Kind
    person: PersonId
    idea: IdeaId
    cause: str
    at: datetime
    facts: Facts

    @property
    def id(self) -> NoticeId:
        return NoticeId(uuid5(_NOTICES, f"{self.person}|{self.kind}|{self.cause}"))

    @property
    def owed(self) -> bool:
        return self.kind not in OPTIONAL


def about_step(
    event: IdeaEvent,
    cause: str,
    authors: Sequence[PersonId],
    made: Sequence[LoopEvent],
    desk: PersonId,
) -> list[Notice]:
    """Return what to tell about a live step of an idea, given what its loop made of it."""
    promise = next((e for e in made if isinstance(e, PromiseMade)), None)
    found = list(_to_authors(event, cause, authors, promise))
    if promise and (entrusted := _entrusted(event, cause, promise, {*authors, desk})):
        found.append(entrusted)
    return found


def _to_authors(
    event: IdeaEvent, cause: str, authors: Sequence[PersonId], promise: PromiseMade | None
) -> Iterator[Notice]:
    kind = _kind(event, promise)
    if kind is None:
        return
    accountable, due = promise_of(event)
    facts = Facts(accountable, due, outcome=outcome_of(event))
    for person in dict.fromkeys(authors):
        if kind in OPTIONAL and person == actor_of(event):
            continue  # Nobody needs to be told what they did themselves.
        yield Notice(kind, person, event.idea, cause, event.at, facts)


def _kind(event: IdeaEvent, promise: PromiseMade | None) -> Kind | None:
    match event:
        case IdeaSubmitted():
            return "acknowledgement"
        case IdeaAccepted() | IdeaDeclined() | IdeaParked():
            return "decision"
        case PilotStarted():
            return "pilot_started"
        case PilotConcluded():
            return "pilot_concluded"
        case IdeaRealised():
            return "realised"
        case IdeaMerged():
            return "merged"
        case PromiseMoved(cause="longer"):
            return "promise_moved"
        case PromiseMoved(cause="question"):
            return None  # the question itself says until when
        case _:
            # Whoever is accountable now, and until when: the author is told, whatever the step.
            return "promise_made" if promise else None


def _entrusted(
    event: IdeaEvent, cause: str, promise: PromiseMade, told_otherwise: set[PersonId]
) -> Notice | None:
    """Return the notice to somebody whom others made accountable; a reviewer has one already."""
    person = promise.accountable
    if isinstance(event, IdeaSubmitted | IdeaTakenUnderReview) or person in told_otherwise:
        return None
    if person == actor_of(event):
        return None
    facts = Facts(person, promise.due, outcome=outcome_of(event))
    return Notice("entrusted", person, event.idea, cause, event.at, facts)


def about_escalation(
    events: Sequence[LoopEvent], cause: str, authors: Sequence[PersonId]
) -> list[Notice]:
    """Return what to tell when a promise broke: its authors, and whoever answers for it now."""
    return [
        Notice(kind, person, event.idea, cause, event.at, _escalation(event))
        for event in events
        if isinstance(event, Escalated)
        for kind, person in _told(event, authors)
    ]


def _told(event: Escalated, authors: Sequence[PersonId]) -> Iterator[tuple[Kind, PersonId]]:
    for person in dict.fromkeys(authors):
        yield "promise_broken", person
    yield "escalated", event.accountable


def _escalation(event: Escalated) -> Facts:
    return Facts(event.accountable, event.due, event.previous)


def about_assignment(event: ReviewerAssigned, cause: str) -> Notice:
    """Return what to tell a reviewer who was named."""
    facts = Facts(event.reviewer, event.due)
    return Notice("review_assigned", event.reviewer, event.idea, cause, event.at, facts)


def about_question(event: QuestionAsked, cause: str, authors: Sequence[PersonId]) -> list[Notice]:
    """Return what to tell the authors when their reviewer asks them something."""
    facts = Facts(event.by, event.due)
    return [
        Notice("question_asked", person, event.idea, cause, event.at, facts)
        for person in dict.fromkeys(authors)
    ]


def reminder(loop: Owed | None, idea: IdeaId, due: datetime, at: datetime) -> Notice | None:
    """Return the reminder of a promise by its date, if it still stands and is not broken yet."""
    if loop is None or loop.due != due or at >= due:
        return None  # A timer of a promise that was kept, replaced or broken meanwhile.
    cause = f"{idea}|{due.isoformat()}"
    return Notice("reminder", loop.accountable, idea, cause, at, Facts(loop.accountable, due))
