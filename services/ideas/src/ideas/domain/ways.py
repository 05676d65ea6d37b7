"""Ways to submit: what an idea that was told under an alias keeps to itself, until its author says.

An alias stands where the author's name would, in every event. Only its author takes it off.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.ideas import AuthorRevealed, IdeaEvent
from contracts.vocabulary import PersonId
from ideas.domain import refusals as no
from ideas.domain.state import Idea


@dataclass(frozen=True, slots=True)
class RevealAuthor:
    """Say whose idea it is. The door has made sure that `by` says it of themselves."""

    by: PersonId
    at: datetime


def reveal(idea: Idea, asked: RevealAuthor) -> list[IdeaEvent]:
    told = idea.submission
    if told.way == "named":
        raise no.TheAuthorIsNamed
    if idea.revealed == asked.by:
        return []
    if idea.revealed is not None:
        raise no.TheAuthorIsNamed
    return [
        AuthorRevealed(
            at=max(asked.at, idea.moment), idea=idea.idea, author=idea.author, by=asked.by,
            language=told.language, title=told.title, body=told.body,
            accountable=idea.accountable, due=idea.due,
        )
    ]  # fmt: skip


def may_see(idea: Idea, who: PersonId, *, at_desk: bool) -> bool:
    """Tell whether the words of an idea are for somebody.

    A named idea is told to the house. Another one is for its author, for those who answer it, and
    for those who try it out.
    """
    if idea.told_to_the_house or at_desk:
        return True
    return who in idea.authors | idea.team | {idea.reviewer, idea.accountable}
