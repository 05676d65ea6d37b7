"""How what lies in Kafka reaches a handler: in batches, at once, and not at any age."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.consumer.fetcher import FetchError
from aiokafka.errors import CorruptRecordException

from chassis.consuming import (
    BatchSubscription,
    Subscription,
    claims,
)
from chassis.consuming.consumer import Consumer
from chassis.database import Tx
from contracts.envelope import Envelope

from .listening import Listener
from .stage import (
    Stage,
    Topics,
    life,
    publish,
    revised,
    running,
    submitted,
    told,
    until,
    used,
)

pytestmark = pytest.mark.integration


async def test_records_that_no_parser_would_take_reach_the_handler_and_stop_nobody(
    stage: Stage, listener: Listener
) -> None:
    """K2, K3, K24, C4: on a real broker, where such headers drop whole batches unseen."""
    idea, other = uuid4(), uuid4()
    _, headers, value = told(submitted(uuid4()), 1)
    poison = [
        (b"1", headers, b"{"), (b"2", [*headers[1:], ("x", None)], value),
        (b"3", [("ce_id", b"\xff\xfe")], value), (b"4", headers, None), (b"7", [], None),
        (b"5", [(n, b"nobody.knows" if n == "ce_type" else c) for n, c in headers], value),
        (b"6", [(n, b"urn:stranger" if n == "ce_source" else c) for n, c in headers], value),
    ]  # fmt: skip
    mixed = [*life(idea, 2), *poison, told(revised(idea), 3), *life(other)]
    await listener.tell(*mixed, part=0)
    async with running(listener.consumer()):
        await listener.at(0, len(mixed))
    # A header that is null and means nothing to us is no fault.
    assert sorted(version for _, version in await stage.effects()) == [1, 1, 1, 2, 2, 3, 3]
    reasons = await stage.owner.fetch("SELECT off, reason FROM dead_letter ORDER BY off")
    assert [row["off"] for row in reasons] == [2, 4, 5, 6, 8]


async def test_no_topic_is_made_by_listening_to_it(stage: Stage, kafka: Any, unique: str) -> None:
    """K21: made by accident it would have the wrong partitions and the wrong retention."""
    nowhere = Consumer(
        stage.db, kafka.bootstrap, unique, stage.keyring,
        [Subscription(f"nowhere-{unique}", stage.told)],
    )  # fmt: skip
    async with running(nowhere):
        await asyncio.sleep(1)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    assert f"nowhere-{unique}" not in await admin.list_topics()
    await admin.close()


async def test_thousands_are_heard_in_batches_of_bounded_size(
    stage: Stage, listener: Listener, topics: Topics, kafka: Any, unique: str
) -> None:
    """K4, K22, C13: one transaction a fetch, so that a fetch is never longer than a poll."""
    sizes: list[int] = []

    async def handler(_: Tx, heard: Sequence[Envelope[Any]]) -> None:
        sizes.append(len(heard))

    now = datetime.now(UTC)
    records = [told(used(f"p-{n % 97}", now), source="urn:tool") for n in range(3000)]
    await publish(kafka.bootstrap, topics.usage, [*records, *records[:500]])
    hearing = Consumer(
        stage.db, kafka.bootstrap, unique, stage.keyring,
        [BatchSubscription(topics.usage, handler, journal=False, max_age=timedelta(days=7))],
        max_records=400,
    )  # fmt: skip
    async with running(hearing):
        await until(lambda: sum(sizes) >= 3000)
        await until(lambda: _all_read(stage, 3500))
    assert sum(sizes) == 3000
    assert max(sizes) <= 400
    assert await stage.count("inbox") == 3000


async def _all_read(stage: Stage, count: int) -> bool:
    read = await stage.owner.fetchval("SELECT sum(next_offset) FROM consumer_position")
    return bool(read == count)


async def test_a_single_event_is_heard_within_moments(stage: Stage, listener: Listener) -> None:
    """K12: an idle consumer waits for milliseconds, twice, and not for two times 200 of them."""
    idea = uuid4()
    hearing = listener.consumer()
    took = []
    async with running(hearing):
        await until(hearing.ready)
        loop = asyncio.get_running_loop()
        for version, record in enumerate(life(idea, 6), start=1):
            await asyncio.sleep(0.3)
            await listener.tell(record)
            began = loop.time()
            await listener.has_heard(version)
            took.append(loop.time() - began)
    assert min(took) < 0.15


async def test_old_events_are_refused_on_the_way_from_kafka_too(
    stage: Stage, topics: Topics, kafka: Any, unique: str
) -> None:
    """C2, C14: what comes later than the inbox remembers can't be told from a repetition."""
    now = datetime.now(UTC)
    records = [
        told(used("p-1", now - timedelta(days=days)), source="urn:tool") for days in (0, 6, 8)
    ]
    await publish(kafka.bootstrap, topics.usage, records, 0)
    hearing = Consumer(
        stage.db, kafka.bootstrap, unique, stage.keyring,
        [Subscription(topics.usage, stage.told, max_age=timedelta(days=7))],
    )  # fmt: skip
    async with running(hearing):
        await until(lambda: _all_read(stage, 3))
    assert (await stage.count("effect"), await stage.count("dead_letter")) == (2, 1)


async def test_what_hangs_after_a_fetch_that_failed_is_noticed_by_us_alone(
    stage: Stage, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K14: the library takes a fetch that failed for one that goes on, and watches no more."""
    go_on, idle = asyncio.Event(), []

    async def hang(tx: Tx, heard: Envelope[Any]) -> None:
        if heard.version == 3:
            idle.append(hearing.claims.kafka._subscription.fetcher_idle_time)
            await go_on.wait()
        await stage.told(tx, heard)

    hearing = listener.consumer(hang)
    records = life(uuid4(), 3)
    await listener.tell(records[0], part=0)
    async with running(hearing):
        await listener.at(0, 1)
        kafka, place = hearing.claims.kafka, TopicPartition(listener.topics.ideas, 0)
        # As the library notes an answer of the broker that it can't use; the next answer would
        # take its place, so nothing is told before it was met with.
        kafka._fetcher._records[place] = FetchError(error=CorruptRecordException(), backoff=0)
        await until(lambda: place not in kafka._fetcher._records)
        await listener.tell(records[1], part=0)
        await listener.at(0, 2)
        # Nothing waits when it begins to hang, and what comes then is to be noticed all the same.
        await until(lambda: hearing.claims.watch._behind.get(place) == 0)
        monkeypatch.setattr(claims, "STUCK", 1.0)
        await listener.tell(records[2], part=0)
        await until(lambda: idle)
        assert idle == [0], "the library watches again: this pitfall is none any more"
        trouble = await until(hearing.healthy)
        assert trouble.startswith(f"{place.topic}/0: 1 waiting, none done for")
        monkeypatch.setattr(claims, "STUCK", 60.0)
        go_on.set()
        await listener.at(0, 3)
    assert [version for _, version in await stage.effects()] == [1, 2, 3]


async def test_what_the_library_calls_back_never_raises(
    stage: Stage, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K13: it would swallow the error, and we would never know; so nothing there can fail."""
    place = TopicPartition(listener.topics.ideas, 0)
    idle = listener.consumer().claims
    await idle.on_partitions_assigned([place])
    await idle.on_partitions_revoked([place])
    monkeypatch.setattr(claims, "PATIENCE", 0.05)
    async with idle.busy:  # a batch that takes longer than a rebalance can wait
        await idle.on_partitions_revoked([place])
    assert idle.watch.joined
