"""The parts of a process that run beside HTTP: how they go on, rest, and tell how they are."""

import asyncio
import time
from contextlib import suppress

from aiokafka.errors import KafkaError

from chassis import database, decider
from chassis.log import log

PASSING = (*database.TRANSIENT, KafkaError, decider.ConcurrentWrite)
"""What passes by itself when a step is taken again."""


class Stuck(Exception):
    """Nothing moves, and only a new process helps: this one ends."""


class Loop:
    """A part of the process that takes steps until it is cancelled.

    At once while there is more to do, else after a rest or a sign.
    """

    rests: float | None = 1.0  # seconds; None: until there is a sign
    longest = 300.0  # seconds of one step, or of a part of it; each statement ends after sixty
    trouble = "loop.interrupted"

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._began: float | None = None  # the step in hand, or what it noted last

    def alive(self) -> None:
        """Note that a step begins, or gets on: of one that lasts, each part of it."""
        self._began = time.monotonic()

    def healthy(self) -> str | None:
        """Say why the process should be started anew, or None."""
        still = 0.0 if self._began is None else time.monotonic() - self._began
        name = type(self).__name__.lower()
        return f"{name} stands still for {round(still)} s" if still > self.longest else None

    def ready(self) -> bool:
        """Tell whether it has begun, so that the service can serve."""
        return True

    def wake(self) -> None:
        """There is something to do: look at once instead of after the rest."""
        self._wake.set()

    async def step(self) -> int | None:
        """Do a part of the work; return how much it was, where there may be more of it at once."""
        raise NotImplementedError

    async def run(self) -> None:
        """Go on until cancelled, whatever passes by itself."""
        while True:
            self._wake.clear()
            sign, more = self._wake, None
            self.alive()
            try:
                more = await self.step()
            except PASSING as error:
                log.warning(self.trouble, error=type(error).__name__)
                sign = asyncio.Event()  # what is in trouble rests, whoever calls
            self._began = None
            if not more:
                await rest(sign, self.rests)


async def rest(wake: asyncio.Event, seconds: float | None) -> None:
    """Wait for a sign, at most so long; end where the loop was cancelled and did not notice."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # `wait_for` of Python 3.11, on which the Kafka client stands, may swallow a cancellation.
        raise asyncio.CancelledError
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
