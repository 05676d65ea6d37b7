"""Sees when the house itself was away, and lets what piled up go out as one mail a person.

A house that runs notes so every few seconds. Where the last note is older than an outage may be,
the time since then is one: promises that fell due in it are extended, and what is told of it is
kept back until it has settled, or until an operator who wanted to look at it releases it.
"""

import time
from datetime import datetime, timedelta

from prometheus_client import Gauge

from chassis.components import Loop
from chassis.database import Database, Tx
from chassis.failpoints import reach
from chassis.log import log
from chassis.telemetry import REGISTRY
from notifications.projections import outages

BEAT = 10.0  # seconds between two notes that the house is there
PEOPLE = 100  # who get their mail in one round
KEPT_BACK = Gauge(
    "kiem_notices_kept_back", "Mails that wait for the end of an outage.", registry=REGISTRY
)


class Outages(Loop):
    """The pulse of the house. `shortest` is real time, and so is what an outage takes to settle."""

    rests, trouble = BEAT, "outages.interrupted"

    def __init__(self, db: Database, shortest: timedelta, settles: timedelta) -> None:
        super().__init__()
        self._db = db
        self._shortest = shortest
        self._settles = settles
        self._looked = 0.0

    async def look(self, tx: Tx) -> None:
        """Note the outage that just ended, before anything is done about what it left behind."""
        # The machine's own clock: the one that only goes forward stands still while it sleeps.
        if abs(time.time() - self._looked) < BEAT:
            return
        if await outages.find(tx, self._shortest, self._settles):
            return  # until the next beat everybody looks: this transaction may be undone
        self._looked = time.time()

    async def missed(self, tx: Tx, due: datetime) -> timedelta | None:
        """Return for how long the house was away when a date passed; None where it was there."""
        await self.look(tx)
        return await outages.missed(tx, due)

    async def step(self) -> bool:
        """Beat, let go what has settled, and put together what may go."""
        async with self._db.transaction() as tx:
            if await outages.find(tx, self._shortest, self._settles):
                log.warning("outage.ended")
            await outages.beat(tx)
            await outages.ripen(tx)
        ready = await outages.ready(self._db, PEOPLE)
        for person in ready:
            async with self._db.transaction() as tx:
                await outages.gather(tx, person)
                reach("notifications.outage.gathered_before_commit")
            reach("notifications.outage.gathered")
        KEPT_BACK.set(await outages.count(self._db))
        return bool(ready)
