"""What `notifications` tells: promises made, kept and broken, and notices that arrived.

`subject` is what the promise is about, and `matter` what kind of thing that is. `idea` is the idea
itself, or the one that a barrier, a request for time or an appeal is about; None where it is none.

A second (of notices: third) version tells of matters that came later, and says the same otherwise.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from contracts.vocabulary import (
    Event,
    FirstMatter,
    Gone,
    IdeaId,
    Instant,
    NoticeId,
    PersonId,
    Rung,
    SubjectId,
)

OWNER = "notifications"
TOPIC = "kiem.notifications.events"

Channel = Literal["in_app", "mail"]
Way = Annotated[
    str,
    Meta(
        extra_json_schema={"enum": ["in_app", "mail", "webhook", "hand_over"], "x-open-enum": True}
    ),
]
"""By which a notice goes; others may come. `hand_over`: a colleague told the person."""
AnyMatter = Annotated[
    str,
    Meta(
        extra_json_schema={
            "enum": [
                "idea", "barrier", "time", "help", "appeal", "challenge", "experiment", "tool",
            ],
            "x-open-enum": True,
        }
    ),
]  # fmt: skip
"""What kind of thing it is about; others may come."""


class PromiseMade(Event, frozen=True, kw_only=True):
    """A named person owes the author the next word on this matter, by this date."""

    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    accountable: PersonId
    due: Instant


class PromiseKept(Event, frozen=True, kw_only=True):
    """The next word came."""

    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    accountable: PersonId
    due: Instant


class PromiseBroken(Event, frozen=True, kw_only=True):
    """The date passed without a word, and that is said openly."""

    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    accountable: PersonId
    due: Instant


class Escalated(Event, frozen=True, kw_only=True):
    """A person one step up is accountable now, with a new date; `missed` is the one that passed."""

    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    previous: PersonId
    accountable: PersonId
    due: Instant
    rung: Rung
    missed: Instant | None = None


class PromiseExtended(Event, frozen=True, kw_only=True):
    """The date passed while the system itself was away, so it moved on by as long; nobody broke it.

    `was` is the date that stood before, and `due` the one that stands now.
    """

    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    accountable: PersonId
    was: Instant
    due: Instant


class PromisePassedOn(Event, frozen=True, kw_only=True):
    """Whoever owed the word left, or is away for long: somebody else owes it, by the same date."""

    matter: AnyMatter
    subject: SubjectId
    idea: IdeaId | None = None
    author: PersonId
    previous: PersonId
    accountable: PersonId
    due: Instant
    cause: Gone


class NoticeDelivered(Event, frozen=True, kw_only=True):
    """A notice arrived, with the receiving server's or the inbox's proof (no words, no address)."""

    notice: NoticeId
    matter: FirstMatter
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
    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    person: PersonId
    kind: str
    channel: Channel
    owed: bool
    attempts: int
    cause: str


class NoticeDeliveredV2(Event, frozen=True, kw_only=True):
    """A notice arrived in a way that may be new: a webhook took it, or `by` told the person."""

    VERSION: ClassVar[int] = 2

    notice: NoticeId
    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    person: PersonId
    kind: str
    channel: Way
    owed: bool
    attempts: int
    proof: str
    by: PersonId | None = None


class NoticeFailedV2(Event, frozen=True, kw_only=True):
    """A way that may be new gave up on a notice."""

    VERSION: ClassVar[int] = 2

    notice: NoticeId
    matter: FirstMatter
    subject: SubjectId
    idea: IdeaId | None = None
    person: PersonId
    kind: str
    channel: Way
    owed: bool
    attempts: int
    cause: str


class PromiseMadeV2(PromiseMade, frozen=True, kw_only=True):
    """A named person owes the next word on a matter of any kind, by this date."""

    VERSION: ClassVar[int] = 2

    matter: AnyMatter  # type: ignore[assignment]  # the list of the first version is closed


class PromiseKeptV2(PromiseKept, frozen=True, kw_only=True):
    """The next word on a matter of any kind came."""

    VERSION: ClassVar[int] = 2

    matter: AnyMatter  # type: ignore[assignment]  # the list of the first version is closed


class PromiseBrokenV2(PromiseBroken, frozen=True, kw_only=True):
    """The date of a matter of any kind passed without a word, and that is said openly."""

    VERSION: ClassVar[int] = 2

    matter: AnyMatter  # type: ignore[assignment]  # the list of the first version is closed


class EscalatedV2(Escalated, frozen=True, kw_only=True):
    """A person one step up is accountable now for a matter of any kind, with a new date."""

    VERSION: ClassVar[int] = 2

    matter: AnyMatter  # type: ignore[assignment]  # the list of the first version is closed


class PromiseExtendedV2(PromiseExtended, frozen=True, kw_only=True):
    """The date of a matter of any kind moved on, as the system itself was away."""

    VERSION: ClassVar[int] = 2

    matter: AnyMatter  # type: ignore[assignment]  # the list of the first version is closed


class NoticeDeliveredV3(NoticeDeliveredV2, frozen=True, kw_only=True):
    """A notice about a matter of any kind arrived, in any way."""

    VERSION: ClassVar[int] = 3

    matter: AnyMatter  # type: ignore[assignment]  # the list of the first versions is closed


class NoticeFailedV3(NoticeFailedV2, frozen=True, kw_only=True):
    """A way gave up on a notice about a matter of any kind."""

    VERSION: ClassVar[int] = 3

    matter: AnyMatter  # type: ignore[assignment]  # the list of the first versions is closed


OUTCOME_NOTICES: Mapping[str, str] = {
    "IdeaAccepted": "decision", "IdeaDeclined": "decision", "IdeaParked": "decision",
    "IdeaMerged": "merged", "PilotConcluded": "pilot_concluded",
    "BarrierRemoved": "decision", "BarrierDeclined": "decision",
    "TimeGranted": "decision", "TimeRefused": "decision", "HelpAnswered": "decision",
}  # fmt: skip
"""The kind of notice by which an author hears what came of a matter, by the event that says so.

A matter that is finished is silent until the notice of the last of these arrived.
"""

LoopEvent = (
    PromiseMade | PromiseKept | PromiseBroken | PromiseExtended | Escalated | PromiseMadeV2
    | PromiseKeptV2 | PromiseBrokenV2 | PromiseExtendedV2 | PromisePassedOn | EscalatedV2
)  # fmt: skip
Arrived = NoticeDelivered | NoticeDeliveredV2 | NoticeDeliveredV3
NoticeEvent = Arrived | NoticeFailed | NoticeFailedV2 | NoticeFailedV3
STREAMS: dict[str, object] = {"loop": LoopEvent, "notice": NoticeEvent}
