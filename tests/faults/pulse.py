"""Feels the pulse of every service: how long it did not say that it is ready."""

import asyncio
import itertools
import time

from local.plan import PORTAL, SERVICES
from tests.faults.town import Town

BEAT = 0.25  # seconds between two questions
SOON = 0.05  # seconds, while one that was killed is not back
WATCHED = (*SERVICES, PORTAL)


class Pulse:
    """Asks each service whether it is ready, and remembers when it last was."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._beats: dict[str, list[tuple[float, float]]] = {name: [] for name in WATCHED}

    async def run(self) -> None:
        await asyncio.gather(*(self._feel(service) for service in WATCHED))

    async def _feel(self, service: str) -> None:
        while True:
            asked = time.monotonic()
            if not await self._town.ready([service]):
                self.beat(service, asked, time.monotonic())
            await asyncio.sleep(SOON if self._awaited(service) else BEAT)

    def _awaited(self, service: str) -> bool:
        """Tell whether it was killed and is not back; others are not asked more while they fail."""
        killed = self._town.killed.get(service)
        return killed is not None and self.ready_after(service, killed) is None

    def beat(self, service: str, asked: float, answered: float) -> None:
        """Note that a service said that it is ready: when it was asked, and when it answered."""
        self._beats[service].append((asked, answered))

    def longest(self, service: str, since: float) -> float:
        """Return the longest time without a sign of a service, from a moment until now."""
        beats = [answered for _, answered in self._beats[service] if answered >= since]
        moments = [since, *beats, time.monotonic()]
        return max(b - a for a, b in itertools.pairwise(moments))

    def ready_after(self, service: str, killed: float) -> float | None:
        """Return the seconds from a kill until `/readyz` said yes again; None while it has not.

        What was asked before the kill may be the answer of the process that was killed.
        """
        back = [answered for asked, answered in self._beats[service] if asked >= killed]
        return min(back) - killed if back else None

    def forget(self, before: float) -> None:
        for beats in self._beats.values():
            beats[:] = [beat for beat in beats if beat[1] >= before]
