"""Colleagues take part in a pilot; in that of an idea that is for a few, only these."""

from dataclasses import dataclass
from datetime import datetime

from contracts.ideas import IdeaEvent, PilotJoined
from contracts.vocabulary import PersonId, PilotId
from ideas.domain import refusals as no
from ideas.domain.state import Idea
from ideas.domain.ways import may_see


@dataclass(frozen=True, slots=True)
class JoinPilot:
    pilot: PilotId
    by: PersonId
    at: datetime
    people: int | None = None
    at_desk: bool = False


def join(idea: Idea, asked: JoinPilot) -> list[IdeaEvent]:
    if idea.state != "in_pilot" or idea.pilot != asked.pilot:
        raise no.NoSuchPilotRuns
    if asked.by in idea.team:
        return []
    # The team reads the idea: nobody comes to read it by joining.
    if not may_see(idea, asked.by, at_desk=asked.at_desk):
        raise no.ThePilotIsOfAFew
    if asked.people is not None and len(idea.team) >= asked.people:
        raise no.ThePilotTeamIsTooLarge(asked.people)
    return [
        PilotJoined(
            at=max(asked.at, idea.moment), idea=idea.idea, author=idea.author, by=asked.by,
            pilot=asked.pilot, accountable=idea.accountable, due=idea.due,
        )
    ]  # fmt: skip
