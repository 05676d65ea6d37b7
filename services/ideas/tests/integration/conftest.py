"""Ideas on a real PostgreSQL; every test brings people and ideas of its own."""

from collections.abc import AsyncIterator

import pytest

from chassis.migrate import migrate
from ideas.settings import IdeasSettings
from local.databases import Addresses
from services.ideas.tests.house import Feedback, House, at_home, opened, settings_for
from services.ideas.tests.integration.boxes import Box


@pytest.fixture(scope="module")
async def settings(database: Addresses) -> IdeasSettings:
    found = settings_for(database)
    await migrate("ideas", found)
    return found


@pytest.fixture(scope="module")
async def neighbour() -> AsyncIterator[Feedback]:
    found = Feedback()
    async with at_home(found):
        yield found


@pytest.fixture(scope="module")
async def opened_house(settings: IdeasSettings, neighbour: Feedback) -> AsyncIterator[House]:
    async with opened(settings, neighbour) as found:
        yield found


@pytest.fixture
async def feedback(neighbour: Feedback) -> Feedback:
    """Return the neighbour, who has forgotten what it was told to say."""
    neighbour.status, neighbour.review = 200, {}
    neighbour.tokens.clear()
    neighbour.speaks.set()
    return neighbour


@pytest.fixture
async def house(opened_house: House, feedback: Feedback) -> House:
    """Return the house, with nobody in its directory: a test lists whom it needs."""
    await opened_house.parts.db.pool.execute("DELETE FROM person_v1")
    return opened_house


@pytest.fixture
async def house_without_desk(settings: IdeasSettings, feedback: Feedback) -> AsyncIterator[House]:
    async with opened(settings.model_copy(update={"desk": None}), feedback) as found:
        yield found


@pytest.fixture
def box(house: House) -> Box:
    return Box(house)
