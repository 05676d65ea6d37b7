"""Notices that the store is an older copy of itself: Kafka has events of it that it does not know.

The last record of each partition tells. If one of them is unknown here, every record that is gets
a row in `lost_event`; while one of these is not accepted, the table of events takes no more.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import decider, failpoints, kafka, telemetry
from chassis.database import Database, Raw, columns
from chassis.log import log
from contracts import cloudevents, hearing
from contracts.envelope import Unreadable

_NOTE = """
INSERT INTO lost_event (event_id, stream, version, type)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) AS told(id, s, v, t)
WHERE NOT EXISTS (SELECT FROM event WHERE event_id = told.id)
ON CONFLICT DO NOTHING RETURNING 1
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
        raise decider.StoreIsBehind


async def _compare(db: Database, bootstrap: str, topic: str, source: str) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    async with kafka.opened(consumer, consumer.stop):
        places = [TopicPartition(topic, p) for p in await kafka.partitions_of(bootstrap, topic)]
        consumer.assign(places)
        begins = await consumer.beginning_offsets(places)
        ends = await consumer.end_offsets(places)
        filled = {tp: end for tp, end in ends.items() if end > begins[tp]}
        # All or nothing: a list that is half made would be taken for the whole one.
        async with db.pool.acquire() as raw, raw.transaction():
            for starts in ({tp: end - 1 for tp, end in filled.items()}, begins):
                read = kafka.read(consumer, starts, filled)
                if not sum([await _note_unknown(raw, records, source) async for records in read]):
                    break
            failpoints.reach("restored.noted_before_commit")
        failpoints.reach("restored.noted")


async def _note_unknown(raw: Raw, records: Iterable[Any], source: str) -> int:
    """Note our own events that the store does not know; return how many are new to us."""
    told = []
    for record in records:
        with suppress(Unreadable, ValueError):  # whoever may write there may write anything
            found = cloudevents.read(record.headers, record.value).attributes
            mark = hearing.mark_of(found, record.topic)
            if mark and mark.source == source:
                told.append((UUID(mark.id), mark.stream, mark.version, found["type"]))
    return len(await raw.fetch(_NOTE, *columns(told, 4)))
