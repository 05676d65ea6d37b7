"""Where a partition stands: claimed with an epoch, and moved in the transaction of the effect."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import TopicPartition

from chassis.consuming.reading import Claim, Slice
from chassis.database import TRANSIENT, Database, Raw, columns
from chassis.log import log

LONGEST_HOLD = 12.0  # seconds in one transaction; one that only idles ends after ten

_CLAIM = """
INSERT INTO consumer_position (topic, part, cluster_id, next_offset, epoch, owner)
SELECT topic, part, $1, begin, 1, $2
FROM unnest($3::text[], $4::int[], $5::bigint[]) AS w(topic, part, begin) ORDER BY topic, part
ON CONFLICT (topic, part) DO UPDATE SET
    epoch = consumer_position.epoch + 1, owner = $2, updated_at = now(),
    next_offset = CASE WHEN consumer_position.cluster_id = $1
                       THEN consumer_position.next_offset ELSE excluded.next_offset END,
    stopped = CASE WHEN consumer_position.cluster_id = $1
                   THEN consumer_position.stopped END,
    cluster_id = $1
RETURNING topic, part, next_offset, epoch, stopped
"""
_HOLD = """
SELECT p.topic, p.part, p.next_offset, p.epoch, p.parked, p.stopped
FROM consumer_position p JOIN unnest($1::text[], $2::int[]) AS w(topic, part) USING (topic, part)
ORDER BY p.topic, p.part FOR UPDATE OF p
"""
_MOVE = """
UPDATE consumer_position p
SET next_offset = m.upto, parked = p.parked + m.parked, stopped = m.stopped, updated_at = now()
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
            $7::text[]) AS m(topic, part, pos, epoch, upto, parked, stopped)
WHERE p.topic = m.topic AND p.part = m.part AND p.next_offset = m.pos AND p.epoch = m.epoch
"""
# Whoever holds a partition moves its position, or says now and then that it tends it, as where a
# gap is waited for, or what is left are markers of transactions. An operator's stop is no neglect.
_TEND = """
UPDATE consumer_position p SET updated_at = now() FROM (
    SELECT topic, part FROM consumer_position
    JOIN unnest($1::text[], $2::int[], $3::bigint[]) AS w(topic, part, epoch)
    USING (topic, part, epoch) WHERE updated_at < now() - interval '10 seconds'
    ORDER BY topic, part FOR UPDATE OF consumer_position SKIP LOCKED
) ours WHERE p.topic = ours.topic AND p.part = ours.part
"""
_NOBODYS = """
SELECT w.topic, w.part FROM unnest($1::text[], $2::int[], $3::bigint[]) AS w(topic, part, upto)
LEFT JOIN consumer_position p USING (topic, part)
WHERE p.topic IS NULL OR (p.stopped IS NULL AND p.next_offset <> w.upto
    AND p.updated_at < now() - interval '30 seconds')
"""
# A process that sleeps in the middle of an answer holds its locks for as long: no timeout of the
# server's ends a session that waits for its client to read. Those that wait themselves are let be.
_END_WHO_HOLDS = """
SELECT pg_terminate_backend(held.pid) FROM unnest(pg_blocking_pids($1)) AS b(pid)
JOIN pg_stat_activity held USING (pid)
WHERE held.usename = current_user AND held.wait_event_type IS DISTINCT FROM 'Lock'
    AND held.xact_start < clock_timestamp() - make_interval(secs => $2)
"""
_STOP = "UPDATE consumer_position SET stopped = $3 WHERE topic = $1 AND part = $2"


class Lost(Exception):
    """Another process claimed the partition, or the position is not where we read from."""


async def claim(
    db: Database, wanted: Mapping[TopicPartition, int], cluster: str, owner: str
) -> list[Claim]:
    """Claim partitions, given with where each begins; in a new cluster that is where it starts.

    Who held them and sleeps is ended: its effect would be refused in any case.
    """
    given = [(*partition, begin) for partition, begin in wanted.items()]
    async with db.pool.acquire() as raw:
        ending = asyncio.create_task(_end_who_holds(db, raw.get_server_pid()))
        try:
            rows = await raw.fetch(_CLAIM, cluster, owner, *columns(given, 3))
        finally:
            ending.cancel()
    return [Claim(TopicPartition(*row[:2]), row[2], row[3], row[2], row[4]) for row in rows]


async def _end_who_holds(db: Database, waiting: int) -> None:
    while True:
        await asyncio.sleep(LONGEST_HOLD)
        with suppress(*TRANSIENT):
            for _ in await db.pool.fetch(_END_WHO_HOLDS, waiting, LONGEST_HOLD):
                log.warning("consumer.sleeper_ended")


async def tend(db: Database, claims: Iterable[Claim]) -> None:
    """Say that these are not nobody's, also while there is nothing to be moved."""
    await db.pool.execute(_TEND, *columns([(*ours.partition, ours.epoch) for ours in claims], 3))


async def nobodys(db: Database, ends: Mapping[TopicPartition, int]) -> set[TopicPartition]:
    """Return which partitions, given with their ends, nobody claimed ever or goes on with."""
    given = columns([(*partition, end) for partition, end in ends.items()], 3)
    return {TopicPartition(*row) for row in await db.pool.fetch(_NOBODYS, *given)}


async def hold(raw: Raw, claims: Sequence[Claim]) -> dict[TopicPartition, int]:
    """Lock the positions; return how many letters each partition has parked.

    The lock parks a process that was overtaken until the winner has committed. Raises Lost where a
    claim is no longer ours.
    """
    rows = await raw.fetch(_HOLD, *columns([ours.partition for ours in claims], 2))
    found: dict[TopicPartition, Any] = {(row["topic"], row["part"]): row for row in rows}
    for ours in claims:
        row = found.get(ours.partition)
        if row is None or row["epoch"] != ours.epoch or row["next_offset"] != ours.position:
            raise Lost
        if row["stopped"]:
            ours.stopped = row["stopped"]
            raise Lost
    return {partition: row["parked"] for partition, row in found.items()}


async def move(raw: Raw, slices: Sequence[Slice]) -> None:
    """Move the positions by compare-and-set, together with the effect."""
    rows = [
        (*s.claim.partition, s.claim.position, s.claim.epoch, s.upto, s.parked, s.stopped)
        for s in slices
    ]
    if await raw.execute(_MOVE, *columns(rows, 7)) != f"UPDATE {len(slices)}":
        raise Lost


async def stop(db: Database, partition: TopicPartition, reason: str) -> None:
    """Keep everybody from the partition until an operator resumes it."""
    await db.pool.execute(_STOP, *partition, reason)
