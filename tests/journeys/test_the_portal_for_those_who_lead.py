"""The rooms of leaders, and whom every room keeps out or lets in."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import async_playwright, expect

from tests.journeys.answers import whole_answer
from tests.journeys.house import House, until
from tests.journeys.portal import AXE, Reader, browser_here, portal_client, sign_in, violations

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
KPI = "depth"


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        yield Reader(house, client)


@pytest.mark.parametrize(
    ("page", "roles"),
    [
        ("/leading", "employee reviewer hr council operator"),
        ("/leading/challenge", "employee reviewer"),
        ("/leading/tool", "employee reviewer"),
        ("/council", "employee reviewer lead director desk operator"),
        ("/council/dossier", "employee reviewer lead director desk operator"),
        ("/erasures", "employee reviewer lead director desk council operator"),
        ("/desk", "employee reviewer lead director hr council operator"),
        ("/desk/terms", "employee reviewer lead director hr council operator"),
        ("/operation", "employee reviewer lead director desk hr council"),
        ("/operation/trace", "employee reviewer lead director desk hr council"),
    ],
)  # fmt: skip
async def test_a_room_is_shut_to_every_role_that_is_not_its_own(
    reader: Reader, page: str, roles: str
) -> None:
    await reader.sign_in("someone-else", roles)
    assert (await reader.client.get(page)).status_code == 403
    fields = await reader.fields("/")
    for path in (
        "/leading/challenge", f"/council/{KPI}/consent", "/desk/routing", "/desk/rubric",
        "/desk/merger", "/desk/separation", "/desk/terms", "/operation/redrive/ideas/1",
        "/operation/outages/release", "/erasures",
    ):  # fmt: skip
        if page.split("/")[1] == path.split("/")[1]:
            assert (await reader.client.post(path, data=fields)).status_code == 403


async def test_a_barrier_is_removed_and_time_is_granted_by_the_leader_who_owes_it(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    raised = {"kind": "access", "words": "Er is geen testomgeving."}
    barrier = (await house.done("ideas", "/v1/barriers", raised, cast.author))["matter"]
    wish = {"purpose": "idea", "hours": 6, "words": "Twee middagen om te proberen."}
    request = (await house.done("ideas", "/v1/time-requests", wish, cast.author))["matter"]
    await reader.sign_in(cast.lead, "employee lead")

    async def there() -> bool:
        page = (await reader.client.get("/leading")).text
        return "geen testomgeving" in page and "Twee middagen" in page

    await until("both wait for the leader", there)
    fields = await reader.fields("/leading")
    nothing = await reader.client.post(f"/leading/barriers/{barrier}/decline", data=fields)
    assert nothing.status_code == 422
    assert "geen testomgeving" in nothing.text
    why = fields | {"reason": "ICT heeft er vandaag een neergezet.", "once": "gone"}
    gone = await reader.client.post(f"/leading/barriers/{barrier}/removal", data=why)
    assert gone.status_code == 303, gone.text
    hours = fields | {"hours": "4,5", "once": "granted"}
    assert (
        await reader.client.post(f"/leading/time/{request}/grant", data=hours)
    ).status_code == 303
    shown = await house.get("ideas", f"/v1/time-requests/{request}", cast.author)
    assert shown["steps"][-1]["type"] == "TimeGranted"
    assert shown["steps"][-1]["more"]["hours"] == 4.5


@pytest.mark.browser
@pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium")
async def test_a_pilot_is_measured_and_stopped_by_its_rule_without_scripts(house: House) -> None:
    cast = await house.cast()
    told = {"title": "Een tweede tillift", "body": "Nu halen we hem van beneden."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    answer = whole_answer() | {
        "accountable": cast.lead,
        "due": f"{await house.today() + timedelta(60)}T16:00:00Z",
    }
    await house.done("feedback", f"/v1/reviews/{idea}/decision", answer, cast.reviewer, "reviewer")
    await house.in_state(idea, "accepted")
    plan = {
        "hypothesis": "Er wordt minder gesjouwd.", "measure": "Minuten per dienst",
        "stop_rule": "Als het na twee weken niet scheelt.", "baseline": 30, "target": 10,
        "team": [cast.reviewer], "super_users": [cast.reviewer],
        "ends_on": (await house.today() + timedelta(30)).isoformat(),
    }  # fmt: skip
    await house.done("ideas", f"/v1/ideas/{idea}/pilots", plan, cast.lead)
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=browser_here(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = await browser.new_context(java_script_enabled=False, locale="nl-NL")
        page = await context.new_page()
        await sign_in(page, house, cast.lead, "lead")
        await page.goto(house.plan.url("portal") + f"/leading/pilots/{idea}")
        await expect(page.locator("main")).to_contain_text("Als het na twee weken niet scheelt.")
        for value in ("29,5", "31"):
            await page.get_by_label("Waarde").fill(value)
            await page.get_by_role("button", name="Leg de meting vast").click()
            await expect(page.get_by_role("status")).to_contain_text("Vastgelegd")
        await expect(page.get_by_role("img", name="Lijn van")).to_be_visible()
        await page.get_by_label("Het werkt niet").check()
        await page.get_by_label("Wat leerden we?").fill("De lift staat in de weg.")
        await page.get_by_role("button", name="Rond af").click()
        await expect(page.locator("main")).to_contain_text("De lift staat in de weg.")
        await browser.close()
    await house.in_state(idea, "stopped")


async def test_a_pilot_is_shown_to_who_answers_for_it_and_to_leaders_only(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told = {"title": "Een proef", "body": "Van een ander."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await reader.sign_in("somebody-else")
    assert (await reader.client.get(f"/leading/pilots/{idea}")).status_code == 403


async def test_a_question_with_its_why_is_asked_of_everybody(reader: Reader, house: House) -> None:
    await reader.sign_in("asks-why", "employee director")
    fields = await reader.fields("/leading/challenge")
    day = await house.today()
    told = fields | {
        "question": "Hoe registreren we minder dubbel?", "why": "Omdat het tijd kost.",
        "first": day.isoformat(), "last": (day + timedelta(21)).isoformat(),
        "criteria": "value\nfeasibility",
    }  # fmt: skip
    lacking = await reader.client.post(
        "/leading/challenge", data=told | {"criteria": "", "once": "x"}
    )
    assert lacking.status_code == 422
    assert "Omdat het tijd kost." in lacking.text
    assert (await reader.client.post("/leading/challenge", data=told)).status_code == 303

    async def there() -> Any:
        found = await house.get("ideas", "/v1/challenges", "asks-why", mine="true")
        return found["items"]

    listed = await until("the question is listed", there)
    assert listed[0]["words"]["why"] == "Omdat het tijd kost."


async def test_a_leader_chooses_who_stands_in(reader: Reader, house: House) -> None:
    cast = await house.cast()
    await reader.sign_in(cast.lead, "employee lead")
    fields = await reader.fields("/leading")
    own = await reader.client.post("/leading/deputy", data=fields | {"deputy": cast.lead})
    assert "Je kunt jezelf niet vervangen" in own.text
    chosen = fields | {"deputy": cast.reviewer, "once": cast.reviewer}
    assert (await reader.client.post("/leading/deputy", data=chosen)).status_code == 303

    async def told() -> bool:
        return "jij koos" in (await reader.client.get("/leading")).text

    await until("the choice has come back from the directory", told)
    sql = "SELECT chosen FROM person_v1 WHERE person = $1"

    async def heard() -> bool:
        return [row["chosen"] for row in await house.rows("feedback", sql, cast.lead)] == [
            cast.reviewer
        ]

    await until("feedback knows who stands in", heard)


@pytest.mark.parametrize("gone", ["ideas", "metrics", "notifications"])
async def test_without_a_service_these_rooms_say_so(house: House, gone: str) -> None:
    async with portal_client(house, **{f"{gone}_url": "http://127.0.0.1:9"}) as client:
        reader = Reader(house, client)
        await reader.sign_in("leader", "employee lead hr")
        for page, needs in (("/leading", {"ideas"}), ("/council", {"metrics"})):
            answer = await client.get(page)
            assert answer.status_code == 200, page
            assert "Nu niet bereikbaar" in answer.text or gone not in needs


PAGES = (
    "/leading", "/room", "/room/barriers/new", "/room/time/new", "/views",
    "/leading/challenge", "/leading/tool", "/council", "/council/dossier",
    "/numbers", "/numbers/first_response", "/report", "/desk", "/desk/calendar", "/operation",
    "/operation/trace",
    "/desk/terms", "/erasures", "/erasures?person=somebody", "/pulse", "/pulse/waves",
)  # fmt: skip


@pytest.mark.browser
@pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium")
@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("nl", "dark", 320), ("en", "light", 1200)],
)
async def test_these_pages_keep_nobody_out(
    house: House, language: str, scheme: Any, width: int
) -> None:
    cast = await house.cast()
    raised = {"kind": "budget", "words": "Er is geen geld voor een tweede scanner."}
    await house.done("ideas", "/v1/barriers", raised, cast.author)
    base, found = house.plan.url("portal"), {}
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=browser_here(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = await browser.new_context(color_scheme=scheme)
        page = await context.new_page()
        await sign_in(page, house, cast.lead, "lead", "hr", "council", "desk", "operator")
        await page.goto(f"{base}/language/{language}")
        await page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            await page.goto(base + path)
            found[path] = await violations(page)
        await browser.close()
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
