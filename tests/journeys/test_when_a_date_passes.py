"""A date passes in silence: the author is told so, and the next person up answers for it.

The clock runs on when a reviewer goes on holiday, too: what the deputy lets pass breaks openly, and
the counter of broken promises that are not answered yet shows it until whoever took over answers.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser

from tests.journeys.answers import judged, whole_answer
from tests.journeys.building import running
from tests.journeys.clicking import comes
from tests.journeys.house import Cast, House, said, until
from tests.journeys.people import is_away, joins
from tests.journeys.portal import PHONE, browser_here

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

TITLE = "Een klok die de waarheid zegt"
REVIEWER = "employee reviewer"
NO = {
    "outcome": "declined", "next_step": "Zodra het rooster namen toont, vervalt het bord.",
    "reason": "Het nieuwe rooster zegt vanaf mei op elke telefoon wie er is.",
    **judged(
        "Zoeken kost elke dienst een kwartier.",
        "Een bord hangt er in een middag.",
        "We willen minder borden, niet meer.",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    """A house whose clock may be moved: nobody else asks it for today."""
    with running("dates") as own:
        await own.open()
        yield own
        await own.close()


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
        due = datetime.fromisoformat(loop["due"])
        await self.house.forward(due + by - await now(self.house))


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


async def test_a_reviewer_goes_on_holiday_and_the_counter_shows_one_and_then_none(
    house: House,
) -> None:
    cast = await house.cast()
    body = {"title": "Een rooster dat vakanties kent", "body": "Nu belt iedereen iedereen."}
    idea = str((await house.done("ideas", "/v1/ideas", body, cast.author))["idea"])
    shown = await house.in_state(idea, "under_review")
    assert shown["accountable"] == cast.reviewer
    due = datetime.fromisoformat(shown["due"])
    await counter_shows(house, idea, 0)

    deputy = await goes_on_holiday(house, cast, due)
    await owed_by(house, idea, deputy, due)  # the same date: the clock runs on
    queue = await house.get("feedback", "/v1/reviews", deputy, REVIEWER)
    assert idea in {review["idea"] for review in queue["items"]}

    await house.forward(due + timedelta(minutes=5) - await now(house))
    escalated = await owed_by(house, idea, cast.lead)
    await counter_shows(house, idea, 1)
    await house.forward(escalated + timedelta(minutes=5) - await now(house))
    await owed_by(house, idea, cast.director)
    await counter_shows(house, idea, 1)  # one idea waits, however often it was broken

    await may_answer(house, idea, cast.director)
    path = f"/v1/reviews/{idea}/decision"
    words = "Het rooster weet van alle vakanties, dus dit kan in een week."
    yes = whole_answer(words=words, by=cast.director, day=(await now(house)).date())
    await house.done("feedback", path, yes, cast.director, "employee director")
    await house.in_state(idea, "accepted")

    await counter_shows(house, idea, 0)


@pytest.mark.browser
@pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium")
async def test_what_was_handed_over_and_forgotten_is_answered_by_the_director_before_all_eyes(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    deputy = await joins(house, cast, "Dora", "reviewer")
    body = {"title": "Een bord met wie er is", "body": "Nu zoekt iedereen iedereen."}
    idea = str((await house.done("ideas", "/v1/ideas", body, cast.author))["idea"])
    rob_is = (await house.in_state(idea, "under_review"))["reviewer"]
    if rob_is != deputy:
        rob = await comes(browser, house, rob_is, "reviewer")
        await rob.goes(f"/reviews/{idea}")
        await rob.sends(f"/reviews/{idea}/hand-over", reviewer=deputy)
    dora = await comes(browser, house, deputy, "reviewer")
    await dora.finds("/reviews", body["title"])
    for owes, next_ in ((deputy, cast.lead), (cast.lead, cast.director)):
        due = await owed_by(house, idea, owes)
        await house.forward(due + timedelta(minutes=5) - await now(house))
        await owed_by(house, idea, next_)
    anna = await comes(browser, house, cast.author, size=PHONE)
    await anna.finds(f"/ideas/{idea}", "Dirk Jansen is aan zet", "2 keer gebroken")
    await anna.picture("3-broken")
    await may_answer(house, idea, cast.director)
    dirk = await comes(browser, house, cast.director, "director")
    await dirk.goes(f"/reviews/{idea}")
    await dirk.sends(f"/reviews/{idea}", **NO)
    await anna.finds(f"/ideas/{idea}", NO["reason"], NO["next_step"])
    assert dora.complaints + anna.complaints + dirk.complaints == []


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


async def goes_on_holiday(house: House, cast: Cast, due: datetime) -> str:
    """Let the reviewer have a deputy and be away when the answer is due; return the deputy."""
    deputy = await joins(house, cast, "Dora", "reviewer")
    await joins(house, cast, "Rob", "reviewer", deputy=deputy, person=cast.reviewer)
    first, last = due.date() - timedelta(days=2), due.date() + timedelta(days=5)
    await is_away(house, cast.reviewer, first, last)

    async def planned() -> bool:
        sql = "SELECT 1 FROM timer WHERE kind = 'absence_begins' AND owner LIKE $1"
        return bool(await house.rows("feedback", sql, f"absence-{cast.reviewer}%"))

    await until("feedback waits for the first day of the holiday", planned)
    morning = datetime(first.year, first.month, first.day, 9, tzinfo=UTC)
    await house.forward(morning - await now(house))
    return deputy


async def now(house: House) -> datetime:
    told = await house.get("notifications", "/v1/clock", "op", "operator")
    return datetime.fromisoformat(told["now"])


async def counter_shows(house: House, idea: str, number: int) -> None:
    """Wait until the counter has this many beside those of the ideas of other tests."""
    sql = "SELECT 1 FROM loop WHERE matter = 'idea' AND unanswered AND subject <> $1"

    async def look() -> bool:
        others = len(await house.rows("notifications", sql, UUID(idea)))
        told = await house.get("notifications", "/v1/guarantee", "somebody")
        return bool(told["unanswered"] - others == number)

    await until(f"the counter of broken promises not yet answered shows {number}", look)


async def owed_by(house: House, idea: str, person: str, due: datetime | None = None) -> datetime:
    """Wait until the idea itself says that a person owes the next word; return until when."""

    async def look() -> Any:
        shown = await house.get("ideas", f"/v1/ideas/{idea}", "somebody")
        path = f"/v1/loops/{idea}"
        promised = await house.get("notifications", path, "desk", "desk")
        both = {shown["accountable"], promised["accountable"]} == {person}
        return shown["due"] if both and shown["due"] == promised["due"] else None

    found = datetime.fromisoformat(await until(f"{person} owes the next word", look))
    assert due is None or found == due
    return found


async def may_answer(house: House, idea: str, person: str) -> None:
    """Wait until who took over finds the review in their queue."""

    async def look() -> bool:
        told = await house.get("feedback", "/v1/reviews", person, "employee director")
        return idea in {review["idea"] for review in told["items"]}

    await until(f"{person} finds it in the queue", look)
