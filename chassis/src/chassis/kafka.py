"""What relay and consumer both ask of Kafka."""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

KAFKA_ERRORS: tuple[type[BaseException], ...] = (KafkaError, OSError, TimeoutError)
"""What a broker that is away, or coming back, looks like."""


async def cluster_id_of(bootstrap: str) -> str:
    """Return the id of the cluster behind an address; another one means that Kafka was lost."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        found: dict[str, Any] = await admin.describe_cluster()
    finally:
        await admin.close()
    return str(found["cluster_id"])
