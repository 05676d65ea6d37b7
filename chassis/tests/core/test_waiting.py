"""A loop rests until it is woken; and when it is told to end, it ends."""

import asyncio
from contextlib import suppress

import pytest

from chassis.components import rest


async def test_a_rest_ends_when_it_is_woken_and_otherwise_by_itself() -> None:
    wake = asyncio.Event()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await rest(wake, 0.01)
    assert not wake.is_set()
    wake.set()
    await rest(wake, 60)
    assert loop.time() - began < 30


async def test_a_loop_whose_library_swallowed_its_cancellation_ends_all_the_same() -> None:
    turns = 0

    async def loop() -> None:
        nonlocal turns
        while True:
            turns += 1
            with suppress(asyncio.CancelledError):  # as a library may, by a race in `wait_for`
                await asyncio.sleep(0 if turns > 1 else 60)
            await rest(asyncio.Event(), 0.01)

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(task), 5)
    assert turns == 1
