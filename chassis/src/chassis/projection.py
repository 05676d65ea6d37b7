"""Projections: versioned tables that follow a log, and are rebuilt beside the live ones.

One that follows the service's own events reads the store by dense position. One that is filled by
the consumer, in the transaction that hears, is rebuilt from the journal. In both cases the next
version is filled while people read the present one, and then becomes the present one in a moment.

A rebuild folds ranges of the journal partition by partition, each with its cursor in the same
transaction, so that one that dies goes on where it was. At the end the positions are locked for a
moment: what came meanwhile is folded, and the new version becomes the live one.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from chassis import components, decider, failpoints, telemetry
from chassis.database import Database, Raw, Tx, columns
from chassis.log import log
from chassis.store import COLUMNS, EventStore, Recorded
from contracts import cloudevents, envelope

BATCH = 500
FOLDED = 5000  # events a transaction of a rebuild

_START = """
INSERT INTO projection (name, version, active)
VALUES ($1, $2, NOT EXISTS (SELECT FROM projection WHERE name = $1 AND active))
ON CONFLICT DO NOTHING
"""
_CURSOR = """
INSERT INTO projection_position VALUES ($1, $2, 'store', 0) ON CONFLICT DO NOTHING
"""
_HOLD = """
SELECT name, version, position, (SELECT last_gpos FROM relay_state) - position AS behind
FROM projection_position JOIN unnest($1::text[], $2::int[]) AS n(name, version)
USING (name, version) WHERE source = 'store' ORDER BY position
FOR UPDATE OF projection_position SKIP LOCKED
"""
_NEXT = f"""
SELECT p.gpos, {COLUMNS} FROM event_position p JOIN event USING (event_id)
WHERE p.gpos > $1 ORDER BY p.gpos LIMIT $2
"""  # noqa: S608 - a constant
_MOVE = """
UPDATE projection_position SET position = $4 FROM unnest($1::text[], $2::int[]) AS n(name, version)
WHERE projection_position.name = n.name AND projection_position.version = n.version
  AND source = 'store' AND position = $3
"""
_ALL = "SELECT version, active FROM projection WHERE name = $1 ORDER BY version FOR UPDATE"
# Two statements: there is never more than one that is active, not even within an update.
_UNFLIP = "UPDATE projection SET active = false WHERE name = $1 AND active AND version <> $2"
_FLIP = """
INSERT INTO projection VALUES ($1, $2, true)
ON CONFLICT (name, version) DO UPDATE SET active = true WHERE NOT projection.active
"""
_ACTIVE = "SELECT version FROM projection WHERE name = $1 AND active"

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
# As text, so that it is decoded once, by the type that it is for; see also COLUMNS.
_FOLD_NEXT = """
SELECT seq, id, source, type, key, data::text AS data, occurred_at,
    CASE WHEN stream IS NULL THEN heard_at ELSE recorded_at END AS recorded_at, stream, version,
    correlation, causation, traceparent FROM journal
WHERE cluster_id = $1 AND topic = $2 AND part = $3 AND seq > $4 ORDER BY seq LIMIT $5
"""
_FOLD_MOVE = """
UPDATE projection_position SET position = $5
WHERE name = $1 AND version = $2 AND source = $3 AND position = $4
"""
_FOLD_LOCK = "SELECT 1 FROM consumer_position WHERE topic = ANY($1) ORDER BY topic, part FOR UPDATE"

Cursor = tuple[str, int]  # name and version of a projection
Apply = Callable[[Tx, Sequence[Recorded]], Awaitable[None]]
_Events = Sequence[envelope.Envelope[Any]]
Fold = Callable[[Tx, _Events], Awaitable[None]]


@dataclass(frozen=True)
class Projection:
    """A table that follows the service's own events. A new `version` fills a new table."""

    name: str
    version: int
    apply: Apply


