"""Kafka clients that are closed however they begin."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


@asynccontextmanager
async def opened(client: Any) -> AsyncIterator[Any]:
    """Start a client and stop it; one that could not start as well."""
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


def reader(bootstrap: str) -> Any:
    """Return a consumer that is in no group: it reads where it is told to."""
    return opened(AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None))


def writer(bootstrap: str) -> Any:
    """Return a producer that waits for what Kafka says."""
    return opened(
        AIOKafkaProducer(
            bootstrap_servers=bootstrap, acks="all", request_timeout_ms=5000, linger_ms=5,
            max_batch_size=262_144,
        )
    )  # fmt: skip


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[Any]:
    """Open what an operator uses."""
    client: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def partitions(bootstrap: str) -> set[tuple[str, int]]:
    """Return every partition that there is."""
    async with admin(bootstrap) as client:
        topics = await client.describe_topics()
    return {(t["topic"], p["partition"]) for t in topics for p in t["partitions"]}


async def ends_of(bootstrap: str, topics: Collection[str]) -> dict[tuple[str, int], int]:
    """Return where each partition of some topics ends: the offset of what comes next."""
    async with reader(bootstrap) as consumer:
        there = await partitions(bootstrap)
        places = [TopicPartition(*place) for place in there if place[0] in topics]
        return {tuple(place): end for place, end in (await consumer.end_offsets(places)).items()}


async def records_of(bootstrap: str, topic: str) -> list[Any]:
    """Read a topic from its beginning to the end that it had when asked.

    Not by `seek_to_beginning`: a search for the end that an assignment began overtakes it, and
    whatever was there is passed over in silence. So the offsets are counted, too.
    """
    async with reader(bootstrap) as consumer:
        there = await partitions(bootstrap)
        places = [TopicPartition(*place) for place in there if place[0] == topic]
        consumer.assign(places)
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        for place, offset in begins.items():
            consumer.seek(place, offset)
        found: list[Any] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            got = await consumer.getmany(timeout_ms=500, max_records=5000)
            found += [r for tp, some in got.items() for r in some if r.offset < ends[tp]]
    owed = sum(ends[place] - begins[place] for place in places)
    if len(found) != owed:
        raise LookupError(f"{topic} has {owed} records and {len(found)} of them were read")
    return found
