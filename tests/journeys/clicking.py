"""People who click and type in a browser of their own, as its pages invite them to."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.journeys.house import House, until
from tests.journeys.portal import DESK, opened, sign_in

_PICTURES = os.environ.get("KIEM_PICTURES")  # a folder that gets what each story looks like


@dataclass
class Clicker:
    """Somebody in front of a page."""

    house: House
    page: Page
    complaints: list[str]

    async def goes(self, path: str) -> None:
        await self.page.goto(self.house.plan.url("portal") + path)

    async def reads(self, *words: str, at: str = "main") -> None:
        for said in words:
            await expect(self.page.locator(at).first).to_contain_text(said)

    async def finds(self, path: str, *words: str) -> None:
        """Open a page until it says this: what others did arrives a moment later."""

        async def there() -> bool:
            await self.goes(path)
            found = await self.page.locator("main").inner_text()
            return all(each in found for each in words)

        await until(f"{path} says {words}", there)

    async def sends(self, action: str, **filled: str) -> None:
        """Fill in the form that leads there, which may have to be unfolded, and send it."""
        form = self.page.locator(f'form[method=post][action="{action}"]').first
        for fold in await self.page.locator("details").filter(has=form).all():
            if await fold.get_attribute("open") is None:
                await fold.locator("summary").first.click()
        for name, said in filled.items():
            await _fill(form.locator(f'[name="{name}"]'), said)
        async with self.page.expect_navigation():
            await form.locator("button:not([type=button])").first.click()

    async def picture(self, name: str) -> None:
        """Keep what the page looks like, for a person to look at."""
        if _PICTURES:
            path = Path(_PICTURES) / f"{name}.png"
            await self.page.screenshot(path=path, full_page=True)


async def _fill(field: Locator, said: str) -> None:
    kind = await field.first.evaluate("field => field.type")
    if kind in {"radio", "checkbox"}:
        await field.and_(field.page.locator(f'[value="{said}"]')).check()
    elif kind.startswith("select"):
        await field.select_option(said)
    else:
        await field.fill(said)


async def comes(
    browser: Browser, house: House, person: str, *roles: str, size: Any = DESK
) -> Clicker:
    """Let somebody with these roles open a browser and sign in."""
    page, complaints = await opened(browser, viewport=size)
    await sign_in(page, house, person, *roles)
    return Clicker(house, page, complaints)
