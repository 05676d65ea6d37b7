"""Waits for what another process does."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(
    holds: Callable[[], Awaitable[bool]], patience: float = 120, pause: float = 0.05
) -> None:
    """Look until it holds; raises TimeoutError where that takes longer than the patience."""
    async with asyncio.timeout(patience):
        while not await holds():  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(pause)
