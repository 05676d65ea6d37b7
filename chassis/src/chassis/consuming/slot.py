"""A slot: the name under which one process of a service is a static member of its group.

A static member keeps its partitions while it restarts, so that nobody else stops. Two processes
under one name would throw each other out for ever; so a name is leased by an advisory lock, on a
connection of its own, and whoever loses the connection stops consuming.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chassis.database import Database

MOST = 64
SPACE = 0x6B69  # the first of the two numbers of our advisory locks


@dataclass(frozen=True)
class Slot:
    """A leased name; `lost` is set when the lease is gone."""

    name: str
    lost: asyncio.Event


@asynccontextmanager
async def lease(db: Database, service: str) -> AsyncIterator[Slot]:
    """Lease the first free slot for as long as the block runs."""
    connection = await db.connect()
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    try:
        for number in range(MOST):
            if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", SPACE, number):
                yield Slot(f"{service}-{number}", lost)
                return
        raise RuntimeError(f"all {MOST} slots of {service} are taken: run fewer replicas")
    finally:
        connection.terminate()
