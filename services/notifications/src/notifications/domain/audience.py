"""Who is told beside those whom a matter is about: followers, the mentioned, those who took part.

None of it is owed: each of them may turn it off, and nobody waits for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.challenges import ChallengeClosed
from contracts.talk import CommentPosted
from contracts.vocabulary import Event, IdeaId, PersonId
from notifications.domain.notices import Facts, Kind, Notice, kind_of
from notifications.domain.steps import Outcome, actor_of, outcome_of
from notifications.domain.subjects import of_idea, subject_of

# What became of an idea. Who answers for it meanwhile is between them and its authors.
_NEWS: frozenset[Kind] = frozenset({
    "decision", "pilot_started", "pilot_concluded", "realised", "merged",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody who follows an idea or took part in a challenge, and with which idea, if any."""

    person: PersonId
    idea: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class News:
    """Something that everybody who follows an idea, or took part in a challenge, is told once.

    `whose`: that idea or challenge. `idea`: what those are shown who have none of their own there.
    `knowing`: who need not be told, as they did it or are told as authors.
    """

    kind: Literal["followed", "challenge_closed"]
    whose: UUID
    cause: str
    at: datetime
    idea: IdeaId | None
    outcome: Outcome | None = None
    knowing: frozenset[PersonId] = frozenset()


def of_followers(event: Event) -> IdeaId | None:
    """Return the idea whose followers are told of a step: something became of it."""
    about = subject_of(event)
    news = about is not None and about.matter == "idea" and kind_of(event) in _NEWS
    return about.idea if about and news else None


def news_of(event: Any, cause: str, authors: Iterable[PersonId]) -> News:
    """Return what to tell those who follow an idea when something became of it."""
    knowing = frozenset(filter(None, (*authors, actor_of(event))))
    idea = event.idea
    return News("followed", idea, cause, event.at, idea, outcome_of(event), knowing)


def report_of(event: ChallengeClosed, cause: str) -> News:
    """Return what to tell everybody who took part in a challenge: that its report is there.

    Who showed no idea is told about the first that was chosen.
    """
    first, knowing = next(iter(event.chosen), None), frozenset({event.by})
    return News("challenge_closed", event.challenge, cause, event.at, first, knowing=knowing)


def notices_of(news: News, parts: Iterable[Part]) -> list[Notice]:
    """Return what to tell some of an audience, each once.

    Where somebody showed no idea and none was chosen, there is nothing to show them.
    """
    shown: dict[PersonId, IdeaId] = {}
    for part in parts:
        idea = part.idea or news.idea
        if idea is not None and part.person not in news.knowing:
            shown.setdefault(part.person, idea)
    facts = Facts(outcome=news.outcome)
    return [
        Notice(news.kind, person, of_idea(idea), news.cause, news.at, facts)
        for person, idea in shown.items()
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
