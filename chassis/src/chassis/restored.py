"""Notices that the store is an older copy of itself: Kafka has events of it that it does not know.

The last record of each partition tells. If one of them is unknown here, every record that is gets
a row in `lost_event`; while one of these is not accepted, the table of events takes no more.
"""

from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import telemetry
from chassis.database import Database
from chassis.decider import StoreIsBehind
from chassis.kafka import partitions_of
from chassis.log import log

WAIT_MS = 5_000  # for a record that must be there
CHUNK = 5_000  # records

_UNKNOWN = """
SELECT i.id FROM unnest($1::uuid[]) AS i(id)
WHERE NOT EXISTS (SELECT FROM event e WHERE e.event_id = i.id)
  AND NOT EXISTS (SELECT FROM lost_event l WHERE l.event_id = i.id AND l.accepted_at IS NOT NULL)
"""
_LOST = """
INSERT INTO lost_event (event_id, stream, version, type)
VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_UNDECIDED = "SELECT count(*) FROM lost_event WHERE accepted_at IS NULL"


async def compare(db: Database, bootstrap: str, topics: Iterable[str], source: str) -> None:
    """Compare the store with what was told of it; raises StoreIsBehind until it is decided."""
    undecided = await db.pool.fetchval(_UNDECIDED)
    if not undecided:
        for topic in topics:
            await _compare(db, bootstrap, topic, source)
        undecided = await db.pool.fetchval(_UNDECIDED)
    telemetry.LOST.set(undecided)
    if undecided:
        log.error("relay.store_is_behind", events=undecided)
        raise StoreIsBehind


async def _compare(db: Database, bootstrap: str, topic: str, source: str) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    try:
        await consumer.start()
        places = [TopicPartition(topic, p) for p in await partitions_of(bootstrap, topic)]
        consumer.assign(places)
        begins = await consumer.beginning_offsets(places)
        ends = await consumer.end_offsets(places)
        filled = {tp: end for tp, end in ends.items() if end > begins[tp]}
        async for records in _read(consumer, {tp: end - 1 for tp, end in filled.items()}, filled):
            if await _unknown(db, records, source):
                break
        else:
            return
        async for records in _read(consumer, begins, filled):
            for row in await _unknown(db, records, source):
                await db.pool.execute(_LOST, *row)
    finally:
        await consumer.stop()


async def _read(consumer: Any, begins: Any, ends: Any) -> AsyncIterator[list[Any]]:
    for tp in ends:
        consumer.seek(tp, begins[tp])
    left = set(ends)
    while left:
        got = await consumer.getmany(*left, timeout_ms=WAIT_MS, max_records=CHUNK)
        yield [record for records in got.values() for record in records]
        left = {tp for tp in left if await consumer.position(tp) < ends[tp]}


async def _unknown(
    db: Database, records: Iterable[Any], source: str
) -> list[tuple[UUID, str, int, str]]:
    """Return id, stream, version and type of our own events that the store does not know."""
    told = {}
    for record in records:
        headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
        if headers.get("ce_source") == source and headers.get("ce_sequence", "").isdigit():
            place = headers["ce_subject"], int(headers["ce_sequence"]), headers["ce_type"]
            told[UUID(headers["ce_id"])] = place
    rows = await db.pool.fetch(_UNKNOWN, list(told))
    return [(row["id"], *told[row["id"]]) for row in rows]
