"""Brings the tables of facts to the version of this code, from the journal, while people read."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chassis.database import Database
from chassis.projection import Rebuild, active_version, rebuild
from contracts import ideas, notifications, outside
from metrics.projections.facts import NAME, VERSION, FactRows

log = structlog.get_logger()

TOPICS = (ideas.TOPIC, notifications.TOPIC, outside.PEOPLE_TOPIC)


def renewal(db: Database, facts: FactRows) -> Callable[[], Awaitable[None]]:
    """Return the loop that renews once after a start, and then rests."""

    async def renew() -> None:
        if (await active_version(db.pool, NAME) or 0) < VERSION:
            await to_version(db, facts, VERSION)
        await asyncio.Event().wait()

    return renew


async def to_version(db: Database, facts: FactRows, version: int) -> int:
    """Fill the tables of a version and make it the live one; return how many facts went in."""
    wanted = Rebuild(NAME, version, TOPICS, lambda tx, heard: facts.fill(tx, version, heard))
    total = 0
    async for total in rebuild(db, wanted):
        log.debug("projection.rebuilding", projection=NAME, version=version, events=total)
    log.info("projection.rebuilt", projection=NAME, version=version, events=total)
    return total
