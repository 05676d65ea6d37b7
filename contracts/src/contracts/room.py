"""What makes room for ideas, told by `ideas`: barriers, time, experiments, learnings, thanks.

`author` is whoever asked: they are owed an answer, as the author of an idea is.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta

from contracts.handed_up import BarrierHandedUp, ExperimentHandedUp, TimeHandedUp
from contracts.personal import AuthorsPersonal, Personal
from contracts.vocabulary import (
    BarrierId,
    Event,
    ExperimentId,
    IdeaId,
    LearningId,
    PersonId,
    PilotId,
    Promised,
    RequestId,
    ThanksId,
    ToolId,
)

OWNER = "ideas"
TOPIC = "kiem.ideas.events"

Kind = Annotated[
    str,
    Meta(
        extra_json_schema={
            "enum": ["time", "budget", "access", "training", "skill", "legal", "silo"],
            "x-open-enum": True,
        }
    ),
]
Hours = Annotated[float, Meta(gt=0, le=2_000)]
Purpose = Literal["idea", "pilot", "experiment", "reflection"]


class BarrierRaised(Promised, frozen=True, kw_only=True):
    """Something stands in the way; a leader owes an answer by a date."""

    barrier: BarrierId
    author: PersonId
    kind: Kind
    department: str | None = None
    idea: IdeaId | None = None
    pilot: PilotId | None = None
    tool: ToolId | None = None
    request: RequestId | None = None
    words: AuthorsPersonal[str] = UNSET


class BarrierHandedOver(Promised, frozen=True, kw_only=True):
    """Another leader can remove it, and owes the answer now."""

    barrier: BarrierId
    author: PersonId
    by: PersonId
    reason: AuthorsPersonal[str] = UNSET


class BarrierRemoved(Event, frozen=True, kw_only=True):
    """It is out of the way."""

    barrier: BarrierId
    author: PersonId
    by: PersonId
    reason: AuthorsPersonal[str] = UNSET


class BarrierDeclined(Event, frozen=True, kw_only=True):
    """It stays, for a reason, with what can be done instead."""

    barrier: BarrierId
    author: PersonId
    by: PersonId
    reason: AuthorsPersonal[str] = UNSET
    next_step: AuthorsPersonal[str] = UNSET


class TimeAsked(Promised, frozen=True, kw_only=True):
    """Somebody asks for hours, for themselves and a team."""

    request: RequestId
    author: PersonId
    purpose: Purpose
    hours: Hours
    team: tuple[PersonId, ...] = ()
    department: str | None = None
    month: str | None = None
    idea: IdeaId | None = None
    words: AuthorsPersonal[str] = UNSET


class TimeGranted(Event, frozen=True, kw_only=True):
    """The hours are theirs."""

    request: RequestId
    author: PersonId
    by: PersonId
    hours: Hours


class TimeRefused(Event, frozen=True, kw_only=True):
    """Not these hours, for a reason; that reason is a barrier now."""

    request: RequestId
    author: PersonId
    by: PersonId
    barrier: BarrierId
    reason: AuthorsPersonal[str] = UNSET


class ExperimentStarted(Promised, frozen=True, kw_only=True):
    """A team tries something in its own time, without money and without anybody's decision.

    `due` is when it tells what it learned at the latest; who began it is accountable.
    """

    experiment: ExperimentId
    by: PersonId
    team: tuple[PersonId, ...] = ()
    department: str | None = None
    idea: IdeaId | None = None
    ends_on: date
    hypothesis: Personal[str] = UNSET


class ExperimentEnded(Promised, frozen=True, kw_only=True):
    """Its last day is over, and nobody told yet what was learned: the team is asked."""

    experiment: ExperimentId
    author: PersonId


class ExperimentReported(Event, frozen=True, kw_only=True):
    """The team tells what it learned."""

    experiment: ExperimentId
    by: PersonId
    went: Literal["well", "otherwise", "nowhere"]
    learning: Personal[str] = UNSET


class LearningShared(Event, frozen=True, kw_only=True):
    """Somebody, a leader perhaps, tells what they learned."""

    learning: LearningId
    by: PersonId
    idea: IdeaId | None = None
    words: Personal[str] = UNSET


class ThanksGiven(Event, frozen=True, kw_only=True):
    """Somebody thanks colleagues, for everybody to read. There are no points."""

    thanks: ThanksId
    by: PersonId
    to: tuple[PersonId, ...]
    idea: IdeaId | None = None
    words: Personal[str] = UNSET


BarrierEvent = (
    BarrierRaised | BarrierHandedOver | BarrierHandedUp | BarrierRemoved | BarrierDeclined
)  # fmt: skip
TimeEvent = TimeAsked | TimeHandedUp | TimeGranted | TimeRefused
ExperimentEvent = (
    ExperimentStarted | ExperimentEnded | ExperimentHandedUp | ExperimentReported
)  # fmt: skip
STREAMS: dict[str, object] = {
    "barrier": BarrierEvent, "time": TimeEvent, "experiment": ExperimentEvent,
    "learning": LearningShared, "thanks": ThanksGiven,
}  # fmt: skip
