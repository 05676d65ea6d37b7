"""How a loop rests: until it is woken, but not for long."""

import asyncio
from contextlib import suppress


async def rest(wake: asyncio.Event, seconds: float) -> None:
    """Wait for a sign, at most so long; end where the loop was cancelled and did not notice."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # `wait_for` of Python 3.11, on which the Kafka client stands, may swallow a cancellation.
        raise asyncio.CancelledError
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
