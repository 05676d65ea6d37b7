"""An idea's way through the portal in a real browser: by phone, without scripts, by keyboard."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.house import House, until
from tests.journeys.portal import (
    AXE,
    DESK,
    PHONE,
    browser_here,
    opened,
    photo,
    sent_in_vain,
    sign_in,
    violations,
)

pytestmark = [
    pytest.mark.journey, pytest.mark.browser, pytest.mark.timeout(300),
    pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium"),
]  # fmt: skip


WHOLE = {
    "value": "Het scheelt elke dienst een kwartier overschrijven.",
    "feasibility": "Er zijn dit jaar geen tablets over, zegt ICT.",
    "fit": "Het past bij hoe we willen samenwerken.",
}


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
async def test_an_idea_is_told_reviewed_answered_rated_and_appealed(
    house: House, browser: Browser, scripts: bool
) -> None:
    cast = await house.cast()
    author, complaints = await opened(browser, viewport=PHONE, java_script_enabled=scripts)
    idea = await _tell(author, house, cast.author)
    await house.in_state(idea, "under_review")
    await author.goto(house.plan.url("portal") + f"/ideas/{idea}")
    await expect(author.locator(".idea-head .promise")).to_contain_text("Rob Jansen is aan zet")

    reviewer, _ = await opened(browser, viewport=DESK, java_script_enabled=scripts)
    await sign_in(reviewer, house, cast.reviewer, "reviewer")
    await reviewer.goto(house.plan.url("portal") + "/reviews")
    if scripts:
        await _walk(reviewer)
    await reviewer.locator(f'main a[href="/reviews/{idea}"]').click()
    await _decline(reviewer, scripts=scripts)
    await expect(reviewer.locator("#answer")).to_contain_text("Waarom")

    await house.in_state(idea, "declined")
    await author.goto(house.plan.url("portal") + f"/ideas/{idea}")
    await expect(author.locator("#answer")).to_contain_text(WHOLE["feasibility"])
    await author.get_by_role("group", name="Nuttig").get_by_label("4").check()
    await author.get_by_role("group", name="Respectvol").get_by_label("5").check()
    await author.get_by_role("button", name="Geef je oordeel").click()
    await expect(author.locator("#answer")).to_contain_text("Dank je")
    await author.locator("summary", has_text="niet mee eens").click()
    await author.fill("#appeal", "De kosten van het papier zijn niet meegeteld.")
    await author.get_by_role("button", name="Vraag een tweede blik").click()
    await expect(author.locator("main")).to_contain_text("Je hebt om een tweede blik gevraagd")
    assert complaints == []


async def _tell(page: Page, house: House, person: str) -> str:
    await sign_in(page, house, person)
    await page.get_by_role("link", name="Vertel een idee").first.click()
    await page.get_by_role("button", name="Verstuur je idee").click()
    await expect(page.locator("#problems")).to_contain_text("Geef je idee een titel")
    await page.fill("#title", "Overdracht op het scherm")
    await page.fill("#body", "We schrijven elke dienst de overdracht over van papier.")
    await page.get_by_role("button", name="Verstuur je idee").click()
    await expect(page.get_by_role("status")).to_contain_text("Verstuurd")
    await expect(page.locator(".promise").first).to_contain_text("is aan zet")
    return page.url.partition("/ideas/")[2].partition("?")[0]


async def _walk(page: Page) -> None:
    """Go through the queue by its keys: at its ends one stays where one is."""
    links = page.locator("[data-walk] .card a")
    first, last = links.first, links.nth(min(1, await links.count() - 1))
    for key, here in (("j", first), ("j", last), ("k", first), ("k", first)):
        await page.keyboard.press(key)
        await expect(here).to_be_focused()
    chosen = page.locator("[data-walk] .card").first.get_by_role("checkbox")
    await page.keyboard.press("x")
    await expect(chosen).to_be_checked()
    await page.keyboard.press("x")
    await expect(chosen).not_to_be_checked()


async def _decline(page: Page, *, scripts: bool) -> None:
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    await page.fill("#reason", "nee")
    await page.get_by_role("button", name="Verstuur dit antwoord").click()
    await expect(page.locator("#problems")).to_contain_text("De reden zegt te weinig")
    await expect(page.locator("#reason")).to_have_value("nee")
    if scripts:
        await expect(page.locator("#problems")).to_be_focused()
    assert bool(sent) is not scripts, "what says nothing is refused before it goes, by a script"
    await page.check("input[name=outcome][value=declined]")
    for name, sentence in WHOLE.items():
        await page.check(f'input[name="mark.{name}"][value=partly]')
        await page.fill(f'[name="sentence.{name}"]', sentence)
    # Of its own for each idea: a copied reason is refused.
    afdeling = "Noord" if scripts else "Zuid"
    await page.fill("#reason", f"We kunnen dit jaar geen tablets kopen voor afdeling {afdeling}.")
    await page.fill("#next_step", "Zodra er tablets over zijn wordt dit een ja.")
    if scripts:
        await _lose_the_network(page)
    await page.get_by_role("button", name="Verstuur dit antwoord").click()


async def _lose_the_network(page: Page) -> None:
    """Send a long answer into nothing, and find all of it again."""
    where = page.url
    await page.context.set_offline(True)
    await sent_in_vain(page, "Verstuur dit antwoord", "#reason")
    await page.context.set_offline(False)
    await page.goto(where)
    await expect(page.locator("#next_step")).to_have_value(re.compile("Zodra er tablets"))
    await expect(page.locator("input[name=outcome][value=declined]")).to_be_checked()
    for name, sentence in WHOLE.items():
        await expect(page.locator(f'[name="sentence.{name}"]')).to_have_value(sentence)


async def test_a_question_is_answered_and_support_needs_no_new_page(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    told = {"title": "Een tilhulp bij de balie", "body": "Nu ligt hij boven."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    where = house.plan.url("portal") + f"/ideas/{idea}"
    reviewer, _ = await opened(browser, viewport=DESK)
    await sign_in(reviewer, house, cast.reviewer, "reviewer")
    await reviewer.goto(where.replace("/ideas/", "/reviews/"))
    await reviewer.locator("summary", has_text="Vraag de indiener").click()
    await reviewer.locator("#question-words").fill("Hoe vaak per week is hij nodig?")
    await reviewer.get_by_role("button", name="Stel de vraag").click()
    await expect(reviewer.get_by_role("status")).to_contain_text("Je vraag is gesteld")

    author, _ = await opened(browser, viewport=PHONE)
    await sign_in(author, house, cast.author)
    await author.goto(where)
    await author.get_by_label("Jouw antwoord").fill("Drie keer per week.")
    await author.get_by_role("button", name="Beantwoord de vraag").click()
    await expect(author.locator("#questions")).to_contain_text("Drie keer per week.")

    colleague, complaints = await opened(browser, viewport=DESK)
    await sign_in(colleague, house, cast.lead)
    await colleague.goto(where)
    await colleague.evaluate("window.stayed = true")
    await colleague.get_by_role("button", name="Steun dit idee").click()
    await expect(colleague.locator("#voices")).to_contain_text("1 collega steunt dit")
    assert await colleague.evaluate("window.stayed"), "the page was loaded anew"
    assert complaints == []


async def test_the_main_way_goes_by_keyboard(house: House, browser: Browser) -> None:
    cast = await house.cast()
    page, _ = await opened(browser, viewport=DESK)
    await sign_in(page, house, cast.author)
    await page.goto(house.plan.url("portal") + "/ideas/new")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.locator("#title")).to_be_focused()
    await page.keyboard.type("Een bel bij de achterdeur")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Bezoek staat nu te wachten in de regen.")
    await expect(page.locator("#body")).to_have_value("Bezoek staat nu te wachten in de regen.")
    await page.get_by_role("button", name="Verstuur je idee").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Verstuurd")


@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
@pytest.mark.parametrize(("language", "scheme"), [("nl", "light"), ("en", "dark")])
async def test_no_page_keeps_anybody_out(
    house: House, browser: Browser, language: str, scheme: Any
) -> None:
    cast = await house.cast()
    told = {"title": "Rooster twee weken eerder", "body": "Dan kan iedereen opvang regelen."}
    idea = (await house.done("ideas", "/v1/ideas", told, cast.author))["idea"]
    await house.in_state(idea, "under_review")
    page, _ = await opened(browser, viewport=PHONE, color_scheme=scheme)
    base = house.plan.url("portal")
    await page.goto(base)
    found = {"welcome": await violations(page)}
    await sign_in(page, house, cast.reviewer, "reviewer", "operator")
    await page.goto(f"{base}/language/{language}")
    for size in (PHONE, DESK):
        await page.set_viewport_size(size)
        for path in ("/", "/ideas", "/ideas/new", "/sealed", "/follow", f"/ideas/{idea}",
                     "/reviews", "/inbox", f"/reviews/{idea}",
                     f"/reviews/together?idea={idea}", "/numbers",
                     "/numbers/ideas_submitted", "/axis", "/learnings", "/challenges", "/tools",
                     "/help", "/operation", "/preferences", "/experiments", "/thanks", "/kiosk",
                     "/nowhere"):  # fmt: skip
            await page.goto(base + path)
            found[f"{path} {size['width']}"] = await violations(page)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


async def test_a_sealed_idea_pays_with_the_browsers_work_and_is_followed_by_its_code(
    house: House, browser: Browser
) -> None:
    page, complaints = await opened(browser, viewport=PHONE)
    base = house.plan.url("portal")
    await page.goto(base + "/sealed")
    await page.fill("#title", "Stille bel in de nacht")
    await page.fill("#body", "De bel maakt iedereen wakker.")
    await expect(page.locator("[name=answer]")).to_have_value(re.compile(r"\d+"), timeout=60_000)
    picture: Any = {"name": "bel.png", "mimeType": "image/png", "buffer": photo(3_000, "PNG")}
    await page.set_input_files("#photo", picture)

    async def smaller() -> bool:
        found: bool = await page.locator("#photo").evaluate("f => f.files[0].type === 'image/jpeg'")
        return found

    await until("the photo is made smaller", smaller)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Verstuur verzegeld").click()
    await expect(page.locator("#problems")).to_contain_text("geen netwerk")
    await expect(page.locator("#body")).to_have_value("De bel maakt iedereen wakker.")
    kept = await page.evaluate("localStorage.length + sessionStorage.length")
    assert kept == 0, "what is told as nobody stays on no device"
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Verstuur verzegeld").click()
    await expect(page.locator("h1")).to_have_text("Bewaar deze code")
    code = await page.locator("#code").inner_text()
    await page.goto(base + "/follow")
    await page.get_by_label("Je code").fill(code.lower().replace("-", " "))
    await page.get_by_role("button", name="Open het idee").click()
    await expect(page.locator("h1")).to_have_text("Stille bel in de nacht")
    await expect(page.locator(".promise").first).to_contain_text("is aan zet")
    await expect(page.locator("#photos img")).to_have_count(1)
    assert await violations(page) == []
    await page.get_by_role("button", name="Sluit dit idee").click()
    await expect(page.get_by_role("status")).to_contain_text("Gesloten")
    assert complaints == []


async def test_a_notice_appears_in_an_open_inbox(house: House, browser: Browser) -> None:
    cast = await house.cast()
    page, complaints = await opened(browser, viewport=PHONE)
    await sign_in(page, house, cast.author)
    await page.goto(house.plan.url("portal") + "/inbox")
    await expect(page.locator(".when-live")).to_be_visible()
    told = {"title": "Een haak voor jassen", "body": "Ze liggen nu op stoelen."}
    await house.done("ideas", "/v1/ideas", told, cast.author)
    await expect(page.locator("#notices .card").first).to_contain_text("haak voor jassen")
    assert await violations(page) == []
    assert complaints == []
