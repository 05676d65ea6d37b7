"""Kafka and PostgreSQL are killed and come back: everything goes on by itself, counts are exact."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.commands import Commands
from chassis.consuming import Subscription
from chassis.consuming.consumer import Consumer
from chassis.database import TRANSIENT, Database
from chassis.decider import Decider
from chassis.projection import Follower, Projection
from chassis.relay import Relay
from chassis.store import Context
from chassis.timers import TimerLoop
from local.databases import connect
from local.kafka import Kafka
from local.postgres import Postgres
from tests.servers import KafkaCluster, PostgresServer

from ..core.conftest import migrated  # noqa: TID252 - chassis.tests is no package of the product
from ..core.stage import (  # noqa: TID252
    Stage,
    Topics,
    all_records,
    redirected,
    revised,
    running,
    until,
)
from .conftest import in_order

pytestmark = [pytest.mark.integration, pytest.mark.faults, pytest.mark.timeout(120)]

COUNTING: Decider[int, Any, Any] = Decider(0, lambda _, event: [event], lambda n, _: n + 1)
PATIENCE = 60.0


async def nothing(*_: Any) -> None:
    pass


class World:
    """One service with all its parts in this process, and somebody who keeps asking it."""

    def __init__(self, stage: Stage, bootstrap: str, topics: Topics, name: str) -> None:
        self.stage, self.bootstrap, self.topics = stage, bootstrap, topics
        self.relay = Relay(stage.db, bootstrap, "ideas")
        self.consumer = Consumer(
            stage.db, bootstrap, name, stage.keyring, [Subscription(topics.ideas, stage.told)]
        )
        self.follower = Follower(stage.db, stage.store, Projection("followed", 1, self.follow))
        self.timers = TimerLoop(stage.db, nothing)
        self.commands = Commands(stage.store, COUNTING, "idea", self.relay.wake)
        self.ideas = [uuid4() for _ in range(5)]
        self.asked: dict[UUID, UUID] = {}

    async def follow(self, tx: Any, events: Sequence[Any]) -> None:
        insert = "INSERT INTO followed_v1 (stream, version) VALUES ($1, $2)"
        await tx.raw.executemany(insert, [(event.stream, event.version) for event in events])

    async def ask(self, rounds: int) -> None:
        """Ask for one event of each idea, so many times; whatever was not answered, again."""
        for _ in range(rounds):
            for idea in self.ideas:
                command = uuid4()
                self.asked[command] = idea
                await until(partial(self._insist, idea, command), PATIENCE)
            await asyncio.sleep(0.02)

    def has_asked(self, count: int) -> bool:
        return len(self.asked) > count

    async def _insist(self, idea: UUID, command: UUID) -> bool:
        try:
            await self.commands.handle(idea, revised(idea), Context(command=command))
        except TRANSIENT:
            return False
        return True

    async def done(self) -> bool:
        try:
            rows = await self.stage.db.pool.fetch("SELECT stream, version FROM effect")
            followed = await self.stage.db.pool.fetchval("SELECT count(*) FROM followed_v1")
        except TRANSIENT:
            return False
        return len(rows) >= len(self.asked) and followed >= len(self.asked)

    async def followed(self) -> bool:
        try:
            count = await self.stage.db.pool.fetchval("SELECT count(*) FROM followed_v1")
        except TRANSIENT:
            return False
        return bool(count == len(self.asked))

    async def published(self) -> bool:
        """Tell whether all that was asked is in Kafka."""
        asked = "SELECT published_gpos = $1 FROM relay_state"
        return bool(await self.stage.db.pool.fetchval(asked, len(self.asked)))

    async def check(self, owner: Any) -> None:
        await until(self.done, PATIENCE)
        count = len(self.asked) // len(self.ideas)
        expected = {f"idea-{idea}": list(range(1, count + 1)) for idea in self.ideas}
        rows = await owner.fetch("SELECT command, count(*) FROM event GROUP BY command")
        assert dict(map(tuple, rows)) == dict.fromkeys(self.asked, 1)
        for table in ("effect", "followed_v1"):
            rows = await owner.fetch(f"SELECT stream, version FROM {table} ORDER BY n")  # noqa: S608
            assert in_order([(row[0], row[1]) for row in rows]) == expected, table
        assert await owner.fetchval("SELECT count(*) FROM dead_letter") == 0
        ids = {str(row[0]) for row in await owner.fetch("SELECT event_id FROM event")}
        records = await all_records(self.bootstrap, self.topics.ideas)
        assert {dict(record.headers)["ce_id"].decode() for record in records} == ids


@pytest.fixture
def topics(unique: str, monkeypatch: pytest.MonkeyPatch) -> Topics:
    made = Topics(f"ideas-{unique}", f"usage-{unique}")
    monkeypatch.setattr("chassis.relay.DECLARED", redirected(made))
    monkeypatch.setattr("contracts.cloudevents.DECLARED", redirected(made))
    return made


async def world(
    server: PostgresServer, bootstrap: str, topics: Topics, name: str
) -> tuple[World, Database, str]:
    made = await server.database()
    await migrated(made)
    db = Database(made.url)
    await db.open()
    await KafkaCluster(bootstrap).topics(*topics)
    return World(Stage(db, None, made.url), bootstrap, topics, name), db, made.migration_url


@pytest.fixture
async def with_own_kafka(
    postgres: PostgresServer, own_kafka: Kafka, topics: Topics, unique: str
) -> AsyncIterator[tuple[World, str]]:
    found, db, url = await world(postgres, own_kafka.bootstrap, topics, unique)
    yield found, url
    await db.close()


@pytest.fixture
async def with_own_postgres(
    own_postgres: Postgres, kafka: KafkaCluster, topics: Topics, unique: str
) -> AsyncIterator[tuple[World, str]]:
    found, db, url = await world(PostgresServer(own_postgres.url), kafka.bootstrap, topics, unique)
    yield found, url
    await db.close()


@pytest.fixture
async def with_both_own(
    own_postgres: Postgres, own_kafka: Kafka, topics: Topics, unique: str
) -> AsyncIterator[tuple[World, str]]:
    server = PostgresServer(own_postgres.url)
    found, db, url = await world(server, own_kafka.bootstrap, topics, unique)
    yield found, url
    await db.close()


async def test_kafka_is_killed_and_comes_back(
    with_own_kafka: tuple[World, str], own_kafka: Kafka
) -> None:
    """K15, K20, K23: commands are taken meanwhile; nothing has to be started anew."""
    found, url = with_own_kafka
    async with running(found.relay, found.consumer, found.follower, found.timers):
        await found.ask(4)
        await until(found.done)
        await asyncio.to_thread(own_kafka.kill)
        await found.ask(4)
        await asyncio.to_thread(own_kafka.start)
        await found.ask(4)
        owner = await connect(url)
        await found.check(owner)
        await owner.close()
        assert found.consumer.healthy() is None


async def test_kafka_is_killed_while_everything_flows(
    with_own_kafka: tuple[World, str], own_kafka: Kafka
) -> None:
    """K15, K20, K23: the same in the middle of sending and fetching, and stopped once in order."""
    found, url = with_own_kafka
    async with running(found.relay, found.consumer, found.follower, found.timers):
        asking = asyncio.create_task(found.ask(60))
        await until(partial(found.has_asked, 60))
        await asyncio.to_thread(own_kafka.kill)
        await asyncio.to_thread(own_kafka.start)
        await asking
        await asyncio.to_thread(own_kafka.stop)
        await asyncio.to_thread(own_kafka.start)
        await found.ask(2)
        owner = await connect(url)
        await found.check(owner)
        await owner.close()


async def test_postgres_is_killed_while_kafka_gives_no_answer(
    with_both_own: tuple[World, str], own_kafka: Kafka, own_postgres: Postgres
) -> None:
    """Whoever leads lets go of what waits for Kafka: what is committed gets its positions."""
    found, _ = with_both_own
    async with running(found.relay, found.follower):
        await found.ask(1)
        await until(found.published, PATIENCE)
        os.kill(own_kafka.process.pid or 0, signal.SIGSTOP)
        try:
            await found.ask(1)  # what is sent now gets no answer
            await until(found.followed, PATIENCE)
            await asyncio.to_thread(own_postgres.kill)
            await asyncio.to_thread(own_postgres.start)
            await found.ask(1)
            await until(found.followed, 15)  # less than half of what Kafka may take for an answer
        finally:
            os.kill(own_kafka.process.pid or 0, signal.SIGCONT)
        await until(found.published, PATIENCE)


async def test_postgres_is_killed_and_comes_back(
    with_own_postgres: tuple[World, str], own_postgres: Postgres
) -> None:
    """P7, P10, P12, C1: who got no answer asks again under the same id; no more is needed."""
    found, url = with_own_postgres
    async with running(found.relay, found.consumer, found.follower, found.timers):
        asking = asyncio.create_task(found.ask(40))
        for after, end in ((50, own_postgres.kill), (100, own_postgres.stop)):
            await until(partial(found.has_asked, after), PATIENCE)
            await asyncio.to_thread(end)
            await asyncio.sleep(0.3)
            await asyncio.to_thread(own_postgres.start)
        await asking
        owner = await connect(url)
        await found.check(owner)
        await owner.close()
        await until(found.consumer.ready)
        assert found.consumer.healthy() is None
