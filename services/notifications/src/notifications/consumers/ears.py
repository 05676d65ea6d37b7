"""Knows whether Kafka answers, and has for long enough that what was said meanwhile is heard.

Who hears nothing cannot tell whether a promise was kept: its date waits until it can be told.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from chassis.components import PASSING, Loop
from chassis.log import log

BRIEF = 60.0  # seconds for which Kafka may be away, and what was said is heard at its return
PATIENCE = 5.0  # seconds in which it has to answer
AGAIN = 2.0  # seconds after which it is asked again, and a date that waits is looked at again
AWAY: tuple[type[BaseException], ...] = (*PASSING, TimeoutError)


class Ears(Loop):
    """Asks Kafka every few seconds. All of it in real time, seconds."""

    rests, trouble = 5.0, "ears.interrupted"

    def __init__(self, ask: Callable[[], Awaitable[object]], settles: float) -> None:
        super().__init__()
        self._ask = ask
        self._settles = settles
        self._answers_since: float | None = None
        self._silent_since: float | None = None
        self._patience = 0.0

    def open(self) -> bool:
        """Tell whether whatever was said by now is heard, as far as it depends on Kafka."""
        since = self._answers_since
        return since is not None and time.monotonic() - since >= self._patience

    async def step(self) -> bool:
        """Ask once."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._ask()
        except AWAY as error:
            self._silent(type(error).__name__)
            self.rests = AGAIN
        else:
            self.answered()
            self.rests = Ears.rests
        return False

    def _silent(self, error: str) -> None:
        if self._silent_since is None:
            log.warning("kafka.silent", error=error)
            self._silent_since = time.monotonic()
        self._answers_since = None

    def answered(self) -> None:
        """Note that Kafka answers: after a long silence what was said comes little by little."""
        if self._answers_since is None:
            self._answers_since = time.monotonic()
            away = self._answers_since - (self._silent_since or self._answers_since)
            self._patience = min(away, self._settles) if away >= BRIEF else 0.0
            self._silent_since = None
