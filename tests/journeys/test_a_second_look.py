"""An author says in the portal what was missed; somebody else reads it and answers anew."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.answers import judged
from tests.journeys.house import House
from tests.journeys.portal import (
    AXE,
    DESK,
    PHONE,
    Reader,
    browser_here,
    opened,
    portal_client,
    reviewer_of,
    sign_in,
    violations,
)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
MISSED = "De nieuwe kasten staan er in januari al."
FIRST = {
    "outcome": "declined", "next_step": "Bij nieuwe kasten in maart wordt dit een ja.",
    **judged(
        "Iedere dienst zoekt tien minuten naar sleutels.",
        "De kasten hebben drie merken sloten.",
        "Het past bij veilig werken.",
    ),
}  # fmt: skip
SECOND = FIRST | {"outcome": "accepted", "next_step": "Facilitair bestelt één merk in januari."}


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house) as client:
        yield Reader(house, client)


async def sent(reader: Reader, page: str, to: str, **filled: str) -> None:
    """Fill in a form of a page, and send it."""
    fields = await reader.fields(page)
    done = await reader.client.post(page + to, data=fields | filled)
    assert done.status_code == 303, done.text


async def test_somebody_else_reads_what_was_missed_and_says_yes(
    reader: Reader, house: House
) -> None:
    cast, other = await house.cast(), await house.cast()  # an appeal needs another reviewer
    told = {"title": "Eén sleutel voor alle kasten", "body": "Nu hebben we er negen."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    rob, page = await reviewer_of(house, idea), f"/reviews/{idea}"
    await house.in_state(idea, "under_review")
    await reader.sign_in(rob, "employee reviewer")
    await sent(reader, page, "", **FIRST, reason=f"Eén sleutel opent ook de medicijnkast: {idea}.")
    await house.in_state(idea, "declined")
    await the_author_says_what_was_missed(reader, idea, cast.author)

    sam = await reviewer_of(house, idea, but=rob)
    await who_answered_reads_how_it_was_found(reader, page, rob)
    await reader.sign_in(sam, "employee reviewer")
    text = (await reader.client.get(page)).text
    for words in (MISSED, "opent ook de medicijnkast", "Het eerste antwoord: nee",
                  "De kasten hebben drie merken sloten."):  # fmt: skip
        assert words in text.partition(f'action="{page}"')[0], words
    assert "helder, maar kort" not in text, "of the first answer, and about somebody else"
    await nobody_else_reads_it(reader, idea, other.author)

    await reader.sign_in(sam, "employee reviewer")
    later = (await house.today() + timedelta(days=60)).isoformat()
    reason = f"Met de kasten van januari is het bezwaar weg: {idea}."
    await sent(reader, page, "", **SECOND, reason=reason, accountable=sam, due=later)
    await house.in_state(idea, "accepted")
    for who in (sam, rob):
        await reader.sign_in(who, "employee reviewer")
        text = (await reader.client.get(page)).text
        assert "Na een tweede blik is het antwoord een ander" in text, who
        assert MISSED in text, who
    decided = await house.get("feedback", f"/v1/reviews/{idea}", cast.author)
    assert (decided["appeal"]["granted"], decided["appeal"]["words"]) == (True, MISSED)


async def the_author_says_what_was_missed(reader: Reader, idea: str, author: str) -> None:
    at = f"/ideas/{idea}"
    await reader.sign_in(author)
    await sent(reader, at, "/rating", useful="2", respectful="5", rating="helder, maar kort")
    await sent(reader, at, "/appeal", appeal=MISSED)


async def who_answered_reads_how_it_was_found(reader: Reader, page: str, rob: str) -> None:
    await reader.sign_in(rob, "employee reviewer")
    text = (await reader.client.get(page)).text
    assert "Nuttig: 2 van 5. Respectvol: 5 van 5." in text
    assert "helder, maar kort" in text
    assert MISSED in text


async def nobody_else_reads_it(reader: Reader, idea: str, stranger: str) -> None:
    for roles, where in (("employee reviewer", f"/reviews/{idea}"), ("employee", f"/ideas/{idea}")):
        await reader.sign_in(stranger, roles)
        page = await reader.client.get(where)
        assert page.status_code == 200, page.text
        for words in (MISSED, "medicijnkast", "helder, maar kort"):
            assert words not in page.text, (where, words)


async def test_why_somebody_stood_aside_is_read_at_the_desk_alone(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told: dict[str, Any] = {"title": "Een tweede lift", "body": "De eerste staat vaak stil."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    rob, page = await reviewer_of(house, idea), f"/reviews/{idea}"
    await reader.sign_in(rob, "employee reviewer")
    await sent(reader, page, "/recusal", reason="Het is het idee van mijn zus.")
    for who, roles, seen in (("eva", "employee desk", True), (rob, "employee reviewer", False),
                             (cast.lead, "employee lead director", False)):  # fmt: skip
        await reader.sign_in(who, roles)
        text = (await reader.client.get(page)).text
        assert "Een tweede lift" in text
        assert ("Het is het idee van mijn zus." in text) is seen, who


@pytest.mark.browser
@pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium")
@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
async def test_what_is_said_of_an_answer_keeps_nobody_out(house: House, browser: Browser) -> None:
    cast, _ = await house.cast(), await house.cast()
    told = {"title": "Een bankje bij de bus", "body": "Nu wacht iedereen staand."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    rob, path = await reviewer_of(house, idea), f"/v1/reviews/{idea}"
    criteria = ("value", "feasibility", "fit")
    answer = {
        "outcome": "declined", "marks": dict.fromkeys(criteria, "partly"),
        "sentences": {name: FIRST[f"sentence.{name}"] for name in criteria},
        "reason": f"De stoep is van de gemeente: {idea}.", "next_step": FIRST["next_step"],
    }  # fmt: skip
    await house.done("feedback", f"{path}/decision", answer, rob, "employee reviewer")
    rating = {"useful": 2, "respectful": 5, "words": "helder, maar kort"}
    await house.done("feedback", f"{path}/rating", rating, cast.author)
    await house.done("feedback", f"{path}/appeal", {"words": MISSED}, cast.author)
    sam = await reviewer_of(house, idea, but=rob)
    aside = {"reason": "Het is het idee van mijn zus."}
    await house.done("feedback", f"{path}/recusal", aside, sam, "employee reviewer")
    page, complaints = await opened(browser, viewport=PHONE)
    await sign_in(page, house, "eva", "desk")
    await page.goto(house.plan.url("portal") + f"/reviews/{idea}")
    await expect(page.locator("#appeal")).to_contain_text(MISSED)
    await expect(page.locator("#rating")).to_contain_text("helder, maar kort")
    await expect(page.locator(".others")).to_contain_text("van mijn zus")
    for size in (PHONE, DESK):
        await page.set_viewport_size(size)
        assert await violations(page) == [], size
    assert complaints == []
