"""Where a review stands. None: no idea has asked for one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracts.feedback import Outcome
from contracts.vocabulary import AppealId, IdeaId, OpinionId, PersonId, QuestionId, Way


@dataclass(frozen=True, slots=True)
class Question:
    """What the author was asked; until then the clock stands still."""

    id: QuestionId
    until: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """The idea waits since a moment; `reviewer` is None while the desk is accountable.

    On an appeal, `against` gave the answer that is looked at again, and `outcome` is that answer.
    `requested` is when the idea asked for a review, as the idea says it; of an appeal it is that of
    the answer it is against. None where nobody knows.
    """

    idea: IdeaId
    author: PersonId
    co_authors: tuple[PersonId, ...]
    accountable: PersonId
    due: datetime
    since: datetime
    rubric: str | None = None
    reviewer: PersonId | None = None
    question: Question | None = None
    opinions: Mapping[OpinionId, PersonId] = field(default_factory=dict)
    given: frozenset[OpinionId] = frozenset()
    recused: frozenset[PersonId] = frozenset()
    appeal: AppealId | None = None
    against: PersonId | None = None
    outcome: Outcome | None = None
    appealed: bool = False
    way: Way = "named"
    owed_since: datetime | None = None
    requested: datetime | None = None

    @property
    def named_at(self) -> datetime:
        """When whoever is accountable now became it."""
        return self.owed_since or self.since


@dataclass(frozen=True, slots=True)
class Completed:
    """The idea is answered; its author may rate the answer, and appeal once."""

    idea: IdeaId
    author: PersonId
    reviewer: PersonId
    outcome: Outcome
    co_authors: tuple[PersonId, ...] = ()
    rubric: str | None = None
    recused: frozenset[PersonId] = frozenset()
    rated: bool = False
    appealed: bool = False
    way: Way = "named"
    requested: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    idea: IdeaId
    author: PersonId
    appealed: bool = False


Review = Open | Completed | Closed | None
