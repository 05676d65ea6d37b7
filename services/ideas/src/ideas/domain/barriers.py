"""Barriers: what stands in the way of an idea, pilot or tool, and who owes an answer to it."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.decider import Decider, NotAllowed, NotFound, Rejected
from contracts.handed_up import BarrierHandedUp
from contracts.room import (
    BarrierDeclined,
    BarrierEvent,
    BarrierHandedOver,
    BarrierRaised,
    BarrierRemoved,
)
from contracts.vocabulary import BarrierId, IdeaId, PersonId, PilotId, RequestId, ToolId
from ideas.domain.answering import require_a_next_step, require_a_reason
from ideas.domain.handing_up import HandUp, takes_over


class ThereIsNoSuchBarrier(NotFound):
    """There is no barrier under this id. Look at the id."""


class TheBarrierIsAnswered(Rejected):
    """The barrier is answered already. Raise a new one if it is there again."""


class OnlyItsOwnerAnswersIt(NotAllowed):
    """Only the leader who owes the answer, or the desk, can do this. Ask one of them."""


class OnlyLeadersOwnBarriers(Rejected):
    """Only somebody who leads people, or the desk, can take a barrier away. Name one of them."""

    def __init__(self, can: str = "") -> None:
        who = f" {can} can." if can else ""
        super().__init__(
            f"Only somebody who leads people, or the desk, can take a barrier away.{who} Name one "
            "of them, or nobody: then your own lead answers it."
        )


class NobodyAnswersTheirOwnBarrier(Rejected):
    """Whoever raised a barrier can't be the one who answers it. Name another leader."""


@dataclass(frozen=True, slots=True)
class About:
    """What the barrier stands in the way of; any of them may be None."""

    idea: IdeaId | None = None
    pilot: PilotId | None = None
    tool: ToolId | None = None
    request: RequestId | None = None


@dataclass(frozen=True, slots=True)
class RaiseBarrier:
    barrier: BarrierId
    author: PersonId
    at: datetime
    kind: str
    words: str
    owner: PersonId
    due: datetime
    department: str | None = None
    about: About = About()


@dataclass(frozen=True, slots=True)
class HandOverBarrier:
    by: PersonId
    at: datetime
    to: PersonId
    due: datetime
    reason: str
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class RemoveBarrier:
    by: PersonId
    at: datetime
    reason: str
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class DeclineBarrier:
    by: PersonId
    at: datetime
    reason: str
    next_step: str
    at_desk: bool = False


BarrierCommand = RaiseBarrier | HandOverBarrier | HandUp | RemoveBarrier | DeclineBarrier


@dataclass(frozen=True, slots=True)
class Barrier:
    """A barrier, open until it is removed or declined.

    `owner` owes the answer; `named` is whom somebody asked for it, and may still give it after the
    promise was broken and handed up.
    """

    barrier: BarrierId
    author: PersonId
    owner: PersonId | None
    due: datetime | None
    answered: bool = False
    named: PersonId | None = None


def decide(barrier: Barrier | None, command: BarrierCommand) -> list[BarrierEvent]:
    match barrier, command:
        case None, RaiseBarrier():
            return [_raised(command)]
        case _, RaiseBarrier():
            return []
        case None, HandUp():
            return []
        case None, _:
            raise ThereIsNoSuchBarrier
        case Barrier(), HandOverBarrier():
            return _handed_over(barrier, command)
        case Barrier(), HandUp():
            return _handed_up(barrier, command)
        case Barrier(), RemoveBarrier() | DeclineBarrier():
            return [_answered(barrier, command)]


def _raised(told: RaiseBarrier) -> BarrierRaised:
    if told.owner == told.author:
        raise NobodyAnswersTheirOwnBarrier
    return BarrierRaised(
        at=told.at, barrier=told.barrier, author=told.author, kind=told.kind, words=told.words,
        department=told.department, idea=told.about.idea, pilot=told.about.pilot,
        tool=told.about.tool, request=told.about.request, accountable=told.owner, due=told.due,
    )  # fmt: skip


def _handed_over(barrier: Barrier, asked: HandOverBarrier) -> list[BarrierEvent]:
    _require_owner(barrier, asked.by, at_desk=asked.at_desk)
    if asked.to == barrier.author:
        raise NobodyAnswersTheirOwnBarrier
    if asked.to == barrier.owner:
        return []
    return [
        BarrierHandedOver(
            at=asked.at, barrier=barrier.barrier, author=barrier.author, by=asked.by,
            reason=asked.reason, accountable=asked.to, due=asked.due,
        )
    ]  # fmt: skip


def _handed_up(barrier: Barrier, told: HandUp) -> list[BarrierEvent]:
    if not takes_over(told, barrier.owner, barrier.due):
        return []
    return [
        BarrierHandedUp(
            at=told.at, barrier=barrier.barrier, author=barrier.author, previous=told.previous,
            accountable=told.accountable, due=told.due, cause=told.cause,
        )
    ]  # fmt: skip


def _answered(barrier: Barrier, answer: RemoveBarrier | DeclineBarrier) -> BarrierEvent:
    _require_owner(barrier, answer.by, at_desk=answer.at_desk)
    require_a_reason(answer.reason)
    if isinstance(answer, RemoveBarrier):
        return BarrierRemoved(
            at=answer.at, barrier=barrier.barrier, author=barrier.author, by=answer.by,
            reason=answer.reason,
        )  # fmt: skip
    require_a_next_step(answer.next_step)
    return BarrierDeclined(
        at=answer.at, barrier=barrier.barrier, author=barrier.author, by=answer.by,
        reason=answer.reason, next_step=answer.next_step,
    )  # fmt: skip


def _require_owner(barrier: Barrier, by: PersonId, *, at_desk: bool) -> None:
    if barrier.answered:
        raise TheBarrierIsAnswered
    if by == barrier.author:
        raise NobodyAnswersTheirOwnBarrier
    if by not in {barrier.owner, barrier.named} and not at_desk:
        raise OnlyItsOwnerAnswersIt


def evolve(barrier: Barrier | None, event: BarrierEvent) -> Barrier | None:
    match barrier, event:
        case None, BarrierRaised():
            who = event.accountable
            return Barrier(event.barrier, event.author, who, event.due, named=who)
        case Barrier(), BarrierHandedOver():
            who = event.accountable
            return replace(barrier, owner=who, due=event.due, named=who)
        case Barrier(), BarrierHandedUp():
            return replace(barrier, owner=event.accountable, due=event.due)
        case Barrier(), BarrierRemoved() | BarrierDeclined():
            return replace(barrier, owner=None, due=None, answered=True)
        case _:
            return barrier


barrier_decider = Decider[Barrier | None, BarrierCommand, BarrierEvent](None, decide, evolve)
