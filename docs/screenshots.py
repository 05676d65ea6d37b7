"""Takes the pictures of docs/screens: `python docs/screenshots.py`, while `make demo` goes on.

In the Chromium of this machine, as people whom the demo offers. What moves is held still.
"""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from local.home import chosen_home
from local.plan import PORTAL, make_plan

FOLDER = Path(__file__).parent / "screens"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOW: ViewportSize = {"width": 1120, "height": 760}


class Picture(NamedTuple):
    """A page, as whom it is seen, and the link that leads on from there, if one does."""

    name: str
    roles: str
    page: str
    link: str = ""


PICTURES = (
    Picture("home", "employee", "/"),
    Picture("telling", "employee", "/ideas/new"),
    Picture("idea", "employee", "/ideas?mine=1", "Een knop voor een tolk"),
    Picture("review", "employee reviewer", "/reviews", "Bladeren zonder handschoenen"),
    Picture("numbers", "employee", "/numbers"),
    Picture("leading", "employee lead", "/leading"),
)


async def main() -> int:
    """Take them all; 1 where there is no browser, or no demo that goes on."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.stderr.write("No Chromium is here: apt-get install chromium\n")
        return 1
    home = chosen_home()
    offered = home.identity / "personas.json"
    if not offered.exists():
        sys.stderr.write("Nobody to sign in as: run `make demo` first.\n")
        return 1
    names = {one["roles"]: one["name"] for one in json.loads(offered.read_text("utf-8"))}
    address = make_plan(home, os.environ).url(PORTAL)
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as play:
        started = await play.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for picture in PICTURES:
            await _take(await _signed_in(started, address, names[picture.roles]), address, picture)
        await started.close()
    return 0


async def _signed_in(browser: Browser, address: str, name: str) -> Page:
    context = await browser.new_context(
        locale="en-GB", viewport=WINDOW, reduced_motion="reduce", color_scheme="light"
    )
    page = await context.new_page()
    await page.goto(f"{address}/sign-in")
    await page.get_by_role("button", name=name).first.click()
    await page.wait_for_url(f"{address}/**")
    return page


async def _take(page: Page, address: str, picture: Picture) -> None:
    await page.goto(address + picture.page)
    if picture.link:
        await page.get_by_role("link", name=picture.link).first.click()
        await page.wait_for_load_state("networkidle")
    await page.screenshot(path=FOLDER / f"{picture.name}.png")
    sys.stdout.write(f"{picture.name:>10}: {page.url.removeprefix(address)}\n")
    await page.context.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
