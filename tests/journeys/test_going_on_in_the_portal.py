"""From a yes to how it is done now, by whoever was named to go on with it, in the portal alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import async_playwright, expect

from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast, House
from tests.journeys.portal import (
    AXE,
    CODE_SHOWN,
    Reader,
    browser_here,
    portal_client,
    sign_in,
    violations,
)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
_OPEN = "document.querySelectorAll('#turn details').forEach(each => { each.open = true; })"


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        yield Reader(house, client)


async def answered(house: House, cast: Cast, outcome: str) -> str:
    """Return an idea that was answered; its author's lead is to act, within sixty days."""
    told = {"title": "Een tillift per gang", "body": "Nu halen we hem van beneden."}
    idea: str = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    day = await house.today() + timedelta(60)
    answer = whole_answer(outcome) | {"accountable": cast.lead, "due": f"{day}T16:00:00Z"}
    await house.done("feedback", f"/v1/reviews/{idea}/decision", answer, cast.reviewer, "reviewer")
    await house.in_state(idea, outcome)
    return idea


async def test_a_yes_is_tried_and_done_by_whoever_was_named_for_it(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    idea, today = await answered(house, cast, "accepted"), await house.today()
    page, turn = f"/ideas/{idea}", f"/ideas/{idea}/turn"
    await reader.sign_in(cast.lead)  # no role but that of an employee: the promise is enough
    fields = await reader.fields(page)

    later = (today + timedelta(90)).isoformat()
    move = fields | {"until": later, "reason": "De leverancier is laat.", "once": f"{idea}-1"}
    moved = await reader.client.post(f"{turn}/promise", data=move)
    assert moved.status_code == 303, moved.text
    assert (await house.in_state(idea, "accepted"))["due"].startswith(later)
    assert f"{turn}/promise" not in (await reader.client.get(page)).text
    again = move | {"until": (today + timedelta(99)).isoformat(), "once": f"{idea}-2"}
    twice = await reader.client.post(f"{turn}/promise", data=again)
    assert twice.status_code == 422
    assert "De belofte is al eens verzet" in twice.text
    assert "De leverancier is laat." in twice.text, "what was written is kept"

    plan = fields | {
        "hypothesis": "Er wordt minder gesjouwd.", "measure": "Minuten per dienst",
        "stop_rule": "Als het na twee weken niet scheelt.", "baseline": "30", "target": "9,5",
        "ends_on": (today + timedelta(30)).isoformat(), "team": cast.reviewer,
        "super_users": cast.lead, "once": f"{idea}-3",
    }  # fmt: skip
    stranger = plan | {"team": "nobody-of-that-name", "once": f"{idea}-4"}
    refused = await reader.client.post(f"{turn}/pilot", data=stranger)
    assert refused.status_code == 422
    assert "Zo iemand staat niet in het personeelsbestand" in refused.text
    assert "Als het na twee weken niet scheelt." in refused.text
    for _ in range(2):  # sent again, it is the same pilot
        begun = await reader.client.post(f"{turn}/pilot", data=plan)
        assert begun.status_code == 303, begun.text
    shown = await house.in_state(idea, "in_pilot")
    assert shown["team"] == [cast.reviewer]
    own = f"/leading/pilots/{idea}"
    assert own in (await reader.client.get(page)).text
    taken = fields | {"value": "12", "once": f"{idea}-5"}
    measured = await reader.client.post(f"{own}/{shown['pilot']}/measurement", data=taken)
    assert measured.status_code == 303, measured.text
    told = " ".join((await reader.client.get(page)).text.split())
    assert "Begin 30 · Doel 9,5 · laatste meting 12" in told
    done = fields | {"remark": "Op elke gang.", "once": f"{idea}-6"}
    assert (await reader.client.post(f"{turn}/realisation", data=done)).status_code == 303
    await house.in_state(idea, "realised")
    after = await reader.client.get(page)
    assert "zo doen we het nu" in after.text
    assert turn not in after.text


async def test_what_was_parked_is_woken_and_its_author_follows_it_by_a_code(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    idea = await answered(house, cast, "parked")
    await reader.sign_in(cast.lead)
    fields = await reader.fields(f"/ideas/{idea}")
    woken = fields | {"reason": "Er is weer geld.", "once": f"{idea}-1"}
    assert (await reader.client.post(f"/ideas/{idea}/turn/revival", data=woken)).status_code == 303
    steps = (await house.get("ideas", f"/v1/ideas/{idea}/timeline", cast.author))["steps"]
    assert "IdeaRevived" in {step["type"] for step in steps}

    await reader.sign_in(cast.author)
    fields = await reader.fields(f"/ideas/{idea}")
    given = await reader.client.post(f"/ideas/{idea}/code", data=fields)
    code = CODE_SHOWN.search(given.text)
    assert code, given.text
    async with portal_client(house) as elsewhere:
        opened = await elsewhere.post("/follow", data={"code": code[1]})
        assert opened.status_code == 303, opened.text
        page = (await elsewhere.get("/follow/idea")).text
    assert "Een tillift per gang" in page
    assert "Zo wordt ernaar gekeken:" in page


@pytest.mark.browser
@pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium")
@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
async def test_the_forms_of_whoever_is_to_act_keep_nobody_out(house: House) -> None:
    cast = await house.cast()
    idea, found = await answered(house, cast, "accepted"), {}
    schemes: dict[int, Any] = {320: "dark", 1200: "light"}
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=browser_here(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = await (await browser.new_context(locale="nl-NL")).new_page()
        await sign_in(page, house, cast.lead)
        for width, scheme in schemes.items():
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": 800})
            await page.goto(house.plan.url("portal") + f"/ideas/{idea}")
            await page.evaluate(_OPEN)
            await expect(page.get_by_label("Hoe we het meten")).to_be_visible()
            found[width] = await violations(page)
        await browser.close()
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
