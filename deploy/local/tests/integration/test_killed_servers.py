"""PostgreSQL and Kafka come back after kill -9 with everything they had acknowledged."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from local.databases import connect
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Postgres
from local.topics import create_topics, new_topic
from local.trouble import Trouble

pytestmark = [pytest.mark.integration, pytest.mark.faults]


async def test_postgres_keeps_committed_rows_over_kill_nine(own_postgres: Postgres) -> None:
    before = await connect(own_postgres.url)
    await before.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
    own_postgres.kill()
    await asyncio.to_thread(own_postgres.start)
    after = await connect(own_postgres.url)
    assert await after.fetchval("SELECT id FROM kept") == 1
    await after.close()
    before.terminate()


async def test_kafka_keeps_acknowledged_records_over_kill_nine(own_kafka: Kafka) -> None:
    await create_topics(own_kafka.bootstrap, [new_topic("kept", partitions=1)])
    async with AIOKafkaProducer(bootstrap_servers=own_kafka.bootstrap, acks="all") as producer:
        await producer.send_and_wait("kept", b"value")
    own_kafka.kill()
    await asyncio.to_thread(own_kafka.start)
    async with AIOKafkaConsumer(
        "kept", bootstrap_servers=own_kafka.bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        assert (await consumer.getone()).value == b"value"


async def test_making_topics_twice_changes_nothing(own_kafka: Kafka) -> None:
    first = await create_topics(own_kafka.bootstrap, [new_topic("once")])
    second = await create_topics(own_kafka.bootstrap, [new_topic("once")])
    assert (first, second) == (["once"], [])


async def test_a_second_launcher_ends_what_a_killed_one_left(own_postgres: Postgres) -> None:
    left = own_postgres.process.pid
    second = Postgres(own_postgres.folder, own_postgres.port)
    try:
        await asyncio.to_thread(second.start)
        assert own_postgres.process.ended is not None
        assert second.process.pid != left
    finally:
        second.stop()


def test_data_of_another_version_are_left_alone(tmp_path: Path) -> None:
    server = Postgres(tmp_path, free_port())
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")
    try:
        with pytest.raises(Trouble, match="belong to PostgreSQL 9; this one is"):
            server.start()
    finally:
        server.remove()
