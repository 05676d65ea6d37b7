"""In a real browser: nothing scrolls sideways on a small screen, and nothing moves unasked.

The services are stand-ins that answer with long words, so that a page costs a tenth of a second.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from portal.assets import FOLDER
from services.portal.tests.behind import Reader, reading
from services.portal.tests.contests.challenge import STANDING, formed, launched
from services.portal.tests.contests.challenge import C as CHALLENGE
from services.portal.tests.going_on.answered import (
    BEGAN,
    IDEA,
    ME,
    PILOT,
    REVIEW,
    RUBRIC,
    SOON,
    Behind,
    shown,
)
from services.portal.tests.test_leading import ANSWERS as LEADING

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.integration,
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
PATIENCE = 30_000  # milliseconds, where a machine has much to do
OTHER = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c03"
LONG = "Overdrachtsformulierenregistratiesysteemkoppelingsverzoek voor de nachtdienst"
NAME = "Wilhelmina-Antoinette van Nieuwenhuijzen-Oudekerkstraat"
PLACE = "Revalidatiegeneeskundepolikliniekenadministratie"
SMALL: Any = {"width": 320, "height": 640}  # what is left of 1280 pixels at 400 % (WCAG 1.4.10)
TWICE: Any = {"width": 640, "height": 512}  # what is left of 1280 pixels at 200 % (WCAG 1.4.4)
ROLES = ("employee", "reviewer", "lead", "desk", "hr", "council", "operator")
PATHS = (
    "/", "/ideas", "/ideas/new", f"/ideas/{IDEA}", f"/ideas/{IDEA}?went=answered", "/reviews",
    f"/reviews/{IDEA}", f"/reviews/together?idea={IDEA}", "/inbox", "/preferences", "/leading",
    "/leading/challenge", "/desk", f"/desk/merger?idea={IDEA}",
    f"/desk/merger?idea={IDEA}&into={OTHER}", f"/challenges/{CHALLENGE}", "/challenges", "/room",
    "/room/barriers/new", "/learnings", "/thanks", "/experiments", "/tools", "/views", "/sealed",
    "/follow", "/kiosk", "/nowhere",
)  # fmt: skip
LOOKED_AT = (
    f"/ideas/{IDEA}?went=answered", f"/reviews/{IDEA}", f"/desk/merger?idea={IDEA}",
    f"/desk/merger?idea={IDEA}&into={OTHER}",
)  # fmt: skip
AXE = FOLDER.parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_LOOK = """rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map(
    each => each.id + ": " + each.nodes.map(node => node.target).join(", ")))"""
_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("main *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth)
    .map(e => e.tagName + "." + e.className).slice(0, 5)"""
_MOVES = """() => document.getAnimations().length + [...document.querySelectorAll("*")].flatMap(
    e => [null, "::before", "::after"].map(part => getComputedStyle(e, part))).filter(
    s => s.animationName !== "none" || s.scrollBehavior === "smooth"
        || s.transitionDuration.split(",").some(lasts => parseFloat(lasts) > 0)).length"""


def row(idea: str) -> dict[str, Any]:
    return {**shown(idea=idea, title=LONG, department=PLACE), "supporters": 12}


def alike(idea: str) -> dict[str, Any]:
    return {"idea": idea, "title": LONG, "state": "in_pilot", "alike": 0.9, "learnings": [LONG]}


def matter(**more: Any) -> dict[str, Any]:
    return {
        "matter": OTHER, "author": "anna", "accountable": ME, "due": SOON, "department": PLACE,
        "idea": IDEA, "tool": None, "told_at": SOON, "ended_at": None,
        "words": {"words": LONG, "question": LONG}, "more": more,
    }  # fmt: skip


class Everything(Behind):
    """All that the pages ask, told in long words."""

    def __init__(self) -> None:
        super().__init__()
        queued = {"idea": IDEA, "author": "anna", "reviewer": ME, "accountable": ME, "due": SOON,
                  "department": PLACE, "category": PLACE}  # fmt: skip
        wish = {"kind": "decision", "owed": True, "app": True, "mail": "at_once", "webhook": True}
        challenge = {"matter": CHALLENGE, "version": 1, "author": "anna", "accountable": None,
                     "due": None, "steps": [launched(), formed(ME, "anna", idea=IDEA)]}  # fmt: skip
        answered = REVIEW | {
            "outcome": "declined", "answered_by": ME, "answered_at": SOON, "reason": LONG,
            "next_step": LONG, "criteria": ["value"], "marks": {"value": "not_met"},
            "sentences": {"value": LONG}, "due": SOON,
        }  # fmt: skip
        told: dict[str, Any] = {
            "/v1/reviews": {"items": [queued], "next": IDEA, "count": 40},
            f"/v1/reviews/{IDEA}": answered, f"/v1/reviews/{IDEA}/note": {"words": LONG},
            "/v1/ideas/titles": {"titles": {IDEA: LONG}},
            "/v1/ideas/similar": {"items": [alike(OTHER)]}, f"/v1/ideas/{OTHER}": row(OTHER),
            "/v1/ideas": {"items": [row(IDEA)], "next": IDEA},
            "/v1/notices": {"items": [], "next": None}, "/v1/hand-overs": {"items": []},
            "/v1/preferences": {"items": [wish]},
            "/v1/routing": {"rules": [{"reviewers": ["anna"], "category": PLACE,
                                       "department": PLACE, "challenge": OTHER}], "most_open": 9},
            "/v1/rubric": {"version": "house", **RUBRIC},
            "/v1/barriers": {"items": [matter(kind="legal")], "next": None},
            "/v1/thanks": {"items": [matter(to=["anna"])], "next": None},
            "/v1/experiments": {"items": [matter(team=["anna"], ends_on="2099-01-02")],
                                "next": None},
            "/v1/challenges": {"items": [matter(last="2099-01-02")], "next": None},
            f"/v1/challenges/{CHALLENGE}": challenge,
            f"/v1/challenges/{CHALLENGE}/standing": STANDING,
            "/v1/people": {ME: {"name": NAME}, "anna": {"name": NAME}},
            "/v1/people/search": {"items": [{"person": "anna", "name": NAME}], "more": False},
            "/v1/tools": {"items": [], "next": None}, "/v1/learnings": {"items": [], "next": None},
        }  # fmt: skip
        self.answers |= LEADING | {("GET", path): (200, body) for path, body in told.items()}
        self.answers["POST", "/v1/sealed/puzzles"] = (200, {"puzzle": "p" * 60, "bits": 1})
        self.stands(shown(title=LONG, body=LONG, state="in_pilot", pilot=PILOT), BEGAN)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/stream"):
            return httpx2.Response(204)
        return super().__call__(request)


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        started = await play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        await started.close()


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with reading(Everything(), ROLES) as found:
        yield found


