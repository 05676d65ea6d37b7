"""What can be asked of a review."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.feedback import Mark, Outcome
from contracts.vocabulary import (
    AppealId,
    ChallengeId,
    IdeaId,
    OpinionId,
    Origin,
    PersonId,
    QuestionId,
    TakenOver,
    Way,
)
from feedback.domain.limits import Limits


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who was found to review, by which criteria, and until when."""

    reviewer: PersonId
    criteria: tuple[str, ...]
    rubric: str
    due: datetime


@dataclass(frozen=True, slots=True)
class RequestReview:
    """An idea waits for an answer. Without an assignment the desk stays accountable.

    `anew`: it waits for another one than before, and for that one no more.
    """

    idea: IdeaId
    author: PersonId
    at: datetime
    accountable: PersonId
    due: datetime
    co_authors: tuple[PersonId, ...] = ()
    department: str | None = None
    category: str | None = None
    challenge: ChallengeId | None = None
    rubric: str | None = None
    way: Way = "named"
    origin: Origin = "live"
    assignment: Assignment | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class AssignReviewer:
    """Somebody is named: by the desk, by a reviewer who hands over, or by routing (None)."""

    assignment: Assignment
    at: datetime
    by: PersonId | None = None
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class StandIn:
    """A reviewer is away from now on: the deputy answers, by the date that was promised."""

    absent: PersonId
    deputy: Assignment
    at: datetime


@dataclass(frozen=True, slots=True)
class CompleteReview:
    """An answer. `at_desk` says that `by` answers for the innovation desk.

    `apart` declares that `by` neither has the idea nor leads who has it. `limits`: how far ahead
    its dates may lie; None where no limit holds.
    """

    by: PersonId
    at: datetime
    outcome: Outcome
    criteria: tuple[str, ...]
    rubric: str
    marks: Mapping[str, Mark] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    next_step: str = ""
    wake_on: date | None = None
    accountable: PersonId | None = None
    due: datetime | None = None
    at_desk: bool = False
    together_with: tuple[IdeaId, ...] = ()
    copied_from: IdeaId | None = None
    apart: bool = False
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class CloseReview:
    """The idea waits no longer: its author took it back, or a history told how it went on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class RecordPastAssignment:
    """Somebody was named long ago, in a history that is imported.

    `told_at` is when it is told to us: what is past is over by then.
    """

    idea: IdeaId
    author: PersonId
    reviewer: PersonId
    at: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True)
class RecuseReviewer:
    """The reviewer stands too near. `desk` is accountable until `assignment` names another."""

    by: PersonId
    at: datetime
    reason: str
    desk: PersonId
    due: datetime
    assignment: Assignment | None = None


@dataclass(frozen=True, slots=True)
class AskQuestion:
    question: QuestionId
    by: PersonId
    at: datetime
    words: str
    until: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """`due` is when the answer to the idea is due now; a late answer moves nothing."""

    question: QuestionId
    by: PersonId
    at: datetime
    words: str
    due: datetime


@dataclass(frozen=True, slots=True)
class MoveDue:
    """The idea has another date."""

    at: datetime
    accountable: PersonId
    due: datetime


@dataclass(frozen=True, slots=True)
class HandUp:
    """The promise of `previous` is broken, and somebody else is accountable by another date.

    Or `previous` is gone (`cause`), and somebody else is accountable by the same one. `appeal` is
    the appeal that was promised, None where the answer to the idea itself was.
    """

    at: datetime
    previous: PersonId
    accountable: PersonId
    due: datetime
    appeal: AppealId | None = None
    cause: TakenOver = "broken"


@dataclass(frozen=True, slots=True)
class ChangeAuthors:
    """The idea has other co-authors. A reviewer who is one now stands aside, and `desk` owes it."""

    at: datetime
    co_authors: tuple[PersonId, ...]
    desk: PersonId
    due: datetime


@dataclass(frozen=True, slots=True)
class AskOpinion:
    opinion: OpinionId
    by: PersonId
    at: datetime
    asked: PersonId
    words: str
    due: datetime
    touches_team: bool = False


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    opinion: OpinionId
    by: PersonId
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class RateFeedback:
    """`useful` and `respectful` from 1 to 5."""

    by: PersonId
    at: datetime
    useful: int
    respectful: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class LodgeAppeal:
    """Ask another reviewer. `desk` is accountable until `assignment` names one."""

    appeal: AppealId
    by: PersonId
    at: datetime
    words: str
    desk: PersonId
    due: datetime
    assignment: Assignment | None = None


DialogueCommand = (
    RecuseReviewer | AskQuestion | AnswerQuestion | MoveDue | HandUp | ChangeAuthors | AskOpinion
    | GiveOpinion | RateFeedback | LodgeAppeal
)  # fmt: skip


AnswerCommand = (
    RequestReview | AssignReviewer | StandIn | CompleteReview | CloseReview | RecordPastAssignment
)  # fmt: skip
ReviewCommand = AnswerCommand | DialogueCommand
