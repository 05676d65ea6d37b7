"""Short ways to say what happened, for tests of numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.vocabulary import State
from metrics.domain.answers import Answer, Question, answer
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import Facts, IdeaFact, Owed
from metrics.domain.periods import Window

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2025, 1, 1, tzinfo=UTC)
ANNA, BEN, DESK = b"anna", b"ben", b"desk"

_STATES: dict[str, State] = {
    "IdeaSubmitted": "submitted", "IdeaTakenUnderReview": "under_review",
    "IdeaAccepted": "accepted", "IdeaDeclined": "declined", "IdeaParked": "parked",
    "IdeaWithdrawn": "withdrawn", "PilotStarted": "in_pilot", "IdeaRealised": "realised",
}  # fmt: skip


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def idea(number: int) -> UUID:
    return UUID(int=number)


def life(number: int, *steps: tuple[float, str] | tuple[float, str, State], **birth: Any) -> list[
    IdeaFact
]:  # fmt: skip
    """Return the facts of an idea: (day, type) or (day, type, state), versions in this order."""
    facts = []
    for version, step in enumerate(steps, start=1):
        at, name = step[0], step[1]
        state = step[2] if len(step) == 3 else _STATES.get(name)
        facts.append(
            IdeaFact(
                idea=idea(number), version=version, type=name, state=state, occurred_at=day(at),
                recorded_at=birth.get("recorded_at") or day(at), author=birth.get("author", ANNA),
                origin=birth.get("origin", "live"), category=birth.get("category"),
                department=birth.get("department") if version == 1 else None,
                owed=birth.get("owed"),
            )
        )  # fmt: skip
    return facts


def owed(person: bytes, until: float) -> Owed:
    return Owed(person, day(until))


def period(since: float | None, until: float, at: float | None = None) -> Window:
    judged = day(until if at is None else at)
    start = None if since is None else day(since)
    return Window(since=start, until=min(day(until), judged), at=judged)


def ask(kpi: str, window: Window, facts: Facts, **question: Any) -> Answer:
    return answer(Question(kpi=REGISTER[kpi], window=window, **question), facts, ZONE)
