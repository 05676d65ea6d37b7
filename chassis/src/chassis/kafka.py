"""What relay and consumer both ask of Kafka."""

import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import NotCoordinatorForGroupError

WAIT_MS = 5_000  # for a record that must be there
CHUNK = 5_000  # records


@asynccontextmanager
async def opened(client: Any, end: Callable[[], Awaitable[None]]) -> AsyncIterator[Any]:
    """Start a client, and end it whatever happens: one that failed to start holds something too."""
    try:
        await client.start()
        yield client
    finally:
        await end()


def _admin(bootstrap: str) -> AbstractAsyncContextManager[Any]:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    return opened(client, client.close)


async def cluster_id_of(bootstrap: str) -> str:
    """Return the id of the cluster behind an address; another one means that Kafka was lost."""
    async with _admin(bootstrap) as admin:
        return str((await admin.describe_cluster())["cluster_id"])


async def partitions_of(bootstrap: str, topic: str) -> list[int]:
    """Return the partitions of a topic; none where there is no such topic."""
    async with _admin(bootstrap) as admin:
        (found,) = await admin.describe_topics([topic])
    return [part["partition"] for part in found["partitions"]]


async def denies(bootstrap: str, group: str) -> bool:
    """Tell whether the coordinator that a cluster names for a group says that it is not."""
    async with _admin(bootstrap) as admin:
        answers = await admin.describe_consumer_groups([group])
    codes = {told[0] for answer in answers for told in answer.groups}
    return NotCoordinatorForGroupError.errno in codes


async def read(
    consumer: Any, begins: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> AsyncIterator[list[Any]]:
    """Read what is there of partitions that the consumer was assigned, some records at a time.

    Where nothing comes it ends with what there is: a cluster that was made anew ends sooner.
    """
    for tp in ends:
        consumer.seek(tp, begins[tp])
    left = set(ends)
    while left:
        got = await consumer.getmany(*left, timeout_ms=WAIT_MS, max_records=CHUNK)
        yield [record for records in got.values() for record in records]
        there = ends if got else await consumer.end_offsets(list(left))
        left = {tp for tp in left if await consumer.position(tp) < min(ends[tp], there[tp])}


def process_name() -> str:
    """Return the name under which this process owns something for a while."""
    return f"{socket.gethostname()}:{os.getpid()}"
