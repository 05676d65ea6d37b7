"""Tells Kiem that a person used a tool, with nothing but a Kafka client."""

import asyncio
import json
import os
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaProducer


async def main() -> None:
    used = {"person": "p-1042", "tool": "crm", "feature": "search"}
    data = json.dumps({"at": datetime.now(UTC).isoformat(), **used}).encode()
    headers = [
        ("ce_specversion", b"1.0"), ("ce_type", b"kiem.usage.ToolUsageRecorded.v1"),
        ("ce_id", str(uuid4()).encode()), ("ce_source", b"https://crm.example.org"),
    ]  # fmt: skip
    servers = os.environ["KIEM_KAFKA_BOOTSTRAP"]  # host:port of the Kafka that Kiem reads
    async with AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True) as kafka:
        await kafka.send_and_wait(
            "kiem.usage.events", data, used["person"].encode(), headers=headers
        )


asyncio.run(main())
