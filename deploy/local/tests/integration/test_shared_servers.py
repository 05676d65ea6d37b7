"""The servers that tests get: real, shared, and set up like production's."""

from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from local.databases import Addresses, connect

pytestmark = pytest.mark.integration


async def test_the_working_role_may_not_make_tables(database: Addresses) -> None:
    working = await connect(database.url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await working.execute("CREATE TABLE mine ()")
    finally:
        await working.close()


async def test_the_working_role_enters_no_other_database(
    database: Addresses, postgres: Any
) -> None:
    other = await postgres.database()
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connect(database.url.rpartition("/")[0] + f"/{other.name}")
    finally:
        await postgres.drop(other)


async def test_a_wrong_password_is_refused(database: Addresses) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(database.url.replace("@", "x@"))


async def test_the_owner_may_migrate(database: Addresses) -> None:
    owner = await connect(database.migration_url)
    try:
        await owner.execute("CREATE TABLE things (id int)")
        assert await owner.fetchval("SELECT count(*) FROM things") == 0
    finally:
        await owner.close()


async def test_what_is_produced_is_consumed(kafka: Any, unique: str) -> None:
    await kafka.topics(unique, partitions=1)
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all") as producer:
        await producer.send_and_wait(unique, b"value", key=b"key")
    async with AIOKafkaConsumer(
        unique, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        heard = await consumer.getone()
    assert (heard.key, heard.value) == (b"key", b"value")
