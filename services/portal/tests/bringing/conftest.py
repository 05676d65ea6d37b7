"""A desk, and the services behind it, for one test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from chassis.log import configure
from chassis.settings import example
from portal.settings import PortalSettings
from services.portal.tests.bringing.desk import Behind, Desk, client_of


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    configure("portal")
    yield
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path) -> PortalSettings:
    return example(PortalSettings).model_copy(update={"uploads": tmp_path / "u"})


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def desk(settings: PortalSettings, behind: Behind) -> AsyncIterator[Desk]:
    async with client_of(settings, behind) as client:
        yield Desk(client)
