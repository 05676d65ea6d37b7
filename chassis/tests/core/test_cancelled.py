"""Work that is cancelled, at whatever moment, leaves no connection behind that others trip over."""

import asyncio

import pytest

from chassis.database import Database

from .stage import Stage

pytestmark = pytest.mark.integration

INSERT = "INSERT INTO fired (owner, kind) VALUES ($1, 'x')"


@pytest.mark.parametrize("times", [1, 2])
async def test_after_a_transaction_was_cancelled_the_next_one_is_really_committed(
    stage: Stage, times: int
) -> None:
    """C1, P12: what was acknowledged must not hang in a transaction that somebody left open."""
    db = Database(stage.url, pool_size=1)
    await db.open()

    async def work(number: int) -> None:
        async with db.transaction() as tx:
            await tx.raw.execute(INSERT, f"cancelled-{number}")

    await work(-1)
    loop = asyncio.get_running_loop()
    for number in range(120):
        task = asyncio.create_task(work(number))
        until = loop.time() + number * 0.00003
        while loop.time() < until:  # noqa: ASYNC110 - a moment shorter than any timer
            await asyncio.sleep(0)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
        async with db.transaction() as tx:
            await tx.raw.execute(INSERT, f"kept-{number}")
        kept = "fired WHERE owner = $1"
        assert await stage.owner.fetchval(f"SELECT count(*) FROM {kept}", f"kept-{number}") == 1  # noqa: S608
    await db.close()
