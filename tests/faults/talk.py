"""Kafka clients that are closed however they begin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
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
