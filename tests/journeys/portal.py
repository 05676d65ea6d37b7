"""The portal as its readers meet it: signed in by hand, or in a browser that is really there."""

import re
import shutil
from html import unescape
from typing import Any

import httpx2
from playwright.async_api import Page, expect

from portal.main import application
from portal.settings import PortalSettings
from tests.journeys.house import ROOT, House

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = ROOT / "services/portal/web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FIELD = re.compile(r'name="(csrf|once)" value="([^"]*)"')
_LOOK = """rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map(
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

    async def fields(self, page: str) -> dict[str, str]:
        """Return what a form of this page carries along."""
        answer = await self.client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        return {name: unescape(value) for name, value in _FIELD.findall(answer.text)}


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


async def sign_in(page: Page, house: House, person: str, *roles: str) -> None:
    """Sign in as a person does."""
    await page.goto(house.plan.url("portal") + "/sign-in")
    await page.fill("#sub", person)
    for role in roles:
        await page.check(f"input[type=checkbox][value={role}]")
    await page.click("form:last-of-type button")
    await expect(page.locator("main")).to_be_visible()


async def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, by its rule and its place."""
    await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(_LOOK, RULES)
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found + ["the page is wider than its window"] * wide
