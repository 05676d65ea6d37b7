"""Publishes to Kafka as any other system would, and reads back what was published before."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from msgspec import Struct

from cli.failures import Failure
from cli.progress import Advance
from contracts import cloudevents
from contracts.catalog import declared
from contracts.envelope import Unreadable
from contracts.vocabulary import Event

_EVENTS = UUID("f4a3f1f0-5d0e-4f0c-9a55-0a4ad6b9c1f7")
_PATIENCE_MS = 10_000
K = TypeVar("K")


class Latest(Struct, frozen=True):
    """The newest fact about something, and its event id."""

    id: str
    event: Event


async def read_latest(
    bootstrap: str, topic: str, kind: Callable[[Event], K | None]
) -> dict[K, Latest]:
    """Return the newest event per key of `kind`, of all that the topic holds."""
    # Without a group all partitions of the topic are assigned at the start.
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest",
        request_timeout_ms=_PATIENCE_MS,
    )  # fmt: skip
    found: dict[K, Latest] = {}
    try:
        await consumer.start()
        async for record in _until_the_end(consumer, topic):
            told = _decoded(record, topic)
            key = None if told is None else kind(told.data)
            if told is not None and key is not None and _newer(told.data, found.get(key)):
                found[key] = Latest(told.id, told.data)
    except KafkaError as error:
        raise _unreachable(bootstrap, error) from None
    finally:
        await consumer.stop()
    return found


async def _until_the_end(consumer: AIOKafkaConsumer, topic: str) -> Any:
    partitions = sorted(consumer.assignment())
    if not partitions:
        raise Failure(f"Kafka has no topic {topic}: was the system set up? `make up` does it.")
    ends = await consumer.end_offsets(partitions)
    while any([await consumer.position(p) < ends[p] for p in partitions]):
        fetched = await consumer.getmany(timeout_ms=1000, max_records=5000)
        for records in fetched.values():
            for record in records:
                yield record


def _decoded(record: Any, topic: str) -> Any:
    try:
        return cloudevents.decode(cloudevents.read(record.headers, record.value), topic)
    except Unreadable:  # somebody else's; the services keep it as a dead letter
        return None


def _newer(event: Event, than: Latest | None) -> bool:
    return than is None or event.at >= than.event.at


def event_id(event: Event, before: Latest | None) -> str:
    """Return an id that is the same when the same change is published again."""
    content: dict[str, Any] = msgspec.to_builtins(event)
    del content["at"]
    seed = f"{declared(event).type}\0{msgspec.json.encode(content, order='sorted').decode()}"
    return str(uuid5(_EVENTS, f"{seed}\0{before.id if before else ''}"))


def same(event: Event, before: Latest | None) -> bool:
    """Tell whether an event says nothing new: all but its moment is as before."""
    if before is None or type(event) is not type(before.event):
        return False
    return msgspec.structs.replace(event, at=before.event.at) == before.event


async def publish(
    bootstrap: str, source: str, events: Sequence[tuple[str, Event]], advance: Advance
) -> None:
    """Publish events under their ids, each acknowledged by Kafka."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=5,
        request_timeout_ms=_PATIENCE_MS,
    )  # fmt: skip
    try:
        await producer.start()
        for portion in _portions(events, 500):
            for sent in [await _send(producer, source, one) for one in portion]:
                await sent
            advance(len(portion))
    except KafkaError as error:
        raise _unreachable(bootstrap, error) from None
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, source: str, one: tuple[str, Event]) -> Any:
    name, event = one
    kind = declared(event)
    key, headers, value = cloudevents.publishable(event, kind, id=name, source=source)
    return await producer.send(kind.topic, key=key, value=value, headers=headers)


def _portions(
    events: Sequence[tuple[str, Event]], size: int
) -> Iterable[Sequence[tuple[str, Event]]]:
    return (events[start : start + size] for start in range(0, len(events), size))


def _unreachable(bootstrap: str, error: KafkaError) -> Failure:
    return Failure(
        f"Kafka does not answer at {bootstrap} ({type(error).__name__}). Is the system up?"
        " `make up` starts it, `make status` tells how it is."
    )
