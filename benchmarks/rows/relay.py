"""The relay: how many committed events a second reach Kafka, numbered and in order.

Against aiokafka's producer that sends the same records, ready-made and with the same settings:
that is the limit.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition

from benchmarks.harness import feed
from benchmarks.harness.outcome import Contest, Row, number
from benchmarks.harness.reading import records_since
from benchmarks.harness.servers import Servers
from benchmarks.harness.turns import Say, Stopwatch, take_turns
from benchmarks.harness.waiting import until
from chassis.database import Database
from chassis.relay import Relay
from contracts import ideas
from local.databases import Addresses, connect

OURS, BARE = "Kiem's relay", "aiokafka's producer alone (the limit)"
TOPIC = ideas.TOPIC
_STEPS = 5  # events a stream
_FILL = """
INSERT INTO event (event_id, stream, version, type, data, correlation, traceparent, occurred_at,
                   recorded_at)
SELECT gen_random_uuid(), 'idea-' || s, v, 'kiem.ideas.IdeaTakenUnderReview.v1',
       jsonb_build_object('at', '2026-01-05T10:00:00Z', 'idea', s, 'author', 'p-17',
           'accountable', 'p-4', 'due', '2026-01-12T10:00:00Z', 'reviewer', 'p-4'),
       s, '00-' || md5(s::text) || '-00f067aa0ba902b7-01', now(), now()
FROM (SELECT gen_random_uuid() AS s FROM generate_series(1, $1)) AS streams,
     generate_series(1, $2) AS v
"""
_AGAIN = """
TRUNCATE event_position, outbox;
INSERT INTO outbox (event_id) SELECT event_id FROM event ORDER BY version, event_id;
UPDATE relay_state SET last_gpos = 0, published_gpos = 0, cluster_id = NULL;
ANALYZE;
"""
_ALL = """
SELECT 0 AS gpos, event_id::text AS id, stream, version, type, data::text AS data, correlation,
       causation, traceparent, occurred_at, recorded_at FROM event ORDER BY version, event_id
"""
_DONE = "SELECT published_gpos FROM relay_state"


@dataclass(frozen=True)
class Size:
    events: int
    rounds: int


SIZES = {"full": Size(100_000, 5), "quick": Size(10_000, 1), "tiny": Size(500, 1)}


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure relaying."""
    watch = Stopwatch(Row(name="relay", title="2. Relay to Kafka"))
    size = SIZES[level]
    say(f"writing {size.events:,} events")
    database = await servers.database("ideas")
    await fill(database, size.events)
    turns = {
        OURS: _verified(servers, size.events, lambda: _relay(servers, database, size.events)),
        BARE: _verified(servers, size.events, await _bare(servers, database)),
    }
    figures = await take_turns(turns, size.rounds, say)
    contest = Contest(title="relay", unit="events/s", ours=OURS, figures=figures)
    watch.row.contests.append(contest)
    watch.row.notes.append(
        f"after each turn the topic was read: {number(size.events)} events, each once, every "
        "stream in the order of its versions"
    )
    await servers.drop(database)
    return watch.stop()


async def fill(database: Addresses, events: int) -> None:
    """Write events as an owner could who had no service: a store that is large already."""
    raw = await connect(database.migration_url)
    await raw.execute(_FILL, events // _STEPS, _STEPS)
    await raw.close()


async def _relay(servers: Servers, database: Addresses, events: int) -> float:
    raw = await connect(database.migration_url)
    await raw.execute(_AGAIN)
    await servers.checkpoint()
    db = Database(database.url)
    await db.open()
    began = time.perf_counter()
    task = asyncio.create_task(Relay(db, servers.bootstrap, "ideas").run())
    try:
        await until(lambda: _relayed(raw, events), 300, 0.01)
        return events / (time.perf_counter() - began)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await db.close()
        await raw.close()


async def _relayed(raw: Any, events: int) -> bool:
    return bool(await raw.fetchval(_DONE) == events)


async def _bare(servers: Servers, database: Addresses) -> Callable[[], Awaitable[float]]:
    """Make all records beforehand, as the relay makes them; return who sends them."""
    raw = await connect(database.migration_url)
    maker: Any = Relay(Database(database.url), servers.bootstrap, "ideas")
    records = [maker._record(**row) for row in await raw.fetch(_ALL)]  # noqa: SLF001 - the same ones
    await raw.close()

    async def send() -> float:
        producer = maker._producer()  # noqa: SLF001 - the same settings
        await servers.checkpoint()
        began = time.perf_counter()
        await producer.start()
        try:
            await _send(producer, records)
            return len(records) / (time.perf_counter() - began)
        finally:
            await producer.stop()

    return send


async def _send(producer: AIOKafkaProducer, records: list[dict[str, Any]]) -> None:
    for start in range(0, len(records), 2000):
        sent = [await producer.send(**record) for record in records[start : start + 2000]]
        await asyncio.gather(*sent)


def _verified(
    servers: Servers, events: int, send: Callable[[], Awaitable[float]]
) -> Callable[[], Awaitable[float]]:
    async def turn() -> float:
        before = await feed.ends(servers.bootstrap, TOPIC)
        rate = await send()
        await _check(servers.bootstrap, before, events)
        return rate

    return turn


async def _check(bootstrap: str, before: dict[TopicPartition, int], events: int) -> None:
    """Read what was sent: all of it once, and each stream's versions one after the other."""
    at: dict[bytes, int] = {}
    async for record in records_since(bootstrap, before):
        key, version = record.key, int(dict(record.headers)["ce_sequence"])
        if version != at.get(key, 0) + 1:
            raise AssertionError(f"version {version} came after {at.get(key, 0)}")
        at[key] = version
    if sum(at.values()) != events:
        raise AssertionError(f"{events} events were sent, and {sum(at.values())} arrived")
