"""The service as operators run it: a process of its own, from a fact in Kafka to a mail."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from chassis.auth import web_client
from contracts import notifications
from contracts.catalog import declared
from contracts.cloudevents import attributes, instant, write
from contracts.ideas import IdeaSubmitted, IdeaTakenUnderReview
from contracts.vocabulary import Event, IdeaId, PersonId
from local.databases import Addresses
from local.kafka import Kafka
from local.ports import free_port
from local.topics import create_topics
from local.topics import declared as declared_topics
from notifications.settings import NotificationsSettings
from services.notifications.tests.house import ROOT, environment, migrated, settings_for
from services.notifications.tests.neighbours import Neighbours, PostOffice

pytestmark = pytest.mark.integration

ANNA, RIK, DESK = map(PersonId, ("anna", "rik", "desk"))
PATIENCE = 60


async def eventually(
    what: Callable[[], Awaitable[Any]], process: asyncio.subprocess.Process
) -> Any:
    """Return the first true answer; give up where the process has, or after a minute."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await what()):
            assert process.returncode is None, "the service has ended"
            await asyncio.sleep(0.1)
    return found


@pytest.fixture
async def running(
    database: Addresses, own_kafka: Kafka, neighbours: Neighbours, smtp_port: int
) -> AsyncIterator[tuple[NotificationsSettings, asyncio.subprocess.Process]]:
    await create_topics(own_kafka.bootstrap, declared_topics())
    settings = settings_for(
        database,
        neighbours,
        smtp_port=smtp_port,
        port=free_port(),
        kafka_bootstrap=own_kafka.bootstrap,
        hold_seconds=3.0,
    )
    await migrated(settings)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "notifications",
        env=environment(settings),
        cwd=ROOT,
    )
    yield settings, process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def publish(bootstrap: str, *events: Event) -> None:
    """Publish the life of one idea as its owner does."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for version, event in enumerate(events, start=1):
        kind = declared(event)
        key = str(getattr(event, kind.key))
        found = attributes(event, kind, id=str(uuid4()), source="kiem/ideas") | {
            "subject": f"{kind.stream}-{key}",
            "sequence": f"{version:020}",
            "recordedtime": instant(datetime.now(UTC)),
            "correlationid": key,
        }
        headers, value = write(found, msgspec.json.encode(event))
        await producer.send_and_wait(kind.topic, value, key=key.encode(), headers=headers)
    await producer.stop()


@pytest.mark.timeout(180)
async def test_a_fact_in_kafka_becomes_one_mail_and_the_process_stops_when_asked(
    running: tuple[NotificationsSettings, asyncio.subprocess.Process],
    neighbours: Neighbours,
    office: PostOffice,
    idea: IdeaId,
) -> None:
    settings, process = running
    neighbours.words = {"title": "Fietsen naar de klant", "author": "anna"}
    token = {"authorization": f"Bearer {neighbours.token('olga', 'operator', 'employee')}"}
    async with web_client() as client:
        client.base_url = httpx2.URL(f"http://127.0.0.1:{settings.port}")

        async def ready() -> bool:
            try:
                return (await client.get("/readyz")).is_success
            except httpx2.HTTPError:
                return False

        await eventually(ready, process)
        for person, name in (("anna", "Anna de Wit"), ("rik", "Rik Jansen")):
            kept = await client.put(
                f"/v1/people/{person}/contact",
                json={"name": name, "mail": f"{person}@example.org"},
                headers=token | {"idempotency-key": str(uuid4())},
            )
            assert kept.status_code == 204, kept.text
        at = datetime.now(UTC)
        due = at + timedelta(days=28)
        await publish(
            settings.kafka_bootstrap,
            IdeaSubmitted(idea=idea, author=ANNA, accountable=DESK, due=due, at=at),
            IdeaTakenUnderReview(
                idea=idea, author=ANNA, reviewer=RIK, accountable=RIK, due=due, at=at
            ),
        )

        async def sent() -> bool:
            return bool(office.got)

        await eventually(sent, process)
        (mail,) = office.got
        body = mail.get_body(("plain",))
        assert body is not None
        assert "Rik Jansen zorgt er nu voor." in body.get_content()
        anna = {"authorization": f"Bearer {neighbours.token('anna', 'employee')}"}
        inbox = (await client.get("/v1/notices", headers=anna)).json()["items"]
        assert [item["kind"] for item in inbox] == ["acknowledgement"]

        async def published() -> bool:
            log = (await client.get("/v1/log", headers=token)).json()
            kinds = [entry["type"] for entry in log["items"]]
            return kinds.count(declared(notifications.NoticeDelivered).type) == 2

        await eventually(published, process)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        assert await process.wait() == 0
