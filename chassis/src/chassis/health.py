"""Whether the service lives and whether it can serve: two questions, two truths."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from chassis.database import Database

PATIENCE = 2.0  # seconds for the database to answer


class Component(Protocol):
    """A part of the process that runs until it is cancelled."""

    async def run(self) -> None: ...


@runtime_checkable
class TellsHealth(Protocol):
    """A component that knows when it is stuck: it says why, or None."""

    def healthy(self) -> str | None: ...


@runtime_checkable
class TellsReadiness(Protocol):
    """A component that must have begun before the service can serve."""

    def ready(self) -> bool: ...


class Health:
    """Alive: no component is stuck. Ready: alive, not stopping, the database answers."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.components: Sequence[object] = ()
        self.stopping = False

    def ailments(self) -> list[str]:
        """Return what is stuck; restarting the process may help."""
        asked = (c.healthy() for c in self.components if isinstance(c, TellsHealth))
        return [why for why in asked if why]

    async def hindrances(self) -> list[str]:
        """Return what keeps the service from serving now; it may pass by itself."""
        found = self.ailments()
        if self.stopping:
            found.append("the service is stopping")
        found += [
            f"{type(c).__name__.lower()} has not begun"
            for c in self.components
            if isinstance(c, TellsReadiness) and not c.ready()
        ]
        try:
            async with asyncio.timeout(PATIENCE):
                await self._db.pool.fetchval("SELECT 1")
        except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
            found.append("the database does not answer")
        return found
