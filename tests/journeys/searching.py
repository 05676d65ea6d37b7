"""Searching everything that a system wrote for words that must not be there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

from tests.journeys.house import House


def marks_in(content: bytes, marks: set[str]) -> list[str]:
    """Return the marks in some bytes, also those written in hexadecimal, as bytea are shown."""
    small = content.lower()
    return [m for m in marks if m.encode() in small or m.encode().hex().encode() in small]


def escaped(folder: Path, marks: set[str], but: list[Path]) -> Iterator[str]:
    """Yield each mark in a file below a folder; `but`: where it may be."""
    for path in folder.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(place) for place in but):
            # Kafka makes its indexes large before there is anything in them: gigabytes of zeros.
            content = path.read_bytes().rstrip(b"\0")
            yield from (f"{path}: {mark}" for mark in marks_in(content, marks))


async def records_of(house: House) -> Any:
    """Yield every record of every topic, Kafka's own ones too: its topic and all its bytes."""
    asking = AIOKafkaConsumer(bootstrap_servers=house.bootstrap)
    await asking.start()
    topics = await asking.topics()
    await asking.stop()
    # Without a group, all partitions of the topics are assigned at the start.
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=house.bootstrap, enable_auto_commit=False,
        auto_offset_reset="earliest",
    )  # fmt: skip
    await consumer.start()
    try:
        partitions = sorted(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(p) < ends[p] for p in partitions]):
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    parts = [record.key or b"", record.value or b""]
                    parts += [part for _, part in record.headers]
                    yield record.topic, b"\0".join(parts)
    finally:
        await consumer.stop()
