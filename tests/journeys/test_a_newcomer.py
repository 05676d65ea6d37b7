"""Whoever types `make demo` for the first time: it ends well, twice, and three minutes suffice."""

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from local.ports import claim_hundred
from tests.journeys.house import House, until
from tests.journeys.portal import browser_here

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(900)]
THREE_MINUTES = 180
CLOSED = "2026-09"  # a month of the generated two years that is over, its reports too
SENTENCES = {
    "value": "Het scheelt elke nacht een kwartier zoeken.",
    "feasibility": "De lampen liggen er al, ophangen kost een middag.",
    "fit": "Het past bij rustige nachten voor bewoners.",
}


@pytest.fixture(scope="module")
def town() -> Iterator[tuple[House, subprocess.CompletedProcess[str]]]:
    """A system of its own, and how its first demo ended."""
    folder = Path(tempfile.mkdtemp(prefix="kiem-newcomer-"))
    folder.chmod(0o711)
    house = House(folder / "home", claim_hundred())
    try:
        yield house, house.launch("demo", patience=600)
    finally:
        ended = house.launch("reset", "--yes")
        shutil.rmtree(folder, ignore_errors=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if browser_here() is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    async with async_playwright() as play:
        started = await play.chromium.launch(
            executable_path=browser_here(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        await started.close()


def test_the_demo_ends_well_and_says_where_to_look_and_as_whom(
    town: tuple[House, subprocess.CompletedProcess[str]],
) -> None:
    house, done = town
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    farewell = done.stdout[done.stdout.index("Kiem goes on running") :]
    assert house.plan.url("portal") in farewell
    offered = json.loads((house.home.identity / "personas.json").read_text("utf-8"))
    assert len(offered) == 6
    assert all(one["name"] in farewell for one in offered)
    for scene in ("61 answers, 9 teams", "raised four times", "three pilots"):
        assert scene in done.stdout
    assert "unplaced      0" in done.stdout
    code, told, wrong = house.kiem("kpis", "idea_rate", "--json")
    assert code == 0, wrong
    assert 0.2 < json.loads(told)["value"] < 0.35, "the directory was there all the two years"


async def test_a_newcomer_has_an_idea_answered_within_three_minutes(
    town: tuple[House, subprocess.CompletedProcess[str]], browser: Browser
) -> None:
    house, _ = town
    began = time.monotonic()
    author = await _signed_in(browser, house, "employee")
    await author.get_by_role("link", name="Vertel een idee").first.click()
    await author.fill("#title", "Een nachtlampje bij de linnenkast")
    await author.fill("#body", "We zoeken in het donker, en wie slaapt wordt wakker.")
    await author.get_by_role("button", name="Verstuur je idee").click()
    await expect(author.locator(".promise").first).to_contain_text("is aan zet")
    idea = author.url.partition("/ideas/")[2].partition("?")[0]

    reviewer = await _signed_in(browser, house, "employee reviewer")
    link = reviewer.locator(f'main a[href="/reviews/{idea}"]')
    while not await link.count():  # feedback names who reviews a moment after the idea
        await reviewer.goto(house.plan.url("portal") + "/reviews")
    await link.click()
    await _decline(reviewer)

    answer = author.locator("#answer")
    while not await answer.count():
        await author.reload()
    await expect(answer).to_contain_text("De kast gaat in maart weg")
    assert time.monotonic() - began < THREE_MINUTES


async def test_the_wall_says_of_each_number_what_it_rests_on(
    town: tuple[House, subprocess.CompletedProcess[str]], browser: Browser
) -> None:
    reader = await _signed_in(browser, town[0], "employee")
    await reader.goto(town[0].plan.url("portal") + "/numbers")
    for area in ("Beginnen en meedoen", "Hoe het loopt", "Proeven en hulpmiddelen", "Het geheel"):
        await expect(reader.get_by_role("heading", name=area)).to_be_visible()
    tile = reader.locator(".tile").filter(has_text="Ingediende ideeën")
    await expect(tile).to_contain_text(re.compile(r"n = [\d.]+ · definitie, versie \d+"))
    await tile.scroll_into_view_if_needed()
    await expect(tile.locator("svg")).to_be_visible(timeout=60_000)  # twelve months are asked for
    await expect(reader.locator(".notice")).to_contain_text("zegt niet dat het een")
    await tile.get_by_role("link").click()
    await expect(reader.get_by_role("img")).to_be_visible()
    await expect(reader.locator("main")).to_contain_text("voor het eerst zijn ingediend")


async def test_the_absence_of_a_small_team_is_told_nobody_and_the_council_sees_what_was_hidden(
    town: tuple[House, subprocess.CompletedProcess[str]], browser: Browser
) -> None:
    base = town[0].plan.url("portal")
    council = await _signed_in(browser, town[0], "employee council")
    await council.goto(f"{base}/council")
    card = council.locator("#absence")
    await card.locator("summary", has_text="Stem in").click()
    await card.locator('form[action="/council/absence/consent"] button').click()
    await expect(card).to_contain_text("ingestemd")

    hr = await _signed_in(browser, town[0], "employee hr")
    told = hr.locator("section[aria-labelledby=by-department]")

    async def is_told() -> bool:
        await hr.goto(f"{base}/numbers/absence?period={CLOSED}")
        return bool(await told.count())

    # What was agreed to is counted once what was imported has been silent for a minute.
    await until("the number that was agreed to", is_told, patience=90)
    rows = {
        (await row.get_by_role("rowheader").inner_text()): await row.inner_text()
        for row in await told.get_by_role("row").all()
        if await row.locator("td").count()
    }
    hidden = {name for name, said in rows.items() if "te weinig mensen" in said}
    assert len(rows) > len(hidden) >= 2, "never one alone: the whole less the others would tell it"
    await hr.goto(f"{base}/numbers/absence?period={CLOSED}&department={min(hidden)}")
    await expect(hr.locator("section[aria-labelledby=now]")).to_contain_text("Niet getoond")
    await council.reload()
    for name in hidden:
        await expect(council.locator("section[aria-labelledby=editions]")).to_contain_text(name)


async def _signed_in(browser: Browser, house: House, roles: str) -> Page:
    """Choose the offered person with these roles, as somebody does who knows nothing yet."""
    page = await (await browser.new_context(locale="nl-NL")).new_page()
    await page.goto(house.plan.url("portal"))
    await page.get_by_role("link", name="Inloggen").first.click()
    offered = json.loads((house.home.identity / "personas.json").read_text("utf-8"))
    name = next(one["name"] for one in offered if one["roles"] == roles)
    await page.get_by_role("button", name=name).click()
    await expect(page.locator("main")).to_be_visible()
    return page


async def _decline(page: Page) -> None:
    await page.check("input[name=outcome][value=declined]")
    for name, sentence in SENTENCES.items():
        await page.check(f'input[name="mark.{name}"][value=partly]')
        await page.fill(f'[name="sentence.{name}"]', sentence)
    await page.fill("#reason", "De kast gaat in maart weg, met de hele gang erbij.")
    await page.fill("#next_step", "Bij de nieuwe gang kijken we met jou naar het licht.")
    await page.get_by_role("button", name="Verstuur dit antwoord").click()
    await expect(page.locator("#answer")).to_contain_text("Waarom")


def test_a_second_demo_ends_as_well_and_plays_nothing_again(
    town: tuple[House, subprocess.CompletedProcess[str]],
) -> None:
    house, _ = town
    again = house.launch("demo", patience=600)
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr
    assert "The stage was set before" in again.stdout
    assert "recorded      0" in again.stdout
