"""kill -9 at every step of a mail's way: it arrives, is recorded once, and has one id."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from contracts.ideas import IdeaDeclined
from contracts.vocabulary import IdeaId, PersonId
from local.databases import create_database
from local.postgres import Postgres
from notifications.consumers.audience import PEOPLE
from services.notifications.tests.house import (
    ROOT,
    House,
    migrated,
    one_round,
    opened,
    settings_for,
)
from services.notifications.tests.integration.test_webhooks import Gateway, register
from services.notifications.tests.neighbours import Neighbours, PostOffice, answering

pytestmark = [pytest.mark.integration, pytest.mark.faults]

ANNA, RIK = PersonId("anna"), PersonId("rik")
# Each commit boundary and each step outside, with how many mails arrive when it ends there.
STEPS = {
    "notifications.mail.claimed": 1,
    "notifications.mail.written": 1,
    "notifications.mail.sent_before_commit": 2,
    "notifications.mail.recorded_before_commit": 2,
    "notifications.mail.recorded": 1,
}
POSTED = {
    "notifications.webhook.claimed": 1,
    "notifications.webhook.written": 1,
    "notifications.webhook.sent_before_commit": 2,
    "notifications.webhook.recorded_before_commit": 2,
    "notifications.webhook.recorded": 1,
}


@pytest.fixture
async def house(
    own_postgres: Postgres, neighbours: Neighbours, office: PostOffice, smtp_port: int
) -> AsyncIterator[House]:
    """A house on a PostgreSQL that writes through to the disk."""
    database = await create_database(
        own_postgres.url, "kiem_notifications", owner_password="owner", app_password="app"
    )
    settings = settings_for(database, neighbours, smtp_port=smtp_port)
    async with opened(await migrated(settings), neighbours, office) as found:
        yield found


@pytest.mark.timeout(120)
async def test_every_step_of_a_mail_may_be_the_last_of_its_process(
    house: House, tmp_path: Path
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    for number, (step, mails) in enumerate(STEPS.items(), start=1):
        idea, reached = IdeaId(UUID(int=number)), tmp_path / step
        house.office.got.clear()
        at = await house.now()
        await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=at))
        died = await one_round(house, KIEM_FAILPOINTS=step, KIEM_FAILPOINTS_REACHED=str(reached))
        assert (died, reached.read_text()) == (-signal.SIGKILL, f"{step}\n")
        await house.parts.db.pool.execute("UPDATE notice SET lease_until = now()")
        await house.send_all()
        assert len(house.office.got) == mails, step
        assert len({mail["Message-ID"] for mail in house.office.got}) == 1
        (notice,) = [n for n in await house.notices() if n["idea"] == idea]
        events = await house.events("notice", notice["notice"])
        assert [e.channel for e in events] == ["in_app", "mail"], step
        assert notice["mail"] == "delivered"


@pytest.mark.timeout(120)
async def test_every_step_of_a_webhook_may_be_the_last_of_its_process(
    house: House, tmp_path: Path
) -> None:
    gateway = Gateway()
    async with answering(gateway.application()) as url:
        await register(house, url)
        for number, (step, posts) in enumerate(POSTED.items(), start=1):
            idea, reached = IdeaId(UUID(int=100 + number)), tmp_path / step
            gateway.got.clear()
            at = await house.now()
            await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=at))
            died = await one_round(
                house, "webhooks", KIEM_FAILPOINTS=step, KIEM_FAILPOINTS_REACHED=str(reached)
            )
            assert (died, reached.read_text()) == (-signal.SIGKILL, f"{step}\n")
            await house.parts.db.pool.execute("UPDATE webhook_call SET lease_until = now()")
            await house.post_all()
            assert len(gateway.got) == posts, step
            assert len({headers["webhook-id"] for headers, _ in gateway.got}) == 1
            (notice,) = [n for n in await house.notices() if n["idea"] == idea]
            events = await house.events("notice", notice["notice"])
            assert [e.channel for e in events] == ["in_app", "webhook"], step


TOLD = {"notifications.audience.told_before_commit": 0, "notifications.audience.told": PEOPLE}


@pytest.mark.timeout(120)
async def test_every_step_of_news_for_many_may_be_the_last_of_its_process(
    house: House, tmp_path: Path
) -> None:
    people = [PersonId(f"follower-{number:04}") for number in range(PEOPLE + 20)]
    for number, (step, told) in enumerate(TOLD.items(), start=1):
        idea, reached = IdeaId(UUID(int=200 + number)), tmp_path / step
        await house.parts.db.pool.execute(
            "INSERT INTO follower (idea, person) SELECT $1, unnest($2::text[])", idea, people
        )
        await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=await house.now()))
        died = await one_round(
            house, "audience", KIEM_FAILPOINTS=step, KIEM_FAILPOINTS_REACHED=str(reached)
        )
        assert (died, reached.read_text()) == (-signal.SIGKILL, f"{step}\n")
        assert len(await house.notices(kind="followed", idea=idea)) == told
        await house.spread_all()
        notices = await house.notices(kind="followed", idea=idea)
        assert [notice["person"] for notice in notices] == people
        for notice in (notices[0], notices[-1]):
            assert [e.channel for e in await house.events("notice", notice["notice"])] == ["in_app"]


def test_every_step_is_tried() -> None:
    sources = (ROOT / "services/notifications/src/notifications/delivery").glob("*.py")
    named = {
        line.split('"')[1]
        for source in sources
        for line in source.read_text("utf-8").splitlines()
        if "reach(" in line
    }
    assert named == set(STEPS) | set(POSTED)
