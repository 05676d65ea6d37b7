"""Notifications on a real PostgreSQL, among real HTTP and SMTP neighbours."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from contracts.vocabulary import IdeaId
from local.databases import Addresses
from notifications.settings import NotificationsSettings
from services.notifications.tests.house import House, migrated, opened, settings_for
from services.notifications.tests.neighbours import (
    Neighbours,
    PostOffice,
    at_home,
    post_office,
)


@pytest.fixture(scope="module")
async def neighbours() -> AsyncIterator[Neighbours]:
    found = Neighbours()
    async with at_home(found):
        yield found


@pytest.fixture
async def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def smtp_port(office: PostOffice) -> AsyncIterator[int]:
    async with post_office(office) as port:
        yield port


@pytest.fixture(scope="module")
async def settings(database: Addresses, neighbours: Neighbours) -> NotificationsSettings:
    return await migrated(settings_for(database, neighbours))


@pytest.fixture
async def house(
    settings: NotificationsSettings, neighbours: Neighbours, office: PostOffice, smtp_port: int
) -> AsyncIterator[House]:
    """An empty house."""
    with_mail = settings.model_copy(update={"smtp_port": smtp_port})
    async with opened(with_mail, neighbours, office) as found:
        yield found


@pytest.fixture
def idea() -> IdeaId:
    return IdeaId(uuid4())
