"""A draft survives in a real browser what keeps its form from being taken."""

import pytest
from playwright.async_api import Browser, Route, expect

from tests.journeys.house import House
from tests.journeys.portal import (
    PHONE,
    browser_here,
    opened,
    sent_in_vain,
    sign_in,
)

pytestmark = [
    pytest.mark.journey, pytest.mark.browser, pytest.mark.timeout(300),
    pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium"),
]  # fmt: skip


async def test_similar_ideas_appear_while_typing_and_a_draft_survives(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    told = {"title": "Zonnepanelen boven de fietsenstalling", "body": "Het dak ligt er toch."}
    await house.done("ideas", "/v1/ideas", told, cast.lead)
    page, complaints = await opened(browser, viewport=PHONE)
    await sign_in(page, house, cast.author)
    await page.goto(house.plan.url("portal") + "/ideas/new")
    await page.locator("#title").press_sequentially("Zonnepanelen op de fietsenstalling")
    await expect(page.locator("#similar")).to_contain_text("Zonnepanelen boven")
    await page.fill("#body", "Dan laden we de fietsen op.")
    await page.reload()
    await expect(page.locator("#body")).to_have_value("Dan laden we de fietsen op.")
    await page.get_by_role("button", name="Verstuur je idee").click()
    await expect(page.get_by_role("status")).to_contain_text("Verstuurd")
    await page.goto(house.plan.url("portal") + "/ideas/new")
    await expect(page.locator("#body")).to_have_value("")
    assert complaints == []


async def test_a_draft_survives_all_that_keeps_its_form_from_being_taken(
    house: House, browser: Browser
) -> None:
    cast = await house.cast()
    page, complaints = await opened(browser, viewport=PHONE)
    await sign_in(page, house, cast.author)
    new = house.plan.url("portal") + "/ideas/new"
    await page.goto(new)
    await page.fill("#title", "Een afdak bij de laadpaal")
    await page.fill("#body", "Nu staan we in de regen te laden.")

    async def unanswered(route: Route) -> None:
        await (route.abort() if route.request.method == "POST" else route.continue_())

    await page.route(new, unanswered)  # the browser believes that it has a network
    key = await sent_in_vain(page)
    await page.goto(new)
    await expect(page.locator("#body")).to_have_value("Nu staan we in de regen te laden.")
    # Whether it arrived nobody knows: as it was it is sent with the same key, else with another.
    await expect(page.locator("[data-draft] [name=once]")).to_have_value(key)
    await page.fill("#body", "Nu staan we in de regen.")
    await expect(page.locator("[data-draft] [name=once]")).not_to_have_value(key)
    await page.unroute(new)

    await page.context.set_offline(True)
    await sent_in_vain(page)
    await page.context.set_offline(False)
    await page.goto(new)
    await expect(page.locator("#body")).to_have_value("Nu staan we in de regen.")

    await page.context.clear_cookies()  # the session is over
    await page.get_by_role("button", name="Verstuur je idee").click()
    await page.get_by_role("link", name="Log opnieuw in").click()
    await page.fill("#sub", cast.author)
    await page.click("form:last-of-type button")
    await expect(page.locator("#title")).to_have_value("Een afdak bij de laadpaal")
    await expect(page.locator("#body")).to_have_value("Nu staan we in de regen.")
    await page.get_by_role("button", name="Verstuur je idee").click()
    await expect(page.get_by_role("status")).to_contain_text("Verstuurd")
    await expect(page.locator("main")).to_contain_text("Nu staan we in de regen.")
    kept = "Object.keys(localStorage).filter(key => key.startsWith('draft:')).length"
    assert await page.evaluate(kept) == 0
    assert "kiem-taken" not in await page.evaluate("document.cookie")
    await page.goto(new)
    await expect(page.locator("#body")).to_have_value("")
    assert complaints == []
