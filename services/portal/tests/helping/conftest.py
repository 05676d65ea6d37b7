"""A reader in front of what was asked, for one test."""

from collections.abc import AsyncIterator

import pytest

from services.portal.tests.behind import Reader, reading
from services.portal.tests.helping.matters import Behind


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def reader(behind: Behind, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    async with reading(behind, getattr(request, "param", ("employee",))) as found:
        yield found
