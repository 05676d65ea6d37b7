"""The parts of a process that run beside HTTP: how they go on, rest, and tell how they are."""

import asyncio
from contextlib import suppress

from aiokafka.errors import KafkaError

from chassis import database, decider
from chassis.log import log

PASSING = (*database.TRANSIENT, KafkaError, decider.ConcurrentWrite)
"""What passes by itself when a step is taken again."""


class Loop:
    """A part of the process that takes steps until it is cancelled.

    At once while there is more to do, else after a rest or a sign.
    """

    rests = 1.0  # seconds
    trouble = "loop.interrupted"

    def __init__(self) -> None:
        self._wake = asyncio.Event()

    def healthy(self) -> str | None:
        """Say why the process should be started anew, or None."""
        return None

    def ready(self) -> bool:
        """Tell whether it has begun, so that the service can serve."""
        return True

    def wake(self) -> None:
        """There is something to do: look at once instead of after the rest."""
        self._wake.set()

    async def step(self) -> bool | None:
        """Do a part of the work; tell whether there may be more of it at once."""
        raise NotImplementedError

    async def run(self) -> None:
        """Go on until cancelled, whatever passes by itself."""
        while True:
            self._wake.clear()
            sign, more = self._wake, None
            try:
                more = await self.step()
            except PASSING as error:
                log.warning(self.trouble, error=type(error).__name__)
                sign = asyncio.Event()  # what is in trouble rests, whoever calls
            if not more:
                await rest(sign, self.rests)


async def rest(wake: asyncio.Event, seconds: float) -> None:
    """Wait for a sign, at most so long; end where the loop was cancelled and did not notice."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # `wait_for` of Python 3.11, on which the Kafka client stands, may swallow a cancellation.
        raise asyncio.CancelledError
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
