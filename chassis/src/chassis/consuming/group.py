"""The group of a service: another one, where the coordinator that Kafka names for it fails.

A coordinator that could not load what it knows of its groups denies each of them for as long as it
leads, and nobody gets in. Positions lie in PostgreSQL: a group only shares partitions out, and
another one serves as well.
"""

import time
from contextlib import suppress

from chassis import components, kafka
from chassis.database import Database
from chassis.log import log

SETTLES = 15.0  # seconds in which a member gets in
DENIED = 10.0  # seconds between the first and the last denial

_NUMBER = "SELECT coalesce(max(number), 0) FROM consumer_group"
_NEXT = """
INSERT INTO consumer_group (number) VALUES ($1 + 1) ON CONFLICT (one) DO UPDATE
SET number = excluded.number WHERE consumer_group.number = $1
"""


class Left(ConnectionError):
    """The service goes to another group."""


class Group:
    """The group that all replicas of a service are in; they leave it together."""

    def __init__(self, db: Database, bootstrap: str, service: str) -> None:
        self._db, self._bootstrap, self._service = db, bootstrap, service
        self._number, self._began = 0, time.monotonic()
        self._denied: float | None = None  # since when

    @property
    def name(self) -> str:
        return f"{self._service}.{self._number}" if self._number else self._service

    async def begin(self) -> str:
        """Return the name of the group to join now."""
        self._number = await self._db.pool.fetchval(_NUMBER)
        self._began, self._denied = time.monotonic(), None
        return self.name

    async def stands(self, *, joined: bool) -> bool:
        """Tell whether this is still the group; else all who are in it go to the next one."""
        with suppress(*components.PASSING):
            if not joined and time.monotonic() - self._began > SETTLES:
                await self._look()
            return bool(await self._db.pool.fetchval(_NUMBER) == self._number)
        return True

    async def _look(self) -> None:
        now = time.monotonic()
        if not await kafka.denies(self._bootstrap, self.name):
            self._denied = None
        elif now - (self._denied or now) > DENIED:
            log.error("consumer.group_denied", group=self.name)
            await self._db.pool.execute(_NEXT, self._number)
        else:
            self._denied = self._denied or now
