"""Where a partition stands: claimed with an epoch, and moved in the transaction of the effect."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition

from chassis.database import TRANSIENT, Database, Raw, Tx, columns
from chassis.log import log

MOST_CONSECUTIVE = 50  # unreadable records in a row
MOST_OF_WINDOW = 50  # of the last WINDOW records
WINDOW = 1000
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
# Whoever holds a partition moves its position; an operator's stop is no neglect.
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


@dataclass
class Quality:
    """Counts unreadable records, to tell a bad record from a bad day."""

    consecutive: int = 0
    seen: int = 0
    bad: int = 0

    def count(self, *, bad: bool) -> str | None:
        """Count one record; return why to stop, if it is too much."""
        self.seen, self.bad = self.seen + 1, self.bad + bad
        self.consecutive = self.consecutive + 1 if bad else 0
        if self.seen >= WINDOW:
            self.seen, self.bad = self.seen // 2, self.bad // 2
        if self.consecutive >= MOST_CONSECUTIVE:
            return f"{self.consecutive} records in a row could not be handled"
        if self.bad > MOST_OF_WINDOW:
            return f"more than {MOST_OF_WINDOW} of the last {WINDOW} records could not be handled"
        return None


@dataclass
class Claim:
    """A partition that this process holds: its position, and the epoch that fences it."""

    partition: TopicPartition
    position: int
    epoch: int
    cursor: int
    stopped: str | None = None
    doubted: bool = False
    quality: Quality = field(default_factory=Quality)


@dataclass
class Move:
    """Where a partition goes in this transaction: what it did with which items, and what it parks.

    It may end before what was fetched does. What it counts, counts when it is committed.
    """

    claim: Claim
    upto: int
    quality: Quality
    items: list[Any] = field(default_factory=list)
    parked: int = 0
    stopped: str | None = None

    def committed(self) -> None:
        self.claim.position, self.claim.stopped = self.upto, self.stopped
        self.claim.quality = self.quality


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


async def move(tx: Tx, moves: Sequence[Move]) -> None:
    """Move the positions by compare-and-set, together with the effect."""
    rows = [
        (*m.claim.partition, m.claim.position, m.claim.epoch, m.upto, m.parked, m.stopped)
        for m in moves
    ]
    if await tx.raw.execute(_MOVE, *columns(rows, 7)) != f"UPDATE {len(moves)}":
        raise Lost


async def stop(db: Database, partition: TopicPartition, reason: str) -> None:
    """Keep everybody from the partition until an operator resumes it."""
    await db.pool.execute(_STOP, *partition, reason)
