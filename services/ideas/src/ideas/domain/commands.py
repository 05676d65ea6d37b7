"""What can be asked of an idea. `due` is worked out at the door, where the calendar is.

So is `latest`, how far ahead a date may lie; None where no limit holds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from contracts.feedback import Outcome
from contracts.vocabulary import (
    ChallengeId,
    IdeaId,
    Language,
    PersonId,
    PilotId,
    State,
    Terms,
    ToolId,
    Way,
)
from ideas.domain.limits import Latest
from ideas.domain.photos import PhotoCommand
from ideas.domain.together import TogetherCommand
from ideas.domain.ways import RevealAuthor

PastKind = Literal[
    "submitted", "under_review", "accepted", "declined", "parked", "withdrawn", "reopened",
    "pilot_started", "measured", "pilot_concluded", "realised",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SubmitIdea:
    """Tell an idea. `desk` is accountable until a reviewer is named; None where nobody is there.

    Of an idea that is confidential or sealed, `author` is an alias.
    """

    idea: IdeaId
    author: PersonId
    title: str
    body: str
    at: datetime
    desk: PersonId | None
    due: datetime
    co_authors: tuple[PersonId, ...] = ()
    department: str | None = None
    category: str | None = None
    language: Language = "nl"
    told_by: PersonId | None = None
    tags: tuple[str, ...] = ()
    challenge: ChallengeId | None = None
    tool: ToolId | None = None
    way: Way = "named"
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class ReviseIdea:
    """Tell the idea better; None leaves a part as it is."""

    by: PersonId
    at: datetime
    title: str | None = None
    body: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class WithdrawIdea:
    by: PersonId
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakeUnderReview:
    """A reviewer is named. `requested`: when the idea asked for that review, where that is said."""

    reviewer: PersonId
    at: datetime
    due: datetime
    requested: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """What the reviewer answered, in the review that was `requested` then; its words stay there."""

    outcome: Outcome
    by: PersonId
    at: datetime
    accountable: PersonId | None
    due: datetime | None
    wake_on: date | None = None
    requested: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartPilot:
    """Try an idea out. `people`: how many a small team has at most; None where no limit holds."""

    pilot: PilotId
    by: PersonId
    at: datetime
    due: datetime
    ends_on: date
    hypothesis: str
    measure: str
    stop_rule: str
    team: tuple[PersonId, ...] = ()
    super_users: tuple[PersonId, ...] = ()
    baseline: float | None = None
    target: float | None = None
    at_desk: bool = False
    people: int | None = None
    latest: Latest | None = None


@dataclass(frozen=True, slots=True)
class RecordMeasurement:
    pilot: PilotId
    by: PersonId
    at: datetime
    value: float | None = None
    remark: str = ""
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class ConcludePilot:
    """`due` is when the next word comes, for a pilot that is scaled or extended."""

    pilot: PilotId
    by: PersonId
    at: datetime
    outcome: Literal["scaled", "stopped", "extended"]
    learning: str
    due: datetime
    ends_on: date | None = None
    at_desk: bool = False
    latest: Latest | None = None


@dataclass(frozen=True, slots=True)
class RealiseIdea:
    by: PersonId
    at: datetime
    remark: str = ""
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class ReopenIdea:
    by: PersonId
    at: datetime
    to: State
    reason: str
    accountable: PersonId
    due: datetime


@dataclass(frozen=True, slots=True)
class RecordPastStep:
    """A step in the life of an idea that another system kept; much of it may be unknown.

    `told_at` is when it is told to us: a past step is over by then.
    """

    idea: IdeaId
    kind: PastKind
    at: datetime
    told_at: datetime
    pilot: PilotId
    author: PersonId | None = None
    co_authors: tuple[PersonId, ...] = ()
    by: PersonId | None = None
    reviewer: PersonId | None = None
    title: str | None = None
    body: str | None = None
    department: str | None = None
    category: str | None = None
    language: Language = "nl"
    reason: str | None = None
    to: State | None = None
    wake_on: date | None = None
    outcome: Literal["scaled", "stopped", "extended"] | None = None


IdeaCommand = (
    SubmitIdea | ReviseIdea | WithdrawIdea | TakeUnderReview | RecordAnswer | StartPilot
    | RecordMeasurement | ConcludePilot | RealiseIdea | ReopenIdea | RecordPastStep
    | TogetherCommand | RevealAuthor | PhotoCommand
)  # fmt: skip
