"""A story that people click through: a reviewer goes on holiday, and the deputy takes over.

The clock runs on: what the deputy lets pass breaks openly, and the counter of broken promises that
are not answered yet shows it until whoever took over answers.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser

from tests.journeys.answers import whole_answer
from tests.journeys.clicking import comes
from tests.journeys.house import Cast, House, until
from tests.journeys.people import is_away, joins
from tests.journeys.portal import PHONE, browser_here

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
REVIEWER = "employee reviewer"
NO = {
    "outcome": "declined", "next_step": "Zodra het rooster namen toont, vervalt het bord.",
    "reason": "Het nieuwe rooster zegt vanaf mei op elke telefoon wie er is.",
    **{f"mark.{name}": "partly" for name in ("value", "feasibility", "fit")},
    "sentence.value": "Zoeken kost elke dienst een kwartier.",
    "sentence.feasibility": "Een bord hangt er in een middag.",
    "sentence.fit": "We willen minder borden, niet meer.",
}  # fmt: skip


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
