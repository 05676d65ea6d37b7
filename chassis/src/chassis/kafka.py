"""What relay and consumer both ask of Kafka."""

import os
import socket
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient


async def cluster_id_of(bootstrap: str) -> str:
    """Return the id of the cluster behind an address; another one means that Kafka was lost."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        found: dict[str, Any] = await admin.describe_cluster()
    finally:
        await admin.close()
    return str(found["cluster_id"])


def process_name() -> str:
    """Return the name under which this process owns something for a while."""
    return f"{socket.gethostname()}:{os.getpid()}"


async def partitions_of(bootstrap: str, topic: str) -> list[int]:
    """Return the partitions of a topic; none where there is no such topic."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        (found,) = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return [part["partition"] for part in found["partitions"]]
