"""What several people do to an idea one after the other, at the doors of a house."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.feedback import ReviewCompleted, ReviewerAssigned
from contracts.vocabulary import IdeaId, PersonId
from services.ideas.tests.house import House

ENDS = datetime.now(UTC).date() + timedelta(days=60)
PLAN = {
    "hypothesis": "het gaat sneller", "measure": "minuten", "stop_rule": "na een ongeluk",
    "team": ["bo"], "super_users": ["bo"], "baseline": 30, "target": 20,
    "ends_on": ENDS.isoformat(),
}  # fmt: skip


async def answered(house: House, idea: str, outcome: Any = "accepted") -> datetime:
    """Let rik review an idea; return when he answered."""
    at = house.parts.clock.now()
    about: dict[str, Any] = {
        "idea": IdeaId(UUID(idea)), "author": PersonId("anna"), "reviewer": PersonId("rik"),
        "at": at,
    }  # fmt: skip
    due = at + timedelta(days=28)
    yes = outcome != "declined"
    await house.hear(
        ReviewerAssigned(**about, due=due),
        ReviewCompleted(
            **about, outcome=outcome, accountable=PersonId("rik") if yes else None,
            due=due if yes else None,
        ),
    )  # fmt: skip
    return at


async def piloted(house: House) -> tuple[str, str]:
    idea = await house.submitted()
    await answered(house, idea)
    started = await house.post(f"/ideas/{idea}/pilots", PLAN, "rik:reviewer")
    assert started.status_code == 201, started.text
    return idea, started.json()["pilot"]
