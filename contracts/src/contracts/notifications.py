"""What `notifications` tells: promises made, kept and broken, and notices that arrived.

`subject` is what the promise is about, and `matter` what kind of thing that is. `idea` is the idea
itself, or the one that a barrier, a request for time or an appeal is about; None where it is none.
"""

from typing import Literal

from contracts.vocabulary import Event, IdeaId, Instant, Matter, NoticeId, PersonId, SubjectId

OWNER = "notifications"
TOPIC = "kiem.notifications.events"

Channel = Literal["in_app", "mail"]
Rung = Literal["reviewer", "lead", "director", "desk"]


class PromiseMade(Event, frozen=True, kw_only=True):
    """A named person owes the author the next word on this matter, by this date."""

    matter: Matter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    accountable: PersonId
    due: Instant


class PromiseKept(Event, frozen=True, kw_only=True):
    """The next word came."""

    matter: Matter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    accountable: PersonId
    due: Instant


class PromiseBroken(Event, frozen=True, kw_only=True):
    """The date passed without a word, and that is said openly."""

    matter: Matter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    accountable: PersonId
    due: Instant


class Escalated(Event, frozen=True, kw_only=True):
    """A person one step up is accountable now, with a new date."""

    matter: Matter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    previous: PersonId
    accountable: PersonId
    due: Instant
    rung: Rung


class NoticeDelivered(Event, frozen=True, kw_only=True):
    """A notice arrived, with the receiving server's or the inbox's proof (no words, no address)."""

    notice: NoticeId
    matter: Matter
    subject: SubjectId
    idea: IdeaId | None = None
    person: PersonId
    kind: str
    channel: Channel
    owed: bool
    attempts: int
    proof: str


class NoticeFailed(Event, frozen=True, kw_only=True):
    """A channel gave up on a notice."""

    notice: NoticeId
    matter: Matter
    subject: SubjectId
    idea: IdeaId | None = None
    person: PersonId
    kind: str
    channel: Channel
    owed: bool
    attempts: int
    cause: str


LoopEvent = PromiseMade | PromiseKept | PromiseBroken | Escalated
NoticeEvent = NoticeDelivered | NoticeFailed
STREAMS: dict[str, object] = {"loop": LoopEvent, "notice": NoticeEvent}
