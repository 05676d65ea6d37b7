"""A coordinator that can't load what it knows of a group denies it for good: another one serves."""

import asyncio
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from chassis.consuming import group
from chassis.kafka import denies, opened
from local.kafka import Kafka
from tests.servers import KafkaCluster

from .listening import Listener
from .stage import Stage, Topics, life, redirected, running, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

PATIENCE = 90.0
# What Kafka itself writes there for a group, cut off: as an unclean end may leave it.
HALF_A_KEY, HALF_A_VALUE = b"\x00\x02\x00", b"\x00\x03x"


async def break_coordinator_of(name: str, own_kafka: Kafka) -> None:
    """Let the coordinator of a group fail, as Kafka is started anew."""
    admin = AIOKafkaAdminClient(bootstrap_servers=own_kafka.bootstrap)
    async with opened(admin, admin.close):
        (found,) = await admin.describe_topics(["__consumer_offsets"])
    hashed = 0
    for letter in name:  # as Java hashes a string, in 32 bits with a sign
        hashed = (31 * hashed + ord(letter)) & 0xFFFFFFFF
    place = min(hashed, 2**32 - hashed) % len(found["partitions"])
    # Only who is called so may write there.
    producer = AIOKafkaProducer(
        bootstrap_servers=own_kafka.bootstrap, client_id="__admin_client", acks="all"
    )
    async with opened(producer, producer.stop):
        await producer.send_and_wait(
            "__consumer_offsets", HALF_A_VALUE, key=HALF_A_KEY, partition=place
        )
    await asyncio.to_thread(own_kafka.kill)
    await asyncio.to_thread(own_kafka.start)


@pytest.fixture
async def listener(
    stage: Stage, own_kafka: Kafka, unique: str, monkeypatch: pytest.MonkeyPatch
) -> Listener:
    made = Topics(f"ideas-{unique}", f"usage-{unique}")
    monkeypatch.setattr("contracts.cloudevents.DECLARED", redirected(made))
    await KafkaCluster(own_kafka.bootstrap).topics(*made)
    return Listener(stage, own_kafka, made, unique)


@pytest.mark.parametrize("anew", [False, True], ids=["who was in it", "who comes anew"])
async def test_where_the_coordinator_denies_a_group_its_members_go_to_another(
    stage: Stage, listener: Listener, own_kafka: Kafka, monkeypatch: pytest.MonkeyPatch, *,
    anew: bool,
) -> None:  # fmt: skip
    """No restart of a service would let it in, and of Kafka only some would."""
    monkeypatch.setattr(group, "SETTLES", 5.0)
    monkeypatch.setattr(group, "DENIED", 3.0)

    async def heard(count: int) -> bool:
        return len(await stage.effects()) >= count

    async def left() -> bool:
        return bool(await stage.owner.fetchval("SELECT number > 0 FROM consumer_group"))

    async def lives_on() -> None:
        """Who had its partitions goes on with them for a while, and is in no group."""
        await until(left, PATIENCE)
        await listener.tell(*life(uuid4()))
        await until(lambda: heard(6), PATIENCE)

    async with running(listener.consumer()):
        await listener.tell(*life(uuid4()))
        await until(lambda: heard(3), PATIENCE)
        if not anew:
            await break_coordinator_of(listener.service, own_kafka)
            await lives_on()
    if anew:
        await break_coordinator_of(listener.service, own_kafka)
        async with running(listener.consumer()):
            await lives_on()
    assert await denies(own_kafka.bootstrap, listener.service)
    assert len(await stage.effects()) == 6, "each once, whatever the group"


async def test_a_group_that_nobody_denies_is_never_left(stage: Stage, kafka: Any) -> None:
    found = group.Group(stage.db, kafka.bootstrap, f"quiet-{uuid4()}")
    await found.begin()

    async def known() -> bool:
        with suppress(KafkaError):  # Kafka, new to the group, has no answer yet
            return not await denies(kafka.bootstrap, found.name)
        return False

    await until(known)
    found._began = found._denied = time.monotonic() - group.SETTLES - 1  # it was denied once
    assert await found.stands(joined=False)
    assert found._denied is None
    await stage.owner.execute("INSERT INTO consumer_group (number) VALUES (7)")
    assert not await found.stands(joined=True), "the others went on"
    assert (await found.begin()).endswith(".7")
