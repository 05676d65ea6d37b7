"""Who is told beside those whom a matter is about: followers, the mentioned, those who took part.

None of it is owed: each of them may turn it off, and nobody waits for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.challenges import ChallengeClosed
from contracts.talk import CommentPosted
from contracts.vocabulary import Event, IdeaId, PersonId
from notifications.domain.notices import Facts, Kind, Notice, kind_of
from notifications.domain.steps import actor_of, outcome_of
from notifications.domain.subjects import of_idea, subject_of

# What became of an idea. Who answers for it meanwhile is between them and its authors.
_NEWS: frozenset[Kind] = frozenset({
    "decision", "pilot_started", "pilot_concluded", "realised", "merged",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody who took part in a challenge, and the idea with which they did, if any."""

    person: PersonId
    idea: IdeaId | None = None


def of_followers(event: Event) -> IdeaId | None:
    """Return the idea whose followers are told of a step: something became of it."""
    about = subject_of(event)
    news = about is not None and about.matter == "idea" and kind_of(event) in _NEWS
    return about.idea if about and news else None


def about_news(
    event: Any, cause: str, followers: Iterable[PersonId], authors: Sequence[PersonId]
) -> list[Notice]:
    """Return what to tell those who follow an idea when something became of it."""
    facts, knowing = Facts(outcome=outcome_of(event)), {*authors, actor_of(event)}
    return [
        Notice("followed", person, of_idea(event.idea), cause, event.at, facts)
        for person in followers
        if person not in knowing
    ]


def about_comment(
    event: CommentPosted, cause: str, authors: Sequence[PersonId], answered: PersonId | None
) -> list[Notice]:
    """Return what to tell of a comment: each person once, by what concerns them most.

    `answered`: whose comment it replies to.
    """
    told: dict[PersonId, Kind] = dict.fromkeys(authors, "commented")
    if answered is not None:
        told[answered] = "replied"
    told |= dict.fromkeys(event.mentions, "mentioned")
    told.pop(event.by, None)
    about = of_idea(event.idea)
    return [Notice(kind, person, about, cause, event.at, Facts()) for person, kind in told.items()]


def about_closing(event: ChallengeClosed, cause: str, parts: Iterable[Part]) -> list[Notice]:
    """Return what to tell everybody who took part in a challenge: that its report is there.

    Who showed no idea is told about the first that was chosen; where none was, there is nothing
    to show them.
    """
    shown: dict[PersonId, IdeaId] = {}
    for part in parts:
        idea = part.idea or next(iter(event.chosen), None)
        if idea is not None and part.person != event.by:
            shown.setdefault(part.person, idea)
    return [
        Notice("challenge_closed", person, of_idea(idea), cause, event.at, Facts())
        for person, idea in shown.items()
    ]
