"""Where a partition stands: claimed with an epoch, and moved in the transaction of the effect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.database import Database, Raw, Tx

Partition = tuple[str, int]

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
_STOP = "UPDATE consumer_position SET stopped = $3 WHERE topic = $1 AND part = $2"


class Lost(Exception):
    """Another process claimed the partition, or the position is not where we read from."""


@dataclass
class Claim:
    """A partition that this process holds: its position, and the epoch that fences it."""

    partition: Partition
    position: int
    epoch: int
    cursor: int
    stopped: str | None = None


@dataclass(frozen=True)
class Move:
    """Where a partition goes in this transaction, and what it leaves parked."""

    claim: Claim
    upto: int
    parked: int = 0
    stopped: str | None = None


async def claim(
    db: Database, wanted: Mapping[Partition, int], cluster: str, owner: str
) -> list[Claim]:
    """Claim partitions, given with where each begins; in a new cluster that is where it starts."""
    rows = await db.pool.fetch(
        _CLAIM, cluster, owner, [p[0] for p in wanted], [p[1] for p in wanted],
        list(wanted.values()),
    )  # fmt: skip
    return [
        Claim((r["topic"], r["part"]), r["next_offset"], r["epoch"], r["next_offset"], r["stopped"])
        for r in rows
    ]


async def hold(raw: Raw, claims: Iterable[Claim]) -> dict[Partition, int]:
    """Lock the positions; return how many letters each partition has parked.

    The lock parks a process that was overtaken until the winner has committed. Raises Lost where a
    claim is no longer ours.
    """
    wanted = list(claims)
    rows = await raw.fetch(
        _HOLD, [c.partition[0] for c in wanted], [c.partition[1] for c in wanted]
    )
    found: dict[Partition, Any] = {(row["topic"], row["part"]): row for row in rows}
    for ours in wanted:
        row = found.get(ours.partition)
        if row is None or row["epoch"] != ours.epoch or row["next_offset"] != ours.position:
            raise Lost
        if row["stopped"]:
            ours.stopped = row["stopped"]
            raise Lost
    return {partition: row["parked"] for partition, row in found.items()}


async def move(tx: Tx, moves: Sequence[Move]) -> None:
    """Move the positions by compare-and-set, together with the effect."""
    done = await tx.raw.execute(
        _MOVE,
        [m.claim.partition[0] for m in moves], [m.claim.partition[1] for m in moves],
        [m.claim.position for m in moves], [m.claim.epoch for m in moves],
        [m.upto for m in moves], [m.parked for m in moves], [m.stopped for m in moves],
    )  # fmt: skip
    if done != f"UPDATE {len(moves)}":
        raise Lost


async def stop(db: Database, partition: Partition, reason: str) -> None:
    """Keep everybody from the partition until an operator resumes it."""
    await db.pool.execute(_STOP, *partition, reason)
