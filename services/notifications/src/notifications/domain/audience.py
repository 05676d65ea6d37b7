"""Who is told beside those whom a matter is about: followers, those who took part, an audience.

None of it is owed: each of them may turn it off, and nobody waits for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.challenges import ChallengeClosed
from contracts.notifications import EscalatedV2
from contracts.talk import CommentPosted
from contracts.tools import ToolChanged, ToolIntroduced
from contracts.vocabulary import ChallengeId, Event, IdeaId, PersonId, SubjectId
from notifications.domain.notices import Facts, Kind, Notice, kind_of
from notifications.domain.steps import Outcome, actor_of, outcome_of
from notifications.domain.subjects import Subject, of_challenge, of_idea, subject_of

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
    """Something that everybody is told once who belongs to an audience.

    `whose`: the idea that they follow, the challenge in which they took part, or the tool that
    comes to their `departments`, to everybody where these are empty. `knowing`: who need not be
    told, as they did it or are told as authors.
    """

    kind: Literal["followed", "challenge_closed", "challenge_late", "tool_introduced"]
    whose: UUID
    cause: str
    at: datetime
    outcome: Outcome | None = None
    knowing: frozenset[PersonId] = frozenset()
    departments: tuple[str, ...] = ()
    due: datetime | None = None


def of_followers(event: Event) -> IdeaId | None:
    """Return the idea whose followers are told of a step: something became of it."""
    about = subject_of(event)
    news = about is not None and about.matter == "idea" and kind_of(event) in _NEWS
    return about.idea if about and news else None


def news_of(event: Any, cause: str, authors: Iterable[PersonId]) -> News:
    """Return what to tell those who follow an idea when something became of it."""
    knowing = frozenset(filter(None, (*authors, actor_of(event))))
    return News("followed", event.idea, cause, event.at, outcome_of(event), knowing)


def report_of(event: ChallengeClosed, cause: str) -> News:
    """Return what to tell everybody who took part in a challenge: that its report is there."""
    knowing = frozenset({event.by})
    return News("challenge_closed", event.challenge, cause, event.at, knowing=knowing)


def late_of(made: Sequence[Event], cause: str) -> News | None:
    """Return what to tell everybody who took part where the report of a challenge did not come.

    They are told once, when its leader let the date pass: whoever takes over after that is between
    them and the ladder.
    """
    for event in made:
        if isinstance(event, EscalatedV2) and event.matter == "challenge":
            knowing = frozenset({event.author, event.accountable})
            if event.previous == event.author:
                return News(
                    "challenge_late", event.subject, cause, event.at, knowing=knowing, due=event.due
                )
    return None


def introduction_of(event: ToolIntroduced, cause: str) -> News:
    """Return what to tell those for whom a tool is: why it comes, and what is asked of them."""
    return News(
        "tool_introduced", event.tool, cause, event.at, knowing=frozenset({event.by}),
        departments=event.audience,
    )  # fmt: skip


def widening_of(event: ToolChanged, before: Sequence[str], cause: str) -> News | None:
    """Return what to tell those for whom a tool is only now; None where it is for nobody new.

    `before`: the departments that it was for, none of them for everybody.
    """
    added = tuple(name for name in event.audience if name not in before)
    if not before or (event.audience and not added):
        return None
    return News(
        "tool_introduced", event.tool, cause, event.at, knowing=frozenset({event.by}),
        departments=added,
    )  # fmt: skip


def notices_of(news: News, parts: Iterable[Part]) -> list[Notice]:
    """Return what to tell some of an audience, each once."""
    shown: dict[PersonId, IdeaId | None] = {}
    for part in parts:
        if part.person not in news.knowing:
            shown.setdefault(part.person, part.idea)
    facts = Facts(due=news.due, outcome=news.outcome)
    # Of a tool everybody hears once, however often it came to more departments.
    cause = f"{news.whose}" if news.kind == "tool_introduced" else news.cause
    return [
        Notice(news.kind, person, _about(news, idea), cause, news.at, facts)
        for person, idea in shown.items()
    ]


def _about(news: News, idea: IdeaId | None) -> Subject:
    """Return what somebody is told about; who took part under an alias finds it by their idea."""
    match news.kind:
        case "followed":
            return of_idea(IdeaId(news.whose))
        case "tool_introduced":
            return Subject("tool", SubjectId(news.whose))
        case _:
            return of_challenge(ChallengeId(news.whose), idea)


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
