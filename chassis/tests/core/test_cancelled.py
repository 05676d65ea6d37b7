"""Work that is cancelled, at whatever moment, leaves no connection behind that others trip over."""

import asyncio
from typing import Any

import asyncpg
import pytest

from chassis.database import Database

from .stage import Stage, until

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


async def test_a_connection_that_the_server_closed_is_replaced_before_it_is_lent(
    stage: Stage, postgres: Any
) -> None:
    """Nothing asks the server first: that would be a round trip before every transaction."""
    db = Database(stage.url, pool_size=1)
    admin = await asyncpg.connect(postgres.url, ssl=False)
    async with db.transaction() as tx:
        closed = tx.raw
        pid = await closed.fetchval("SELECT pg_backend_pid()")
    await admin.execute("SELECT pg_terminate_backend($1)", pid)
    await until(closed.is_closed)
    async with db.transaction() as tx:
        await tx.raw.execute(INSERT, "afterwards")
    assert await stage.count("fired") == 1
    await admin.close()
    await db.close()
