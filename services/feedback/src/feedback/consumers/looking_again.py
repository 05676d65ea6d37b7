"""Looks, now and then, for what waits for a moment and not for an event."""

from collections.abc import Awaitable, Callable

from chassis.components import Loop
from chassis.process import Parts
from feedback.consumers import Hearing


class LookingAgain(Loop):
    """Finds reviews that somebody could take by now, and closes the waves that have ended."""

    rests, trouble = 30.0, "routing.interrupted"

    def __init__(
        self, parts: Parts, hearing: Hearing, close_due: Callable[[], Awaitable[object]]
    ) -> None:
        super().__init__()
        self._parts, self._hearing, self._close_due = parts, hearing, close_due

    async def step(self) -> None:
        async with self._parts.db.transaction() as tx:
            await self._hearing.look_again(tx, self._parts.clock.now())
        self._parts.wake()
        await self._close_due()
