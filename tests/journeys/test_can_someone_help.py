"""Somebody is stuck with a tool and asks; a super-user hears of it, helps, and the answer is read.

All of it through the portal's own pages, with not one link of an inbox that leads nowhere.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import async_playwright

from tests.journeys.house import Cast, House, until
from tests.journeys.portal import (
    AXE,
    DESK,
    PHONE,
    Reader,
    browser_here,
    portal_client,
    sign_in,
    violations,
)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
ASKED = "Hoe haal ik een regel weer weg?"
HELPED = "Houd de regel even vast, dan kun je hem wissen."
_LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        yield Reader(house, client)


async def introduced(house: House, cast: Cast, idea: str | None = None) -> str:
    told = {
        "idea": idea,
        "name": "Lijstje", "why": "Eén lijst voor iedereen.", "question": "Wat vind je ervan?",
        "super_users": [cast.reviewer], "learning_path": "https://learn.example/lijstje",
    }  # fmt: skip
    done = await house.done("ideas", "/v1/tools", told, cast.lead, "employee lead")
    found: str = done["matter"]
    return found


async def inbox_with(reader: Reader, words: str) -> str:
    async def look() -> str | None:
        page = (await reader.client.get("/inbox")).text
        return page if words in page else None

    return await until(f"the inbox says: {words}", look)


async def every_link_opens(reader: Reader, page: str) -> None:
    links = set(_LINK.findall(page.partition("<main")[2].partition("</main>")[0]))
    assert links
    for link in links:
        assert (await reader.client.get(link)).status_code == 200, link


async def test_a_question_is_asked_heard_of_answered_and_its_answer_read(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told = {"title": "Eén lijst", "body": "Nu zijn het er drie."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    tool = await introduced(house, cast, idea)

    await reader.sign_in(cast.author)
    page = (await reader.client.get(f"/tools/{tool}")).text
    assert "https://learn.example/lijstje" in page
    assert f'href="/ideas/{idea}"' in page
    assert f'href="/ideas/new?tool={tool}"' in page
    fields = await reader.fields(f"/tools/{tool}")
    sent = await reader.client.post(f"/tools/{tool}/help", data=fields | {"words": ASKED})
    assert sent.status_code == 303, sent.text
    there = sent.headers["location"].partition("?")[0]
    promised = (await reader.client.get(there)).text
    assert "Rob Jansen is aan zet" in promised
    assert "uiterlijk" in promised
    page = await inbox_with(reader, "Goed aangekomen: je hulpvraag")
    assert f'href="{there}"' in page
    await every_link_opens(reader, page)

    await reader.sign_in(cast.reviewer, "employee reviewer")
    page = await inbox_with(reader, "Wil jij antwoord geven op een hulpvraag?")
    assert f'href="{there}"' in page
    assert ASKED in page
    await every_link_opens(reader, page)
    assert ASKED in (await reader.client.get("/")).text
    assert ASKED in (await reader.client.get("/help")).text
    fields = await reader.fields(there)
    helped = await reader.client.post(f"{there}/answer", data=fields | {"words": HELPED})
    assert (helped.status_code, helped.headers["location"]) == (303, f"{there}?done=1")

    await reader.sign_in(cast.author)
    page = await inbox_with(reader, "Er is antwoord op je hulpvraag")
    await every_link_opens(reader, page)
    page = (await reader.client.get(there)).text
    assert HELPED in page
    assert "beantwoord door Rob Jansen" in page

    async def listed() -> bool:
        return HELPED in (await reader.client.get("/help")).text

    await until("the answer stands among what was asked", listed)


async def test_what_is_thought_of_a_tool_is_told_from_its_page_and_read_there(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    tool = await introduced(house, cast)
    await reader.sign_in(cast.author)
    about = f"/ideas/new?tool={tool}"
    assert f'href="{about}"' in (await reader.client.get(f"/tools/{tool}")).text
    told = {"title": "Sorteer op verdieping", "body": "Dan loop ik één keer.", "tool": tool}
    fields = await reader.fields(about)
    assert f'name="tool" value="{tool}"' in (await reader.client.get(about)).text
    assert (await reader.client.post("/ideas/new", data=fields | told)).status_code == 303

    async def there() -> bool:
        return "Sorteer op verdieping" in (await reader.client.get(f"/tools/{tool}")).text

    await until("the idea stands at its tool", there)


async def test_who_is_not_asked_reads_a_question_and_is_kept_from_answering(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    tool = await introduced(house, cast)
    asked = await house.done("ideas", f"/v1/tools/{tool}/help", {"words": ASKED}, cast.author)
    there = f"/help/{asked['matter']}"
    await reader.sign_in(cast.director)
    page = (await reader.client.get(there)).text
    assert ASKED in page
    assert "/answer" not in page
    fields = await reader.fields("/preferences")
    refused = await reader.client.post(f"{there}/answer", data=fields | {"words": HELPED})
    assert refused.status_code == 422
    assert "Alleen wie gevraagd is" in refused.text


async def test_no_link_of_an_inbox_leads_nowhere_whatever_it_is_about(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    raised = {"kind": "budget", "words": "Er is geen geld voor een tweede scanner."}
    wish = {"purpose": "idea", "hours": 4, "words": "Een middag om te proberen."}
    await house.done("ideas", "/v1/barriers", raised, cast.author)
    await house.done("ideas", "/v1/time-requests", wish, cast.author)
    told = {"title": "Een tweede scanner", "body": "Nu wachten we op elkaar."}
    await house.done("ideas", "/v1/ideas", told, cast.author)
    await reader.sign_in(cast.author)
    for about in ("de belemmering die je meldde", "je verzoek om tijd", "We hebben je idee"):
        await inbox_with(reader, about)
    await every_link_opens(reader, (await reader.client.get("/inbox")).text)
    await every_link_opens(reader, (await reader.client.get("/")).text)

    await reader.sign_in(cast.lead, "employee lead")
    for about in ("een belemmering", "een verzoek om tijd"):
        await inbox_with(reader, f"Wil jij antwoord geven op {about}?")
    assert raised["words"] in (await reader.client.get("/inbox")).text
    await every_link_opens(reader, (await reader.client.get("/inbox")).text)


@pytest.mark.browser
@pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium")
@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
@pytest.mark.parametrize(("language", "scheme"), [("nl", "light"), ("en", "dark")])
async def test_these_pages_keep_nobody_out(house: House, language: str, scheme: Any) -> None:
    cast = await house.cast()
    tool = await introduced(house, cast)
    path = f"/v1/tools/{tool}/help"
    first = await house.done("ideas", path, {"words": ASKED}, cast.author)
    await house.done("ideas", path, {"words": "En hoe sorteer ik?"}, cast.author)
    words = {"words": HELPED}
    await house.done("ideas", f"/v1/help/{first['matter']}/answer", words, cast.reviewer)
    base, found = house.plan.url("portal"), dict[str, list[str]]()
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=browser_here(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for person in (cast.author, cast.reviewer):
            page = await (await browser.new_context(color_scheme=scheme)).new_page()
            await sign_in(page, house, person)
            await page.goto(f"{base}/language/{language}")
            for size in (PHONE, DESK):
                await page.set_viewport_size(size)
                for shown in ("/", "/inbox", "/help", f"/help/{first['matter']}", f"/tools/{tool}"):
                    await page.goto(base + shown)
                    found[f"{person} {shown} {size['width']}"] = await violations(page)
        await browser.close()
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
