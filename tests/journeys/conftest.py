"""One whole system for all journeys: started once, stopped and removed however it ends."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.journeys.building import running
from tests.journeys.house import House
from tests.journeys.portal import browser_here


@pytest.fixture(scope="session")
def built() -> Iterator[House]:
    """A system that runs: every service a process, a real PostgreSQL and a real Kafka."""
    with running("journeys") as house:
        house.is_shared = True
        yield house


@pytest.fixture(scope="session")
async def house(built: House) -> AsyncIterator[House]:
    """The running system, with a client to ask it."""
    await built.open()
    yield built
    await built.close()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        started = await play.chromium.launch(
            executable_path=browser_here(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        await started.close()
