"""Domain time: the database's clock plus what development added, steady between two looks."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from chassis.components import Loop

SLOWEST = 0.5  # seconds; an answer that took longer says too little about now


class Clock(Loop):
    """Tells domain time; it never goes backward, whatever the machine's own clock does.

    Through an outage of the database it runs on by itself.
    """

    trouble = "clock.not_synced"

    def __init__(
        self, read: Callable[[], Awaitable[datetime]], now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._read, self._monotonic = read, now
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

    async def step(self) -> None:
        await self.sync()
