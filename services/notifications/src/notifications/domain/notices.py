"""What is told to whom: from a step and what the loop made of it to notices, each once.

A notice says which facts it is about, never their words: those are asked for when it is sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from contracts.challenges import ChallengeLaunched
from contracts.feedback import AppealDecided, AppealLodged, QuestionAsked, ReviewerAssigned
from contracts.ideas import (
    IdeaAbsorbed,
    IdeaAccepted,
    IdeaDeclined,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaSeparated,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    PilotConcluded,
    PilotStarted,
    PromiseMoved,
)
from contracts.notifications import Escalated, LoopEvent, PromiseExtended, PromiseMade
from contracts.room import (
    BarrierDeclined,
    BarrierRaised,
    BarrierRemoved,
    ExperimentEnded,
    ExperimentStarted,
    TimeAsked,
    TimeGranted,
    TimeRefused,
)
from contracts.tools import HelpAnswered, HelpAsked
from contracts.vocabulary import Event, IdeaId, NoticeId, PersonId
from notifications.domain.steps import Outcome, actor_of, other_of, outcome_of, promise_of
from notifications.domain.subjects import Subject, of_idea, subject_in

Kind = Literal[
    "acknowledgement", "promise_made", "entrusted", "review_assigned", "decision", "promise_broken",
    "escalated", "reminder", "pilot_started", "pilot_concluded", "realised", "merged",
    "question_asked", "promise_moved", "promise_extended", "hand_over", "followed", "mentioned",
    "commented", "replied", "challenge_closed", "view_asked", "view_given", "standing_in",
    "absorbed", "separated", "learning_asked", "challenge_late", "tool_introduced",
    "unheard",
]  # fmt: skip
"""What a notice is about. Optional ones are good news that nobody has to act on."""

OPTIONAL: frozenset[Kind] = frozenset({
    "pilot_started", "realised", "followed", "mentioned", "commented", "replied",
    "challenge_closed", "view_given", "challenge_late", "tool_introduced",
})  # fmt: skip
# What whole departments are told waits for the digest, unless somebody wishes it otherwise.
CAN_WAIT: frozenset[Kind] = frozenset({"challenge_late", "tool_introduced"})
# What begins a matter: whoever asked is told at once who answers, and by when.
_BEGINS = (IdeaSubmitted, BarrierRaised, TimeAsked, HelpAsked, AppealLodged)
_ANSWERED = (
    IdeaAccepted, IdeaDeclined, IdeaParked, BarrierRemoved, BarrierDeclined, TimeGranted,
    TimeRefused, HelpAnswered,
)  # fmt: skip
# These have a notice of their own, for the reviewer.
_NAMES_A_REVIEWER = (IdeaSubmitted, IdeaTakenUnderReview, ReviewerAssigned)
_NOTICES = UUID("5b1f8a52-4c0c-4d3a-8e57-0d9e4f6b7a10")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice is about, without words: persons by their pseudonyms, dates, an outcome.

    `other`: the idea with which this one became one, or from which it was separated.
    """

    accountable: PersonId | None = None
    due: datetime | None = None
    previous: PersonId | None = None
    outcome: Outcome | None = None
    other: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A fact that people are told of: what it is about, and the id of the event.

    `quiet`: another loop, that of an appeal, tells who owes the answer, and by when. `parted`:
    who went with an idea that stands by itself again.
    """

    event: Any
    about: Subject
    cause: str
    quiet: bool = False
    parted: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person is to be told. The same person, kind and cause give the same id."""

    kind: Kind
    person: PersonId
    about: Subject
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
    step: Step, authors: Sequence[PersonId], made: Sequence[LoopEvent], desk: PersonId
) -> list[Notice]:
    """Return what to tell about a live step of a matter, given what its loop made of it."""
    promise = next((e for e in made if isinstance(e, PromiseMade)), None)
    found = list(_to_authors(step, authors, promise))
    if promise and (entrusted := _entrusted(step, promise, {*authors, desk})):
        found.append(entrusted)
    return [n for n in found if not (step.quiet and n.kind in ("promise_made", "entrusted"))]


