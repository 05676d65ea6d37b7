"""What `feedback` tells: who reviews an idea, and what they answered.

`requested` is when the idea asked for the review that is told of, as the idea itself says it: what
is told of a review that an idea has left behind is known by it. What is older does not say it.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct

from contracts.personal import AuthorsPersonal, Personal
from contracts.vocabulary import (
    AppealId,
    ChallengeId,
    Event,
    IdeaId,
    Instant,
    Language,
    OpinionId,
    Origin,
    PersonId,
    Promised,
    QuestionId,
    TakenOver,
    Way,
)

OWNER = "feedback"
TOPIC = "kiem.feedback.events"

Outcome = Literal["accepted", "declined", "parked"]
Mark = Literal["met", "partly", "not_met", "unknown"]
Stars = Annotated[int, Meta(ge=1, le=5)]


class Criterion(Struct, frozen=True, kw_only=True):
    """What is looked at, and how it is asked, in both languages. It is no person's word."""

    name: str
    question: dict[Language, str]


class ReviewRequested(Promised, frozen=True, kw_only=True):
    """An idea waits for a reviewer; until there is one, the desk is accountable."""

    idea: IdeaId
    author: PersonId
    co_authors: tuple[PersonId, ...] = ()
    department: str | None = None
    category: str | None = None
    challenge: ChallengeId | None = None
    rubric: str | None = None
    way: Way = "named"
    origin: Origin = "live"


class ReviewerAssigned(Event, frozen=True, kw_only=True):
    """A named person will answer, by these criteria, by this date.

    `due` is None only on an imported fact.
    """

    idea: IdeaId
    author: PersonId
    reviewer: PersonId
    by: PersonId | None = None
    criteria: tuple[str, ...] = ()
    rubric: str | None = None
    due: Instant | None = None
    requested: Instant | None = None
    origin: Origin = "live"


class ReviewerRecused(Promised, frozen=True, kw_only=True):
    """The reviewer stands too near to the idea to judge it; somebody else is named."""

    idea: IdeaId
    author: PersonId
    reviewer: PersonId
    by: PersonId
    requested: Instant | None = None
    reason: Personal[str] = UNSET


class QuestionAsked(Promised, frozen=True, kw_only=True):
    """The reviewer needs to know more; the clock stands still until `asked_until` at the latest.

    `due` is the date that is promised if the author says nothing.
    """

    idea: IdeaId
    author: PersonId
    question: QuestionId
    by: PersonId
    asked_until: Instant
    requested: Instant | None = None
    words: AuthorsPersonal[str] = UNSET


class QuestionAnswered(Promised, frozen=True, kw_only=True):
    """The author answered; the clock runs on with what was left."""

    idea: IdeaId
    author: PersonId
    question: QuestionId
    by: PersonId
    requested: Instant | None = None
    words: AuthorsPersonal[str] = UNSET


class DueMoved(Promised, frozen=True, kw_only=True):
    """The answer is due at another date, as the idea itself says."""

    idea: IdeaId
    author: PersonId


class ReviewHandedUp(Promised, frozen=True, kw_only=True):
    """Somebody else than who promised is accountable, and may answer; who was named still may.

    `cause`: the promise was broken, or whoever gave it left or is away for long.
    """

    idea: IdeaId
    author: PersonId
    previous: PersonId
    cause: TakenOver = "broken"


class AuthorsChanged(Promised, frozen=True, kw_only=True):
    """The idea has these authors beside the first one: they rate and appeal, and never judge it."""

    idea: IdeaId
    author: PersonId
    co_authors: tuple[PersonId, ...]


class OpinionAsked(Event, frozen=True, kw_only=True):
    """The reviewer asks somebody else for a view; who answers the author stays the same."""

    idea: IdeaId
    author: PersonId
    opinion: OpinionId
    by: PersonId
    asked: PersonId
    due: Instant
    touches_team: bool = False
    words: Personal[str] = UNSET


class OpinionGiven(Event, frozen=True, kw_only=True):
    """Somebody else's view; the reviewer reads it, and the author where the reviewer quotes it."""

    idea: IdeaId
    author: PersonId
    opinion: OpinionId
    by: PersonId
    words: Personal[str] = UNSET


class ReviewCompleted(Promised, frozen=True, kw_only=True):
    """The answer: an outcome per criterion with a sentence, a reason, and a next step.

    `apart`: of a sealed idea the reviewer declares to be neither its author nor the author's lead.
    """

    idea: IdeaId
    author: PersonId
    reviewer: PersonId
    outcome: Outcome
    rubric: str | None = None
    appeal: AppealId | None = None
    together_with: tuple[IdeaId, ...] = ()
    apart: bool = False
    marks: dict[str, Mark] = {}  # noqa: RUF012 - msgspec copies it
    requested: Instant | None = None
    wake_on: date | None = None
    sentences: AuthorsPersonal[dict[str, str]] = UNSET
    reason: AuthorsPersonal[str] = UNSET
    next_step: AuthorsPersonal[str] = UNSET


class ReviewClosed(Event, frozen=True, kw_only=True):
    """The idea waits for no answer any more: its author took it back."""

    idea: IdeaId
    author: PersonId


class FeedbackRated(Event, frozen=True, kw_only=True):
    """The author says whether the answer was useful, and whether it was respectful: 1 to 5."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    reviewer: PersonId
    useful: Stars
    respectful: Stars
    words: AuthorsPersonal[str] = UNSET


class AppealLodged(Promised, frozen=True, kw_only=True):
    """The author asks somebody else to look at the answer; that can be asked once."""

    idea: IdeaId
    author: PersonId
    appeal: AppealId
    by: PersonId
    against: PersonId
    words: AuthorsPersonal[str] = UNSET


class AppealDecided(Event, frozen=True, kw_only=True):
    """Another reviewer looked: the answer stands, or another one takes its place.

    The answer itself is told as every answer is, by the ReviewCompleted beside this.
    """

    idea: IdeaId
    author: PersonId
    appeal: AppealId
    reviewer: PersonId
    granted: bool


class RubricPublished(Event, frozen=True, kw_only=True):
    """Ideas are judged by these criteria now; those submitted before keep theirs."""

    rubric: str
    by: PersonId
    category: str | None = None
    criteria: tuple[Criterion, ...]


class Rule(Struct, frozen=True, kw_only=True):
    """Who reviews what: the first rule that fits an idea names its reviewers. None fits all."""

    reviewers: tuple[PersonId, ...]
    category: str | None = None
    department: str | None = None
    challenge: ChallengeId | None = None


class RoutingChanged(Event, frozen=True, kw_only=True):
    """Reviewers are found by these rules now; nobody has more open reviews than `most_open`."""

    routing: str
    by: PersonId
    most_open: Annotated[int, Meta(ge=1)]
    rules: tuple[Rule, ...] = ()


FeedbackEvent = (
    ReviewRequested | ReviewerAssigned | ReviewerRecused | QuestionAsked | QuestionAnswered
    | DueMoved | ReviewHandedUp | AuthorsChanged | OpinionAsked | OpinionGiven | ReviewCompleted
    | FeedbackRated | AppealLodged | AppealDecided | ReviewClosed
)  # fmt: skip
STREAMS: dict[str, object] = {
    "review": FeedbackEvent,
    "rubric": RubricPublished,
    "routing": RoutingChanged,
}
