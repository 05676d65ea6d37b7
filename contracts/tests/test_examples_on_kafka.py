"""The examples that other teams copy, run as they stand, against a real Kafka."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from contracts.cloudevents import decode, read
from contracts.outside import USAGE_TOPIC, ToolUsageRecorded

EXAMPLES = Path(__file__).parents[2] / "examples"

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture
async def bootstrap(request: pytest.FixtureRequest) -> str:
    try:
        kafka = request.getfixturevalue("kafka")
    except pytest.FixtureLookupError:
        pytest.skip("this folder is tested alone: the Kafka for tests comes with the whole project")
    await kafka.topics(USAGE_TOPIC)
    found: str = kafka.bootstrap
    return found


@pytest.mark.parametrize("example", ["publish_usage.py", "publish_usage_structured.py"])
async def test_an_example_tells_kafka_what_kiem_reads(example: str, bootstrap: str) -> None:
    async with AIOKafkaConsumer(
        USAGE_TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="latest"
    ) as listening:
        await listening.seek_to_end()
        before = {part: await listening.position(part) for part in listening.assignment()}
        assert before
        environment = {**os.environ, "KIEM_KAFKA_BOOTSTRAP": bootstrap}
        told = await asyncio.create_subprocess_exec(
            sys.executable, str(EXAMPLES / example), env=environment, stderr=asyncio.subprocess.PIPE
        )
        _, errors = await told.communicate()
        assert (told.returncode, errors.decode()) == (0, "")
        async with asyncio.timeout(30):
            record = await _example(listening)
    heard = decode(read(record.headers, record.value), record.topic)
    assert heard is not None
    assert isinstance(heard.data, ToolUsageRecorded)
    assert (heard.data.tool, heard.key, record.key) == ("crm", "p-1042", b"p-1042")


async def _example(listening: AIOKafkaConsumer) -> Any:
    """The first record of the example's source: other tests may use the topic as well."""
    async for record in listening:
        if b"crm.example.org" in (record.value or b"") + dict(record.headers).get("ce_source", b""):
            return record
    raise AssertionError("the consumer ended")
