"""The parts of a process that run beside HTTP: how they go on, rest, and tell how they are."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from aiokafka.errors import KafkaError

from chassis.database import TRANSIENT, Database
from chassis.decider import ConcurrentWrite
from chassis.log import log

PASSING: tuple[type[BaseException], ...] = (*TRANSIENT, KafkaError, ConcurrentWrite)
"""What passes by itself when a step is taken again."""
PATIENCE = 2.0  # seconds for the database to answer


class Component:
    """A part of the process that runs until it is cancelled."""

    async def run(self) -> None:
        raise NotImplementedError

    def healthy(self) -> str | None:
        """Say why the process should be started anew, or None."""
        return None

    def ready(self) -> bool:
        """Tell whether it has begun, so that the service can serve."""
        return True


class Loop(Component):
    """Takes steps for ever: at once while there is more to do, else after a rest or a sign."""

    rests = 1.0  # seconds
    trouble = "loop.interrupted"

    def __init__(self) -> None:
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something to do: look at once instead of after the rest."""
        self._wake.set()

    async def step(self) -> bool:
        """Do a part of the work; tell whether there may be more of it at once."""
        raise NotImplementedError

    async def run(self) -> None:
        """Go on until cancelled, whatever passes by itself."""
        while True:
            self._wake.clear()
            sign, more = self._wake, False
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


class Health:
    """Alive: no component is stuck. Ready: alive, not stopping, the database answers."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.components: Sequence[Component] = ()
        self.stopping = False

    def ailments(self) -> list[str]:
        """Return what is stuck; restarting the process may help."""
        return [why for part in self.components if (why := part.healthy())]

    async def hindrances(self) -> list[str]:
        """Return what keeps the service from serving now; it may pass by itself."""
        found = self.ailments() + ["the service is stopping"] * self.stopping
        waited_for = (part for part in self.components if not part.ready())
        found += [f"{type(part).__name__.lower()} has not begun" for part in waited_for]
        try:
            async with asyncio.timeout(PATIENCE):
                await self._db.pool.fetchval("SELECT 1")
        except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
            found.append("the database does not answer")
        return found