class Follower(components.Loop):
    """Keeps projections up with the store; the replicas take turns by the locks of their cursors.

    Those that stand at the same place see the same events, which are read and unsealed once. One
    that is filled from the beginning goes its own way until it is level with the others.
    """

    rests, trouble = 0.5, "projection.interrupted"

    def __init__(self, db: Database, store: EventStore, *projections: Projection) -> None:
        super().__init__()
        self._db, self._store = db, store
        self._projections = {(each.name, each.version): each for each in projections}
        self._begun, self._behind = False, set(self._projections)

    def ready(self) -> bool:
        return not self._behind

    async def step(self) -> bool:
        """Follow a little further; the first time that nothing is left, let people read it."""
        if not self._begun:
            for statement in (_START, _CURSOR):
                await self._db.pool.executemany(statement, list(self._projections))
            self._begun = True
        level: set[Cursor] = set()
        async with self._db.transaction() as tx:
            # Where another replica is at it, it knows how far it is.
            held = await tx.raw.fetch(_HOLD, *columns(list(self._projections), 2))
            for at, rows in groupby(held, key=itemgetter("position")):
                here = [(row["name"], row["version"]) for row in rows]
                if not await self._follow(tx, at, here):
                    level.update(here)
            for cursor in level & self._behind:
                await self._flip(tx.raw, *cursor)
            failpoints.reach("projection.applied_before_commit")
        self._behind -= level
        for row in held:
            telemetry.PROJECTION_LAG.labels(projection=row["name"]).set(row["behind"])
        return len(level) < len(held)

    async def _follow(self, tx: Tx, at: int, here: Sequence[Cursor]) -> bool:
        rows = await tx.raw.fetch(_NEXT, at, BATCH)
        if rows:
            events = [await self._store.read(row) for row in rows]
            for cursor in here:
                await self._projections[cursor].apply(tx, events)
            await tx.raw.execute(_MOVE, *columns(here, 2), at, rows[-1]["gpos"])
        return bool(rows)

    async def _flip(self, raw: Raw, name: str, version: int) -> None:
        """The table has all there is: from now on people read it, unless they read a newer one."""
        rows = await raw.fetch(_ALL, name)
        # An old replica that starts anew in the middle of a release must not turn it back.
        if version >= max((row["version"] for row in rows if row["active"]), default=0):
            await activate(raw, name, version)
            log.info("projection.active", name=name, version=version)


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
    """Fill and flip; yields how many events were folded so far. An error ends it.

    Raises ConcurrentWrite where another process is at it too: begin again, it goes on from there.
    """
    await db.pool.execute(_START, wanted.name, wanted.version)
    total = 0
    async with aclosing(_pieces(db.pool, wanted)) as pieces:
        async for piece in pieces:
            async with db.transaction() as tx:
                total += await _fold(tx, wanted, *piece)
                failpoints.reach("rebuild.folded_before_commit")
            yield total
    async with db.transaction() as tx:
        await tx.raw.fetch(_FOLD_LOCK, list(wanted.topics))  # the consumer waits; readers do not
        async with aclosing(_pieces(db.pool, wanted)) as pieces:
            async for piece in pieces:
                total += await _fold(tx, wanted, *piece)
        await activate(tx.raw, wanted.name, wanted.version)
        failpoints.reach("rebuild.flipped_before_commit")
    yield total


async def _pieces(
    pool: Raw, wanted: Rebuild
) -> AsyncGenerator[tuple[str, int, int, _Events], None]:
    """Yield what is left: of which partition, from where to where in the journal, and the events.

    The next is read and decoded while one is folded.
    """
    for row in await pool.fetch(_PARTITIONS, list(wanted.topics)):
        source = "/".join(map(str, row))
        at = await pool.fetchval(_FOLD_CURSOR, wanted.name, wanted.version, source)
        reading = asyncio.create_task(_read(pool, row, at))
        try:
            while found := await reading:
                upto, events = found
                reading = asyncio.create_task(_read(pool, row, upto))
                yield source, at, upto, events
                at = upto
        finally:
            reading.cancel()


async def _read(pool: Raw, row: Any, at: int) -> tuple[int, _Events] | None:
    found = await pool.fetch(_FOLD_NEXT, *row, at, FOLDED)
    return (found[-1]["seq"], [_heard(**entry) for entry in found]) if found else None


async def _fold(  # noqa: PLR0917 - a piece, as it is yielded
    tx: Tx, wanted: Rebuild, source: str, at: int, upto: int, events: _Events
) -> int:
    where = wanted.name, wanted.version, source
    if await tx.raw.fetchval(_FOLD_CURSOR, *where) != at:
        raise decider.ConcurrentWrite
    await wanted.fold(tx, events)
    await tx.raw.execute(_FOLD_MOVE, *where, at, upto)
    return len(events)


def _heard(seq: int, type: str, data: str, **same: Any) -> envelope.Envelope[Any]:  # noqa: A002, ARG001
    return envelope.Envelope(type=type, data=cloudevents.DECODERS[type].decode(data), **same)