@asynccontextmanager
async def looking(
    browser: Browser, reader: Reader, *, scripts: bool = False, **how: Any
) -> AsyncIterator[Page]:
    """Give a page of a browser whose every request the portal answers, without a network."""
    styles: dict[str, bytes] = {}

    async def answer(route: Route) -> None:
        asked = route.request
        if asked.resource_type in {"script", "image", "eventsource"} and not scripts:
            await route.abort()
            return
        if asked.resource_type == "stylesheet":
            if asked.url not in styles:
                styles[asked.url] = (await reader.browser.get(asked.url)).content
            await route.fulfill(content_type="text/css", body=styles[asked.url])
            return
        found = await reader.browser.request(
            asked.method, asked.url, content=asked.post_data_buffer, follow_redirects=True,
            headers={n: asked.headers.get(n, "") for n in ("hx-request", "content-type")},
        )  # fmt: skip
        told = {n: v for n, v in found.headers.items() if n.startswith("content-")}
        told = {n: v for n, v in told.items() if n not in {"content-encoding", "content-length"}}
        await route.fulfill(status=found.status_code, headers=told, body=found.content)

    context = await browser.new_context(base_url=str(reader.browser.base_url), **how)
    await context.route("**/*", answer)
    try:
        yield await context.new_page()
    finally:
        await context.unroute_all(behavior="wait")
        await context.close()


async def test_no_page_scrolls_sideways_at_320_pixels_or_at_twice_its_size(
    browser: Browser, reader: Reader
) -> None:
    wide = {}
    async with looking(browser, reader, viewport=SMALL) as page:
        for path in PATHS:
            found = await page.goto(path, wait_until="domcontentloaded")
            assert found
            assert found.status == (404 if path == "/nowhere" else 200), path
            await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            for size in (SMALL, TWICE):
                await page.set_viewport_size(size)
                if over := await page.evaluate(_WIDE):
                    wide[f"{path} {size['width']}"] = over
            await page.set_viewport_size(SMALL)
    assert wide == {}


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
async def test_nothing_moves_for_whoever_asked_for_less_motion(
    browser: Browser, reader: Reader, motion: Any, moves: bool
) -> None:
    found = {}
    async with looking(browser, reader, viewport=SMALL, reduced_motion=motion) as page:
        for path in ("/", f"/ideas/{IDEA}", "/reviews", "/sealed"):
            await page.goto(path, wait_until="domcontentloaded")
            found[path] = bool(await page.evaluate(_MOVES))
    assert set(found.values()) == {moves}, found


@pytest.mark.skipif(not (FOLDER / "vendor/htmx.min.js").exists(), reason="htmx is not here")
async def test_names_are_offered_while_somebody_types_one(browser: Browser, reader: Reader) -> None:
    async with looking(browser, reader, scripts=True, viewport=SMALL) as page:
        await page.goto("/thanks")
        await page.locator("#to").press_sequentially("wil")
        await expect(page.locator("#to-people option")).to_have_attribute(
            "value", f"{NAME} (anna)", timeout=PATIENCE
        )


@pytest.mark.skipif(not AXE.exists(), reason="axe is not here: services/portal/web/bring --tests")
async def test_what_is_looked_at_before_it_holds_keeps_nobody_out(
    browser: Browser, reader: Reader
) -> None:
    found: dict[str, list[str]] = {}

    async def look(page: Page, name: str) -> None:
        await page.evaluate(AXE.read_text("utf-8"))
        found[name] = await page.evaluate(_LOOK, RULES)

    async with looking(browser, reader, viewport=SMALL) as page:
        for path in LOOKED_AT:
            await page.goto(path, wait_until="domcontentloaded")
            await look(page, path)
        await page.goto("/thanks", wait_until="domcontentloaded")
        await page.fill("#to", "wil")
        await page.fill("#words", "For the lift.")
        await page.get_by_role("button", name="Give thanks").click()
        await expect(page.locator("h1")).to_have_text("Whom do you mean?", timeout=PATIENCE)
        await look(page, "whom")
        await page.goto("/desk", wait_until="domcontentloaded")
        await page.fill("#rubric-name", "spring")
        await page.fill('input[name="en"] >> nth=0', "Is it worth it?")
        await page.locator('form[action="/desk/rubric"] button').click()
        await expect(page.locator("h1")).to_have_text(
            "What would be judged otherwise", timeout=PATIENCE
        )
        await look(page, "rubric")
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
