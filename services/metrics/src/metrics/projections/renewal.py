"""Brings the tables of facts to the version of this code, from the journal, while people read."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from chassis.database import Database
from chassis.projection import Rebuild, active_version, rebuild
from contracts import ideas, notifications, outside
from metrics.projections import doings as doing
from metrics.projections import facts as fact

log = structlog.get_logger()

TOPICS = (ideas.TOPIC, notifications.TOPIC, outside.PEOPLE_TOPIC)
Rows = fact.FactRows | doing.DoingRows


def renewal(
    db: Database, facts: fact.FactRows, doings: doing.DoingRows
) -> Callable[[], Awaitable[None]]:
    """Return the loop that renews once after a start, and then rests."""

    async def renew() -> None:
        if (await active_version(db.pool, fact.NAME) or 0) < fact.VERSION:
            await to_version(db, facts, fact.VERSION)
        if (await active_version(db.pool, doing.NAME) or 0) < doing.VERSION:
            await to_version(db, doings, doing.VERSION, doing.NAME, doing.TOPICS)
        await asyncio.Event().wait()

    return renew


async def to_version(
    db: Database, rows: Rows, version: int, name: str = fact.NAME, topics: Sequence[str] = TOPICS
) -> int:
    """Fill the tables of a version and make it the live one; return how many facts went in."""
    wanted = Rebuild(name, version, tuple(topics), lambda tx, heard: rows.fill(tx, version, heard))
    total = 0
    async for total in rebuild(db, wanted):
        log.debug("projection.rebuilding", projection=name, version=version, events=total)
    log.info("projection.rebuilt", projection=name, version=version, events=total)
    return total
