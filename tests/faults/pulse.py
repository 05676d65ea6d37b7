"""Feels the pulse of every service: how long it did not say that it is ready."""

import asyncio
import itertools
import time

from local.plan import SERVICES
from tests.faults.town import Town

BEAT = 0.25  # seconds


class Pulse:
    """Asks each service whether it is ready, and remembers when it last was."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._beats: dict[str, list[float]] = {service: [] for service in SERVICES}

    async def run(self) -> None:
        await asyncio.gather(*(self._feel(service) for service in SERVICES))

    async def _feel(self, service: str) -> None:
        while True:
            if not await self._town.ready([service]):
                self._beats[service].append(time.monotonic())
            await asyncio.sleep(BEAT)

    def longest(self, service: str, since: float) -> float:
        """Return the longest time without a sign of a service, from a moment until now."""
        beats = [beat for beat in self._beats[service] if beat >= since]
        moments = [since, *beats, time.monotonic()]
        return max(b - a for a, b in itertools.pairwise(moments))

    def forget(self, before: float) -> None:
        for beats in self._beats.values():
            beats[:] = [beat for beat in beats if beat >= before]
