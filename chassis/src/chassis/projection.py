"""Projections: versioned tables that follow a log, and are rebuilt beside the live ones.

One that follows the service's own events reads the store by dense position. One that is filled by
the consumer, in the transaction that hears, is rebuilt from the journal. In both cases the next
version is filled while people read the present one, and then becomes the present one in a moment.

A rebuild folds ranges of the journal partition by partition, each with its cursor in the same
transaction, so that one that dies goes on where it was. At the end the positions are locked for a
moment: what came meanwhile is folded, and the new version becomes the live one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis import components, telemetry
from chassis.database import Database, Raw, Tx
from chassis.failpoints import reach
from chassis.log import log
from chassis.store import COLUMNS, EventStore, Recorded
from contracts.cloudevents import DECODERS
from contracts.envelope import Envelope

BATCH = 500
FOLDED = 5000  # events a transaction of a rebuild
BUSY = -1

_START = """
INSERT INTO projection (name, version, active)
VALUES ($1, $2, NOT EXISTS (SELECT FROM projection WHERE name = $1 AND active))
ON CONFLICT DO NOTHING
"""
_CURSOR = """
INSERT INTO projection_position VALUES ($1, $2, 'store', 0) ON CONFLICT DO NOTHING
"""
_HOLD = """
SELECT position FROM projection_position WHERE name = $1 AND version = $2 AND source = 'store'
FOR UPDATE SKIP LOCKED
"""
_NEXT = f"""
SELECT p.gpos, {COLUMNS} FROM event_position p JOIN event USING (event_id)
WHERE p.gpos > $1 ORDER BY p.gpos LIMIT $2
"""  # noqa: S608 - a constant
_MOVE = """
UPDATE projection_position SET position = $4
WHERE name = $1 AND version = $2 AND source = 'store' AND position = $3
"""
_ALL = "SELECT version, active FROM projection WHERE name = $1 ORDER BY version FOR UPDATE"
# Two statements: there is never more than one that is active, not even within an update.
_UNFLIP = "UPDATE projection SET active = false WHERE name = $1 AND active AND version <> $2"
_FLIP = """
INSERT INTO projection VALUES ($1, $2, true)
ON CONFLICT (name, version) DO UPDATE SET active = true WHERE NOT projection.active
"""
_ACTIVE = "SELECT version FROM projection WHERE name = $1 AND active"
_BEHIND = "SELECT coalesce(max(gpos), 0) FROM event_position"

# In the order in which they were heard: what a new Kafka brought comes after the old one's.
_PARTITIONS = """
SELECT cluster_id, topic, part FROM journal WHERE topic = ANY($1)
GROUP BY cluster_id, topic, part ORDER BY min(seq)
"""
_FOLD_CURSOR = """
INSERT INTO projection_position VALUES ($1, $2, $3, 0)
ON CONFLICT (name, version, source) DO UPDATE SET position = projection_position.position
RETURNING position
"""
_FOLD_NEXT = """
SELECT * FROM journal WHERE cluster_id = $1 AND topic = $2 AND part = $3 AND seq > $4
ORDER BY seq LIMIT $5
"""
_FOLD_MOVE = """
UPDATE projection_position SET position = $5
WHERE name = $1 AND version = $2 AND source = $3 AND position = $4
"""
_FOLD_LOCK = "SELECT 1 FROM consumer_position WHERE topic = ANY($1) ORDER BY topic, part FOR UPDATE"

Apply = Callable[[Tx, Sequence[Recorded]], Awaitable[None]]
Fold = Callable[[Tx, Sequence[Envelope[Any]]], Awaitable[None]]
_SAME = [name for name in Envelope.__struct_fields__ if name != "data"]


@dataclass(frozen=True)
class Projection:
    """A table that follows the service's own events. A new `version` fills a new table."""

    name: str
    version: int
    apply: Apply


