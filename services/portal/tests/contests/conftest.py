"""A reader in front of a challenge, for one test."""

from collections.abc import AsyncIterator

import pytest

from services.portal.tests.behind import Visitor, reading
from services.portal.tests.contests.challenge import Behind


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def reader(behind: Behind, request: pytest.FixtureRequest) -> AsyncIterator[Visitor]:
    roles = getattr(request, "param", ("employee",))
    async with reading(behind, roles) as found:
        yield Visitor(found.browser, found.session)