def _to_authors(
    step: Step, authors: Sequence[PersonId], promise: PromiseMade | None
) -> Iterator[Notice]:
    event = step.event
    kind = kind_of(event, promise)
    if kind is None:
        return
    accountable, due = promise_of(event)
    facts = Facts(accountable, due, outcome=outcome_of(event), other=other_of(event))
    if isinstance(event, IdeaSeparated):
        theirs = Facts(other=event.idea)
        for person in step.parted:
            yield Notice(kind, person, of_idea(event.separated), step.cause, event.at, theirs)
    # These are told by the notice about the idea with which they came, or go.
    others = event.authors if isinstance(event, IdeaAbsorbed) else step.parted
    for person in dict.fromkeys(p for p in authors if p not in others):
        if kind in OPTIONAL and person == actor_of(event):
            continue  # Nobody needs to be told what they did themselves.
        yield Notice(kind, person, step.about, step.cause, event.at, facts)


def kind_of(event: Event, promise: PromiseMade | None = None) -> Kind | None:
    """Return as what authors are told of a step, if they are."""
    if isinstance(event, _BEGINS):
        return "acknowledgement"
    if isinstance(event, _ANSWERED):
        return "decision"
    match event:
        case PilotStarted():
            return "pilot_started"
        case PilotConcluded():
            return "pilot_concluded"
        case IdeaRealised():
            return "realised"
        case IdeaMerged():
            return "merged"
        case IdeaAbsorbed():
            return "absorbed"
        case IdeaSeparated():
            return "separated"
        case PromiseMoved(cause="longer"):
            return "promise_moved"
        case PromiseMoved(cause="question"):
            return None  # the question itself says until when
        case PromiseMoved(cause="outage"):
            return None  # the extension that it follows was told already
        case QuestionAsked() | AppealDecided():
            return None  # the idea that it is about tells it
        case ChallengeLaunched() | ExperimentStarted():
            return None  # who began it promised it themselves
        case ExperimentEnded():
            return "learning_asked"
        case _:
            # Whoever is accountable now, and until when: the author is told, whatever the step.
            return "promise_made" if promise else None


def _entrusted(step: Step, promise: PromiseMade, told_otherwise: set[PersonId]) -> Notice | None:
    """Return the notice to somebody whom others made accountable; a reviewer has one already."""
    event, person = step.event, promise.accountable
    if isinstance(event, _NAMES_A_REVIEWER) or person in told_otherwise:
        return None
    if person == actor_of(event):
        return None
    facts = Facts(person, promise.due, outcome=outcome_of(event))
    return Notice("entrusted", person, step.about, step.cause, event.at, facts)


def about_escalation(
    events: Sequence[LoopEvent], cause: str, authors: Sequence[PersonId]
) -> list[Notice]:
    """Return what to tell when a promise broke: its authors, and whoever answers for it now."""
    return [
        Notice(kind, person, subject_in(event), cause, event.at, _escalation(event))
        for event in events
        if isinstance(event, Escalated)
        for kind, person in _told(event, authors)
    ]


def about_extension(
    events: Sequence[LoopEvent], cause: str, authors: Sequence[PersonId]
) -> list[Notice]:
    """Return what to tell the authors when a date moved because the house itself was away."""
    return [
        Notice(
            "promise_extended", person, subject_in(event), cause, event.at,
            Facts(event.accountable, event.due),
        )
        for event in events
        if isinstance(event, PromiseExtended)
        for person in dict.fromkeys(authors)
    ]  # fmt: skip


def _told(event: Escalated, authors: Sequence[PersonId]) -> Iterator[tuple[Kind, PersonId]]:
    for person in dict.fromkeys(authors):
        yield "promise_broken", person
    yield "escalated", event.accountable


def _escalation(event: Escalated) -> Facts:
    return Facts(event.accountable, event.due, event.previous)