class Follower(components.Loop):
    """Keeps one projection up with the store; the replicas take turns by the cursor's lock."""

    rests, trouble = 0.25, "projection.interrupted"

    def __init__(self, db: Database, store: EventStore, projection: Projection) -> None:
        super().__init__()
        self._db, self._store, self._projection = db, store, projection
        self._begun = self._caught_up = False

    def ready(self) -> bool:
        return self._caught_up

    async def step(self) -> bool:
        """Follow a little further; the first time that nothing is left, let people read it."""
        if not self._begun:
            for statement in (_START, _CURSOR):
                await self._db.pool.execute(
                    statement, self._projection.name, self._projection.version
                )
            self._begun = True
        moved = await self._follow()
        if moved == 0 and not self._caught_up:
            await self._flip()
            self._caught_up = True
        return moved > 0

    async def _follow(self) -> int:
        name, version = self._projection.name, self._projection.version
        async with self._db.transaction() as tx:
            at = await tx.raw.fetchval(_HOLD, name, version)
            if at is None:  # another replica is at it, and how far it is, it knows
                return BUSY
            rows = await tx.raw.fetch(_NEXT, at, BATCH)
            if not rows:
                telemetry.PROJECTION_LAG.labels(projection=name).set(0)
                return 0
            events = [await self._store.read(row) for row in rows]
            await self._projection.apply(tx, events)
            await tx.raw.execute(_MOVE, name, version, at, rows[-1]["gpos"])
            reach("projection.applied_before_commit")
        behind = await self._db.pool.fetchval(_BEHIND) - rows[-1]["gpos"]
        telemetry.PROJECTION_LAG.labels(projection=name).set(max(0, behind))
        return len(rows)

    async def _flip(self) -> None:
        """The table has all there is: from now on people read it, unless they read a newer one."""
        async with self._db.transaction() as tx:
            rows = await tx.raw.fetch(_ALL, self._projection.name)
            # An old replica that starts anew in the middle of a release must not turn it back.
            active = max((row["version"] for row in rows if row["active"]), default=0)
            if active > self._projection.version:
                return
            await activate(tx.raw, self._projection.name, self._projection.version)
        log.info("projection.active", name=self._projection.name, version=self._projection.version)


async def activate(raw: Raw, name: str, version: int) -> None:
    """Let people read this version, newer or older, from the end of the transaction on."""
    await raw.fetch(_ALL, name)  # two who do this at once take turns
    await raw.execute(_UNFLIP, name, version)
    await raw.execute(_FLIP, name, version)


async def active_version(raw: Any, name: str) -> int | None:
    """Return the version of a projection that people read now."""
    found: int | None = await raw.fetchval(_ACTIVE, name)
    return found


@dataclass(frozen=True)
class Rebuild:
    """A projection to fill anew: `fold` writes into the tables of this version."""

    name: str
    version: int
    topics: tuple[str, ...]
    fold: Fold


async def rebuild(db: Database, wanted: Rebuild) -> AsyncIterator[int]:
    """Fill and flip; yields how many events were folded so far. An error ends it."""
    await db.pool.execute(_START, wanted.name, wanted.version)
    total = 0
    for row in await db.pool.fetch(_PARTITIONS, list(wanted.topics)):
        while count := await _step(db, wanted, row):
            total += count
            yield total
    async with db.transaction() as tx:
        await tx.raw.fetch(_FOLD_LOCK, list(wanted.topics))  # the consumer waits; readers do not
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
    where = tuple(row)
    source = "/".join(map(str, where))
    at = await tx.raw.fetchval(_FOLD_CURSOR, wanted.name, wanted.version, source)
    found = await tx.raw.fetch(_FOLD_NEXT, *where, at, FOLDED)
    if found:
        await wanted.fold(tx, [heard(entry) for entry in found])
        await tx.raw.execute(_FOLD_MOVE, wanted.name, wanted.version, source, at, found[-1]["seq"])
    return len(found)


def heard(entry: Any) -> Envelope[Any]:
    """Make an envelope of a row of the journal."""
    same = {name: entry[name] for name in _SAME}
    return Envelope(data=DECODERS[entry["type"]].decode(entry["data"]), **same)
