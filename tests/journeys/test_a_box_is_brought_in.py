"""The desk brings a suggestion box in with a browser alone, and finds what was kept of it."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from contracts.imported import imported_idea
from tests.journeys.house import ROOT, House
from tests.journeys.portal import AXE, DESK, PHONE, browser_here, opened, sign_in, violations

pytestmark = [
    pytest.mark.journey, pytest.mark.browser, pytest.mark.timeout(300),
    pytest.mark.skipif(browser_here() is None, reason="no Chromium here: apt-get install chromium"),
]  # fmt: skip
STATES = {"GK-1": "realised", "GK-2": "under_review"}
NOT_PLACED = [11, 12, 13]  # lines of the worked example, as docs/import.md tells


def box() -> bytes:
    told = (ROOT / "docs/import.md").read_text("utf-8")
    found = re.search(r"<!-- file: groene-kas.jsonl -->\n```json\n(.*?)```", told, re.DOTALL)
    assert found
    return found[1].encode()


async def bring(page: Page, base: str, name: str) -> None:
    await page.goto(f"{base}/desk")
    await page.get_by_role("link", name="Een ideeënbus binnenbrengen").click()
    file: Any = {"name": f"{name}.jsonl", "mimeType": "application/x-ndjson", "buffer": box()}
    await page.set_input_files("#file", file)
    await page.get_by_role("button", name="Bekijk het bestand").click()
    await expect(page.locator("main")).to_contain_text("13 regels, 12 velden.")


async def imported(page: Page) -> dict[str, int]:
    """Import, wait for its end, and return what became of how many lines."""
    await page.get_by_role("button", name="Breng alles binnen").click()
    await expect(page.locator(".figures")).to_be_visible(timeout=60_000)
    rows = page.locator(".figures div")
    names = [await row.locator("dt").inner_text() for row in await rows.all()]
    counts = [int(await row.locator("dd").inner_text()) for row in await rows.all()]
    return {name: count for name, count in zip(names, counts, strict=True) if count}


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
async def test_a_box_is_looked_at_understood_tried_and_imported_twice(
    house: House, browser: Browser, scripts: bool
) -> None:
    name, base = f"groene-kas-{scripts}".lower(), house.plan.url("portal")
    page, complaints = await opened(browser, viewport=PHONE, java_script_enabled=scripts)
    await sign_in(page, house, f"desk-{scripts}", "desk")
    await bring(page, base, name)
    await page.get_by_role("link", name="Zeg wat het betekent").click()
    await expect(page.get_by_label("zie mail")).to_have_value("")
    await expect(page.get_by_label("In bhandeling")).to_have_value("under_review")
    await page.get_by_label("Prioriteit").select_option("ignored")
    await page.get_by_role("button", name="Neem deze keuzes over").click()
    await expect(page.locator("#mapping")).to_have_value(re.compile(r'ignored_fields = \["Prior'))

    await page.get_by_role("link", name="Naar de proef").first.click()
    await expect(page.locator("main")).to_contain_text("'zie mail' staat niet in [history.words")
    found = await imported(page)
    assert found == {"nu bij een idee": 9, "tellen niet mee": 1, "niet begrepen": 3}
    kept = await house.get("ideas", "/v1/imports/unplaced", "desk", "desk", source=name)
    assert [line["line"] for line in kept["items"]] == NOT_PLACED

    await page.goto(f"{base}/desk/history/trial")
    again = await imported(page)
    assert again == {"waren al binnen": 9, "tellen niet mee": 1, "niet begrepen": 3}
    await page.get_by_role("link", name="Alle regels zonder plek").click()
    await expect(page.locator("main")).to_contain_text("Regel 12")
    for key, state in STATES.items():
        idea = await house.get("ideas", f"/v1/ideas/{imported_idea(name, key)}", "desk", "desk")
        assert idea["state"] == state
    assert complaints == []


@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
@pytest.mark.parametrize(("language", "scheme"), [("nl", "dark"), ("en", "light")])
async def test_no_page_of_it_keeps_anybody_out(
    house: House, browser: Browser, language: str, scheme: Any
) -> None:
    page, _ = await opened(browser, viewport=PHONE, color_scheme=scheme)
    base = house.plan.url("portal")
    await sign_in(page, house, f"desk-{language}-{scheme}", "desk")
    await page.goto(f"{base}/desk/history")
    found = {"empty": await violations(page)}
    await bring(page, base, "box")
    await page.goto(f"{base}/desk/history/trial")
    await imported(page)
    await page.goto(f"{base}/language/{language}")
    for size in (PHONE, DESK):
        await page.set_viewport_size(size)
        for path in ("", "/mapping", "/trial", "/import"):
            await page.goto(f"{base}/desk/history{path}")
            found[f"{path} {size['width']}"] = await violations(page)
    await page.goto(f"{base}/desk/history/mapping")
    await page.fill("#mapping", "x = 1")
    await page.locator("form[action='/desk/history/mapping'] button").click()
    said = {"nl": "deze sleutel bestaat niet", "en": "there is no such key"}
    await expect(page.get_by_role("alert")).to_contain_text(said[language])
    found["faults"] = await violations(page)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
