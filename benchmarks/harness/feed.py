"""Fills topics with what others tell: uses of tools, and the lives of ideas, a fifth of it twice.

Uses are as sparse as in a real stream of a large open-source project: of 5,000 in a row three
quarters are the first of that person, feature and day.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from uuid_utils.compat import uuid7

from contracts.catalog import declared
from contracts.cloudevents import SEQUENCE_DIGITS, attributes, instant, write
from contracts.ideas import IdeaAccepted, IdeaSubmitted, IdeaTakenUnderReview
from contracts.outside import ToolUsageRecorded
from contracts.vocabulary import Event, IdeaId, PersonId

DUPLICATES = 0.2
PERSONS, DEPARTMENTS, TOOLS = 2_000, 26, 2
A_DAY = 100_000  # uses
_FEATURES = {"read": 46, "write": 26, "share": 17, "macro": 7, "draw": 4}  # of a hundred uses
_AGAIN = 20_000  # how far back a repetition may lie
_BATCH = 262_144  # bytes

Record = tuple[bytes, bytes, list[tuple[str, bytes]]]  # key, value, headers
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True)
class Fed:
    """What was put in a topic: so many records, of which so many are no repetitions."""

    records: int
    events: int


def uses(count: int, seed: int = 1) -> Iterator[tuple[int, Record, bool]]:
    """Yield (person, record, new?): what a publisher sends who is not sure what has arrived."""
    rng = random.Random(seed)  # noqa: S311 - the same stream each time
    features, weights = list(_FEATURES), list(_FEATURES.values())
    chosen = rng.choices(features, weights, k=997)
    sent: list[tuple[int, Record]] = []
    began = datetime.now(UTC) - timedelta(days=count / A_DAY, minutes=1)
    for number in range(count):
        if sent and rng.random() < DUPLICATES:
            yield *sent[rng.randrange(len(sent))], False
            continue
        person = int(PERSONS * rng.random() ** 2)
        at = began + timedelta(days=number / A_DAY)
        made = person, _use(person, chosen[number % 997], number % TOOLS, at)
        if len(sent) < _AGAIN:
            sent.append(made)
        else:
            sent[number % _AGAIN] = made
        yield *made, True


def _use(person: int, feature: str, tool: int, at: datetime) -> Record:
    event = ToolUsageRecorded(
        person=PersonId(f"p-{person:08x}"), at=at, tool=f"tool-{tool}", feature=feature,
        department=f"dep-{person % DEPARTMENTS}", advanced=feature in {"macro", "draw"},
    )  # fmt: skip
    found = attributes(event, declared(event), id=str(uuid7()), source="wiki/production")
    headers: Any
    headers, value = write(found, _encoder.encode(event))
    return event.person.encode(), value, headers


def lives(ideas: int) -> Iterator[tuple[int, Record, bool]]:
    """Yield (idea, record, new?): three steps of each idea, and a fifth of all steps again."""
    at = datetime.now(UTC) - timedelta(days=30)
    for number in range(ideas):
        idea = IdeaId(UUID(int=(number + 1) << 64))
        author = PersonId(f"p-{number % PERSONS:08x}")
        owed: dict[str, Any] = {"accountable": PersonId("desk"), "due": at + timedelta(days=7)}
        steps: Sequence[Event] = (
            IdeaSubmitted(idea=idea, author=author, at=at, department="dep-1", **owed),
            IdeaTakenUnderReview(idea=idea, author=author, at=at, **owed),
            IdeaAccepted(idea=idea, author=author, at=at, **owed),
        )
        for version, step in enumerate(steps, start=1):
            made = as_told(step, version)
            yield number, made, True
            if (number * 3 + version) % 4 == 0:  # a quarter again is a fifth of all
                yield number, made, False


def as_told(event: Event, version: int) -> Record:
    kind = declared(event)
    found = attributes(event, kind, id=str(uuid7()), source="kiem/ideas")
    key = found["partitionkey"]
    found |= {
        "subject": f"{kind.stream}-{key}", "sequence": str(version).zfill(SEQUENCE_DIGITS),
        "recordedtime": instant(event.at), "correlationid": key,
    }  # fmt: skip
    headers: Any
    headers, value = write(found, _encoder.encode(event))
    return key.encode(), value, headers


async def publish(bootstrap: str, topic: str, records: Iterator[tuple[int, Record, bool]]) -> Fed:
    """Send in batches that are made by hand: a feed must not be what a measurement waits for."""
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", max_batch_size=_BATCH, compression_type="lz4"
    )
    await producer.start()
    try:
        partitions = sorted(await producer.partitions_for(topic))
        open_batches: dict[int, Any] = {p: producer.create_batch() for p in partitions}
        told = events = 0
        for owner, (key, value, headers), new in records:
            told, events = told + 1, events + new
            partition = partitions[owner % len(partitions)]
            made = {"key": key, "value": value, "timestamp": None, "headers": headers}
            if open_batches[partition].append(**made) is None:
                await producer.send_batch(open_batches[partition], topic, partition=partition)
                open_batches[partition] = producer.create_batch()
                open_batches[partition].append(**made)
        for partition, batch in open_batches.items():
            if batch.record_count():
                await producer.send_batch(batch, topic, partition=partition)
    finally:
        await producer.stop()  # waits for what is on its way
    return Fed(told, events)


async def ends(bootstrap: str, topic: str) -> dict[TopicPartition, int]:
    """Return where each partition of a topic ends."""
    consumer: Any = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        found: dict[TopicPartition, int] = await consumer.end_offsets(consumer.assignment())
    finally:
        await consumer.stop()
    return found


async def forget(bootstrap: str, topic: str) -> None:
    """Remove what is in a topic, so that whoever reads it next begins with what comes next."""
    found = await ends(bootstrap, topic)
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_records({tp: RecordsToDelete(end) for tp, end in found.items()})
    finally:
        await admin.close()
