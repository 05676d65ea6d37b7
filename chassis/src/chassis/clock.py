"""Domain time: the database's clock plus what development added, steady between two looks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from chassis.database import TRANSIENT, Database

log = structlog.get_logger()

RESYNC_SECONDS = 1.0
SLOWEST = 0.5  # seconds; an answer that took longer says too little about now


class Clock:
    """Tells domain time; it never goes backward, whatever the machine's own clock does."""

    def __init__(
        self,
        read: Callable[[], Awaitable[datetime]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._monotonic = monotonic
        self._zero: datetime | None = None  # domain time when the monotonic clock stood at 0
        self._latest = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        if self._zero is None:
            raise RuntimeError("the clock was never set: await sync() first")
        self._latest = max(self._latest, self._zero + timedelta(seconds=self._monotonic()))
        return self._latest

    async def sync(self) -> None:
        """Ask the database what time it is."""
        asked = self._monotonic()
        moment = await self._read()
        took = self._monotonic() - asked
        if self._zero is None or took <= SLOWEST:
            self._zero = moment.astimezone(UTC) - timedelta(seconds=asked + took / 2)

    async def run(self) -> None:
        """Keep in step until cancelled; through an outage the clock runs on by itself."""
        while True:
            await asyncio.sleep(RESYNC_SECONDS)
            try:
                await self.sync()
            except TRANSIENT as error:
                log.warning("clock.not_synced", error=type(error).__name__)


def database_clock(db: Database) -> Clock:
    """Return a clock that follows a service's database."""

    async def read() -> datetime:
        moment: datetime = await db.pool.fetchval("SELECT kiem_now()")
        return moment

    return Clock(read)
