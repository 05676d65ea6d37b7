"""Brings the tables of facts to the version of this code, from the journal, while people read."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from chassis.components import Loop
from chassis.database import Database
from chassis.projection import Rebuild, active_version, rebuild
from contracts import ideas, notifications, outside
from metrics.projections import doings as doing
from metrics.projections import facts as fact

log = structlog.get_logger()

TOPICS = (ideas.TOPIC, notifications.TOPIC, outside.PEOPLE_TOPIC)
Rows = fact.FactRows | doing.DoingRows


class Renewal(Loop):
    """Renews once after a start, and has editions made of what is due; then it rests."""

    trouble = "renewal.interrupted"

    def __init__(
        self, db: Database, facts: fact.FactRows, doings: doing.DoingRows,
        soon: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        super().__init__()
        self._db, self._facts, self._doings, self._soon = db, facts, doings, soon

    async def step(self) -> None:
        await self._soon()
        if (await active_version(self._db.pool, fact.NAME) or 0) < fact.VERSION:
            await to_version(self._db, self._facts, fact.VERSION, on_part=self.alive)
        if (await active_version(self._db.pool, doing.NAME) or 0) < doing.VERSION:
            await to_version(
                self._db, self._doings, doing.VERSION, doing.NAME, doing.TOPICS, on_part=self.alive
            )
        self.rests = None


async def to_version(
    db: Database, rows: Rows, version: int, name: str = fact.NAME, topics: Sequence[str] = TOPICS,
    *, on_part: Callable[[], None] = lambda: None,
) -> int:  # fmt: skip
    """Fill the tables of a version and make it the live one; return how many facts went in."""
    wanted = Rebuild(name, version, tuple(topics), lambda tx, heard: rows.fill(tx, version, heard))
    total = 0
    async for total in rebuild(db, wanted):
        on_part()
        log.debug("projection.rebuilding", projection=name, version=version, events=total)
    log.info("projection.rebuilt", projection=name, version=version, events=total)
    return total
