"""What `feedback` tells: who reviews an idea, and what they answered."""

from datetime import date
from typing import Literal

from msgspec import UNSET

from contracts.personal import AuthorsPersonal
from contracts.vocabulary import Event, IdeaId, Instant, Origin, PersonId, Promised

OWNER = "feedback"
TOPIC = "kiem.feedback.events"

Outcome = Literal["accepted", "declined", "parked"]
Mark = Literal["met", "partly", "not_met", "unknown"]


class ReviewRequested(Promised, frozen=True, kw_only=True):
    """An idea waits for a reviewer; until there is one, the desk is accountable."""

    idea: IdeaId
    author: PersonId
    co_authors: tuple[PersonId, ...] = ()
    department: str | None = None
    category: str | None = None
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
    origin: Origin = "live"


class ReviewCompleted(Promised, frozen=True, kw_only=True):
    """The answer: an outcome per criterion with a sentence, a reason, and a next step."""

    idea: IdeaId
    author: PersonId
    reviewer: PersonId
    outcome: Outcome
    rubric: str | None = None
    marks: dict[str, Mark] = {}  # noqa: RUF012 - msgspec copies it
    wake_on: date | None = None
    sentences: AuthorsPersonal[dict[str, str]] = UNSET
    reason: AuthorsPersonal[str] = UNSET
    next_step: AuthorsPersonal[str] = UNSET


class ReviewClosed(Event, frozen=True, kw_only=True):
    """The idea waits for no answer any more: its author took it back."""

    idea: IdeaId
    author: PersonId


FeedbackEvent = ReviewRequested | ReviewerAssigned | ReviewCompleted | ReviewClosed
STREAMS: dict[str, object] = {"review": FeedbackEvent}
