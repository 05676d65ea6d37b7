"""The portal as its readers meet it: signed in by hand, or in a browser that is really there."""

import re
import shutil
from html import unescape
from io import BytesIO
from typing import Any

import httpx2
import pytest
from PIL import Image
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from portal.main import application
from portal.settings import PortalSettings
from tests.journeys.house import ROOT, House, until

PHONE: Any = {"width": 360, "height": 740}
DESK: Any = {"width": 1200, "height": 800}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = ROOT / "services/portal/web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FIELD = re.compile(r'name="(csrf|once)" value="([^"]*)"')
_HIDDEN = re.compile(r'name="(puzzle|bits|once)" value="([^"]*)"')
CODE_SHOWN = re.compile(r'id="code">([^<]+)<')
_LOOK = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
    found => found.violations.map(
        each => each.id + ": " + each.nodes.map(node => node.target).join(", ")))"""


def browser_here() -> str | None:
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Reader:
    """Somebody who is signed in and sends what forms send, also what no form would."""

    def __init__(self, house: House, client: httpx2.AsyncClient) -> None:
        self.house, self.client = house, client

    async def sign_in(self, person: str, roles: str = "employee", to: str = "/") -> httpx2.Response:
        """Go to the provider and back, as a browser does; return the answer to the way back."""
        leaving = await self.client.get("/sign-in", params={"to": to})
        asked = httpx2.URL(leaving.headers["location"])
        form = {**dict(asked.params), "sub": person, "roles": roles.split()}
        chosen = await self.house.http.post(str(asked.copy_with(query=None)), data=form)
        assert chosen.status_code == 302, chosen.text
        back = httpx2.URL(chosen.headers["location"])
        return await self.client.get(f"{back.path}?{back.query.decode()}")

    async def finds(self, page: str, *words: str) -> str:
        """Wait until a page has these words, and return it: a list follows what it lists."""

        async def look() -> str | None:
            text = (await self.client.get(page)).text
            return text if all(each in text for each in words) else None

        return await until(f"{words} on {page}", look)

    async def fields(self, page: str) -> dict[str, str]:
        """Return what a form of this page carries along."""
        answer = await self.client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        return {name: unescape(value) for name, value in _FIELD.findall(answer.text)}


def photo(side: int = 64, kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, kind)
    return out.getvalue()


def portal_client(house: House, **other: Any) -> httpx2.AsyncClient:
    """Return a portal of its own in front of the running services, with other settings."""
    addresses = {f"{name}_url": house.plan.url(name) for name in _SERVICES}
    told = {
        **addresses, "portal_url": house.plan.url("portal"), "issuer": house.plan.url("identity"),
        "keys": house.plan.portal_environment()["KIEM_KEYS"], "client_id": "portal",
        "client_secret": house.home.secret("client-portal"), "port": 1, **other,
    }  # fmt: skip
    app = application(PortalSettings(**told), house.http)
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url=house.plan.url("portal")
    )


_SERVICES = ("ideas", "feedback", "metrics", "notifications")


async def opened(browser: Browser, **how: Any) -> tuple[Page, list[str]]:
    """Open a browser of somebody's own; the list gets whatever it complains of."""
    context = await browser.new_context(locale="nl-NL", **how)
    page, complaints = await context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def _complains(said: ConsoleMessage) -> bool:
    """A form that lacks something is answered by 422, which is no complaint of the page."""
    return said.type == "error" and "Failed to load resource" not in said.text


async def sign_in(page: Page, house: House, person: str, *roles: str) -> None:
    """Sign in as a person does."""
    await page.goto(house.plan.url("portal") + "/sign-in")
    await page.fill("#sub", person)
    for role in roles:
        await page.check(f"input[type=checkbox][value={role}]")
    await page.click("form:last-of-type button")
    await expect(page.locator("main")).to_be_visible()


async def sent_in_vain(page: Page, button: str = "Verstuur je idee", field: str = "#body") -> str:
    """Send what is written while nothing arrives; return the key of its form."""
    key = await page.locator("[data-draft] [name=once]").input_value()
    async with page.expect_event("requestfailed", lambda asked: asked.method == "POST"):
        await page.get_by_role("button", name=button).click()
    await expect(page.locator(field)).to_have_count(0)  # the browser's own page of no network
    return key


async def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, by its rule and its place."""
    if not AXE.exists():
        pytest.skip("as far as here; axe is not here: services/portal/web/bring --tests")
    await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(_LOOK, RULES)
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found + ["the page is wider than its window"] * wide


async def sealed(client: httpx2.AsyncClient, title: str, body: str) -> str:
    """Tell an idea as nobody, in a browser without scripts; return its code."""
    page = await client.get("/sealed")
    fields = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)}
    done = await client.post("/sealed", data={**fields, "title": title, "body": body})
    assert done.status_code == 200, done.text
    found = CODE_SHOWN.search(done.text)
    assert found, done.text
    return found[1]


async def reviewer_of(house: House, idea: str, but: str = "") -> str:
    async def look() -> str | None:
        shown = await house.get("ideas", f"/v1/ideas/{idea}", "eva", "desk")
        found: str | None = shown["reviewer"]
        return found if found != but else None

    return await until("somebody reviews it", look)


async def behind(house: House, code: str) -> str:
    """Return the idea that a code opens."""
    told = await house.http.post(house.url("ideas", "/v1/sealed/tokens"), json={"code": code})
    assert told.status_code == 201, told.text
    found: str = told.json()["idea"]
    return found
