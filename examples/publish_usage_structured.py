"""Tells Kiem that a person used a tool, with the CloudEvents SDK in structured mode."""

import asyncio
import os
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from cloudevents.core.bindings.kafka import to_structured_event
from cloudevents.core.v1.event import CloudEvent


async def main() -> None:
    used = {"person": "p-1042", "tool": "crm", "feature": "search"}
    about = {"type": "kiem.usage.ToolUsageRecorded.v1", "source": "https://crm.example.org"}
    event = to_structured_event(CloudEvent(about, {"at": datetime.now(UTC).isoformat(), **used}))
    key, headers = used["person"].encode(), list(event.headers.items())
    servers = os.environ["KIEM_KAFKA_BOOTSTRAP"]  # host:port of the Kafka that Kiem reads
    async with AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True) as kafka:
        await kafka.send_and_wait("kiem.usage.events", event.value, key, headers=headers)


asyncio.run(main())
