"""What became of one notice: delivered or given up, once for each channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.decider import Decider
from contracts.notifications import (
    NoticeDelivered,
    NoticeDeliveredV2,
    NoticeDeliveredV3,
    NoticeEvent,
    NoticeFailed,
    NoticeFailedV2,
    NoticeFailedV3,
    Way,
)
from contracts.vocabulary import NoticeId, PersonId
from notifications.domain.loop import FIRST_MATTERS
from notifications.domain.subjects import Subject


@dataclass(frozen=True, slots=True)
class About:
    """Which notice: what its events say of it; `happened` is when that was which it tells of.

    News arrives after that, whatever the clock here says: whoever compares the moments of two
    services would find it undelivered. None: it was long ago.
    """

    notice: NoticeId
    subject: Subject
    person: PersonId
    kind: str
    owed: bool
    happened: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    """A channel took the notice; `proof` is its word for it, without an address.

    `by` is the colleague who told the person.
    """

    about: About
    channel: Way
    attempts: int
    proof: str
    at: datetime
    by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class RecordFailure:
    """A channel gave up on the notice."""

    about: About
    channel: Way
    attempts: int
    cause: str
    at: datetime


# Told in the first version of the events, whose lists of channels and of matters are closed. The
# second knows all channels, the third all matters as well.
_FIRST = frozenset({"in_app", "mail"})
NoticeCommand = RecordDelivery | RecordFailure
Settled = frozenset[Way]


def decide(settled: Settled, command: NoticeCommand) -> list[NoticeEvent]:
    if command.channel in settled:
        return []  # Two workers sent it, or one twice: it arrived once.
    return [_told(command)]


def _told(command: NoticeCommand) -> NoticeEvent:
    about = command.about
    said: dict[str, Any] = {
        "notice": about.notice, **about.subject.told(), "person": about.person,
        "kind": about.kind, "owed": about.owed, "channel": command.channel,
        "attempts": command.attempts, "at": max(command.at, about.happened or command.at),
    }  # fmt: skip
    first = command.channel in _FIRST
    later = about.subject.matter not in FIRST_MATTERS
    match command:
        case RecordDelivery(proof=proof, by=by) if later:
            return NoticeDeliveredV3(**said, proof=proof, by=by)
        case RecordFailure(cause=cause) if later:
            return NoticeFailedV3(**said, cause=cause)
        case RecordDelivery(proof=proof, by=by):
            if first:
                return NoticeDelivered(**said, proof=proof)
            return NoticeDeliveredV2(**said, proof=proof, by=by)
        case RecordFailure(cause=cause):
            return (
                NoticeFailed(**said, cause=cause) if first else NoticeFailedV2(**said, cause=cause)
            )


def evolve(settled: Settled, event: NoticeEvent) -> Settled:
    return settled | {event.channel}


decider = Decider[Settled, NoticeCommand, NoticeEvent](frozenset(), decide, evolve)
