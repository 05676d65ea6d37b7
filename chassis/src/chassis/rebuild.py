"""Rebuilds a projection of heard facts from the journal, beside the live one.

Ranges of the journal are folded partition by partition, each with its cursor in the same
transaction, so that a rebuild that dies goes on where it was. At the end the positions are locked
for a moment: what came meanwhile is folded, and the new version becomes the live one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chassis.database import Database, Tx
from chassis.failpoints import reach
from chassis.projection import activate
from contracts.catalog import DECLARED
from contracts.envelope import Envelope

BATCH = 5000

_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(kind.event) for name, kind in DECLARED.items()
}
# In the order in which they were heard: what a new Kafka brought comes after the old one's.
_PARTITIONS = """
SELECT cluster_id, topic, part FROM journal WHERE topic = ANY($1)
GROUP BY cluster_id, topic, part ORDER BY min(seq)
"""
_BEGIN = """
INSERT INTO projection (name, version, active)
VALUES ($1, $2, NOT EXISTS (SELECT FROM projection WHERE name = $1 AND active))
ON CONFLICT DO NOTHING
"""
_CURSOR = """
INSERT INTO projection_position VALUES ($1, $2, $3, 0)
ON CONFLICT (name, version, source) DO UPDATE SET position = projection_position.position
RETURNING position
"""
_NEXT = """
SELECT * FROM journal WHERE cluster_id = $1 AND topic = $2 AND part = $3 AND seq > $4
ORDER BY seq LIMIT $5
"""
_MOVE = """
UPDATE projection_position SET position = $5
WHERE name = $1 AND version = $2 AND source = $3 AND position = $4
"""
_LOCK = "SELECT 1 FROM consumer_position WHERE topic = ANY($1) ORDER BY topic, part FOR UPDATE"

Fold = Callable[[Tx, Sequence[Envelope[Any]]], Awaitable[None]]


@dataclass(frozen=True)
class Rebuild:
    """A projection to fill anew: `fold` writes into the tables of this version."""

    name: str
    version: int
    topics: tuple[str, ...]
    fold: Fold


async def rebuild(db: Database, wanted: Rebuild) -> AsyncIterator[int]:
    """Fill and flip; yields how many events were folded so far. An error ends it."""
    await db.pool.execute(_BEGIN, wanted.name, wanted.version)
    total = 0
    for row in await db.pool.fetch(_PARTITIONS, list(wanted.topics)):
        while count := await _step(db, wanted, row):
            total += count
            yield total
    async with db.transaction() as tx:
        await tx.raw.fetch(_LOCK, list(wanted.topics))  # the consumer waits; readers do not
        for row in await tx.raw.fetch(_PARTITIONS, list(wanted.topics)):
            while count := await _fold(tx, wanted, row):
                total += count
        await activate(tx.raw, wanted.name, wanted.version)
        reach("rebuild.flipped_before_commit")
    yield total


async def _step(db: Database, wanted: Rebuild, row: Any) -> int:
    async with db.transaction() as tx:
        count = await _fold(tx, wanted, row)
        reach("rebuild.folded_before_commit")
    return count


async def _fold(tx: Tx, wanted: Rebuild, row: Any) -> int:
    where = (row["cluster_id"], row["topic"], row["part"])
    source = f"{where[0]}/{where[1]}/{where[2]}"
    at = await tx.raw.fetchval(_CURSOR, wanted.name, wanted.version, source)
    found = await tx.raw.fetch(_NEXT, *where, at, BATCH)
    if found:
        await wanted.fold(tx, [heard(entry) for entry in found])
        await tx.raw.execute(_MOVE, wanted.name, wanted.version, source, at, found[-1]["seq"])
    return len(found)


def heard(entry: Any) -> Envelope[Any]:
    """Make an envelope of a row of the journal."""
    return Envelope(
        id=entry["id"], source=entry["source"], type=entry["type"], key=entry["key"],
        data=_decoders[entry["type"]].decode(entry["data"]), occurred_at=entry["occurred_at"],
        recorded_at=entry["recorded_at"], stream=entry["stream"], version=entry["version"],
        correlation=entry["correlation"], causation=entry["causation"],
        traceparent=entry["traceparent"],
    )  # fmt: skip
