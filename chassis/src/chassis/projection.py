"""Projections: versioned tables that follow a log, and are rebuilt beside the live ones.

One that follows the service's own events reads the store by dense position. One that is filled by
the consumer, in the transaction that hears, is rebuilt from the journal. In both cases the next
version is filled while people read the present one, and then becomes the present one in a moment.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from chassis import telemetry
from chassis.database import TRANSIENT, Database, Raw, Tx
from chassis.failpoints import reach
from chassis.store import COLUMNS, EventStore, Recorded
from chassis.waiting import rest

log = structlog.get_logger()

BATCH = 500
LONGEST = 0.25  # seconds between two looks
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

Apply = Callable[[Tx, Sequence[Recorded]], Awaitable[None]]


@dataclass(frozen=True)
class Projection:
    """A table that follows the service's own events. A new `version` fills a new table."""

    name: str
    version: int
    apply: Apply


class Follower:
    """Keeps one projection up with the store; the replicas take turns by the cursor's lock."""

    def __init__(self, db: Database, store: EventStore, projection: Projection) -> None:
        self._db = db
        self._store = store
        self._projection = projection
        self._wake = asyncio.Event()
        self._caught_up = False

    def wake(self) -> None:
        self._wake.set()

    def ready(self) -> bool:
        return self._caught_up

    async def run(self) -> None:
        """Follow until cancelled."""
        name, version = self._projection.name, self._projection.version
        started = False
        while True:
            self._wake.clear()
            moved = 0
            try:
                if not started:
                    await self._db.pool.execute(_START, name, version)
                    await self._db.pool.execute(_CURSOR, name, version)
                    started = True
                moved = await self._step()
                if moved == 0 and not self._caught_up:
                    await self._flip()
                    self._caught_up = True
            except TRANSIENT as error:
                log.warning("projection.interrupted", error=type(error).__name__, name=name)
                await asyncio.sleep(LONGEST)
            if moved <= 0:
                await rest(self._wake, LONGEST)

    async def _step(self) -> int:
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
