"""Whoever is to go on with an idea gives it to somebody else, who does it by the same date."""

from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET

from contracts.handed_up import IdeaHandedOver
from contracts.ideas import IdeaEvent
from contracts.vocabulary import PersonId
from ideas.domain import refusals as no
from ideas.domain.state import Idea

_WAITING = ("submitted", "under_review")


@dataclass(frozen=True, slots=True)
class HandOverIdea:
    """Let `to` go on with it. While it waits for its answer, another reviewer is named instead."""

    by: PersonId
    at: datetime
    to: PersonId
    reason: str
    at_desk: bool = False


def hand_over(idea: Idea, asked: HandOverIdea) -> list[IdeaEvent]:
    owed = idea.owed
    if idea.finished or owed is None or idea.due is None:
        raise no.NothingIsPromised
    if idea.state in _WAITING:
        raise no.AnotherReviewerIsNamed
    if asked.by not in {owed.accountable, owed.named} and not asked.at_desk:
        raise no.OnlyTheAccountableHandsItOver
    if asked.to == owed.accountable:
        return []
    return [
        IdeaHandedOver(
            at=max(asked.at, idea.moment), idea=idea.idea, author=idea.author, by=asked.by,
            reason=asked.reason or UNSET, accountable=asked.to, due=idea.due,
        )
    ]  # fmt: skip
