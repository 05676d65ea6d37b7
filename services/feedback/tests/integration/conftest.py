"""Feedback on a real PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from local.databases import Addresses
from services.feedback.tests.house import House, emptied, opened


@pytest.fixture(scope="module")
async def whole(database: Addresses) -> AsyncIterator[House]:
    async with opened(database) as found:
        yield found


@pytest.fixture
async def house(whole: House) -> House:
    """A feedback service that has heard of nothing yet."""
    return await emptied(whole)
