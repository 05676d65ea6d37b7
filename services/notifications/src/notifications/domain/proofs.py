"""What became of one notice: delivered or given up, once for each channel."""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Decider
from contracts.notifications import Channel, NoticeDelivered, NoticeEvent, NoticeFailed
from contracts.vocabulary import NoticeId, PersonId
from notifications.domain.subjects import Subject


@dataclass(frozen=True, slots=True)
class About:
    """Which notice: what its events say of it."""

    notice: NoticeId
    subject: Subject
    person: PersonId
    kind: str
    owed: bool


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    """A channel took the notice; `proof` is its word for it, without an address."""

    about: About
    channel: Channel
    attempts: int
    proof: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordFailure:
    """A channel gave up on the notice."""

    about: About
    channel: Channel
    attempts: int
    cause: str
    at: datetime


NoticeCommand = RecordDelivery | RecordFailure
Settled = frozenset[Channel]


def decide(settled: Settled, command: NoticeCommand) -> list[NoticeEvent]:
    if command.channel in settled:
        return []  # Two workers sent it, or one twice: it arrived once.
    about = command.about
    match command:
        case RecordDelivery(channel=channel, attempts=attempts, proof=proof, at=at):
            return [
                NoticeDelivered(
                    notice=about.notice, **about.subject.told(), person=about.person,
                    kind=about.kind, owed=about.owed, channel=channel,
                    attempts=attempts, proof=proof, at=at,
                )
            ]  # fmt: skip
        case RecordFailure(channel=channel, attempts=attempts, cause=cause, at=at):
            return [
                NoticeFailed(
                    notice=about.notice, **about.subject.told(), person=about.person,
                    kind=about.kind, owed=about.owed, channel=channel,
                    attempts=attempts, cause=cause, at=at,
                )
            ]  # fmt: skip


def evolve(settled: Settled, event: NoticeEvent) -> Settled:
    return settled | {event.channel}


decider = Decider[Settled, NoticeCommand, NoticeEvent](frozenset(), decide, evolve)
