"""A date passes in silence: the author is told so, and the next person up answers for it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.journeys.house import Cast, House, said, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

TITLE = "Een klok die de waarheid zegt"


class Silence:
    """An idea whose reviewer says nothing."""

    def __init__(self, house: House, cast: Cast, idea: str) -> None:
        self.house, self.cast, self.idea = house, cast, idea

    async def owed_by(self, person: str) -> Any:
        """Wait until a person owes the next word; return the loop."""

        async def look() -> Any:
            path = f"/v1/loops/{self.idea}"
            answer = await self.house.ask("notifications", path, "desk", "desk")
            loop = answer.json() if answer.status_code == 200 else {}
            return loop if loop.get("accountable") == person else None

        return await until(f"{person} owes the next word", look)

    async def pass_by(self, loop: Any, by: timedelta) -> None:
        """Let the promised date of a loop pass, or come near."""
        told = await self.house.get("notifications", "/v1/clock", "op", "operator")
        due = datetime.fromisoformat(loop["due"])
        await self.house.forward(due + by - datetime.fromisoformat(told["now"]))


@pytest.fixture(scope="module")
async def silence(house: House) -> Silence:
    """An idea that waits for its reviewer."""
    cast = await house.cast()
    body = {"title": TITLE, "body": "Ook als het te laat is."}
    idea = (await house.done("ideas", "/v1/ideas", body, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    return Silence(house, cast, idea)


async def test_it_climbs_and_everybody_is_told(silence: Silence) -> None:
    house, cast = silence.house, silence.cast
    promised = await silence.owed_by(cast.reviewer)
    assert promised["broken"] == 0

    await silence.pass_by(promised, -timedelta(hours=2))
    reminder = await house.mail_with(cast.address(cast.reviewer), TITLE[:20])
    kinds = await notices_with(house, cast.reviewer, "reminder")
    assert "reminder" in kinds
    assert "Hello Rob Jansen" in said(reminder)

    await silence.pass_by(promised, timedelta(minutes=5))
    escalated = await silence.owed_by(cast.lead)
    assert (escalated["broken"], escalated["rung"]) == (1, "lead")
    assert escalated["due"] > promised["due"]
    assert [s["event"] for s in escalated["history"]][-2:] == ["PromiseBroken", "Escalated"]
    await told(house, cast.author, "promise_broken", "Hallo Anna Jansen")
    await told(house, cast.lead, "escalated", "Hallo Lea Jansen")

    await silence.pass_by(escalated, timedelta(minutes=5))
    again = await silence.owed_by(cast.director)
    assert (again["broken"], again["rung"]) == (2, "director")
    await told(house, cast.director, "escalated", "Hello Dirk Jansen")


async def test_both_facts_are_published_together(silence: Silence) -> None:
    async def look() -> Any:
        loop = f"loop-{silence.idea}"
        found = [e for e in await silence.house.events("notifications") if e["stream"] == loop]
        return found if len(found) >= 6 else None

    events = await until("both breaks are published", look)
    types = [event["type"].split(".")[-2] for event in events]
    assert types == [
        "PromiseMade", "PromiseMade", "PromiseBroken", "Escalated", "PromiseBroken", "Escalated",
    ]  # fmt: skip
    assert [event["version"] for event in events] == [1, 2, 3, 4, 5, 6]
    for broken, escalated in (events[2:4], events[4:6]):
        assert broken["recorded_at"] == escalated["recorded_at"]
        assert broken["data"]["accountable"] == escalated["data"]["previous"]


async def test_nobody_waits_in_silence(silence: Silence) -> None:
    async def look() -> bool:
        asked = {"origin": "live"}
        path = "/v1/kpis/silent_ideas"
        found = await silence.house.get("metrics", path, "somebody", **asked)
        return bool(found["n"]) and found["value"] == 0

    await until("no idea is silent, though promises were broken", look)


async def notices_with(house: House, person: str, kind: str) -> set[str]:
    async def look() -> Any:
        found = {notice["kind"] for notice in await house.notices(person)}
        return found if kind in found else None

    kinds: set[str] = await until(f"{person} has a notice: {kind}", look)
    return kinds


async def told(house: House, person: str, kind: str, greeting: str) -> None:
    """Wait for the notice and for its mail, which names the idea."""
    await notices_with(house, person, kind)
    sql = "SELECT mail FROM notice WHERE person = $1 AND kind = $2"

    async def look() -> bool:
        rows = await house.rows("notifications", sql, person, kind)
        return bool(rows) and all(row["mail"] == "delivered" for row in rows)

    await until(f"the mail of {kind} to {person}", look)
    mails = house.mails(f"{person}@example.org")
    assert any(TITLE in said(mail) and greeting in said(mail) for mail in mails)
