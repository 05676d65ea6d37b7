"""Where a review stands. None: no idea has asked for one."""

from dataclasses import dataclass
from datetime import datetime

from contracts.feedback import Outcome
from contracts.vocabulary import IdeaId, PersonId


@dataclass(frozen=True, slots=True)
class Open:
    """The idea waits since a moment; `reviewer` is None while the desk is accountable."""

    idea: IdeaId
    author: PersonId
    co_authors: tuple[PersonId, ...]
    accountable: PersonId
    due: datetime
    since: datetime
    reviewer: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    idea: IdeaId
    author: PersonId
    reviewer: PersonId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Closed:
    idea: IdeaId
    author: PersonId


Review = Open | Completed | Closed | None
