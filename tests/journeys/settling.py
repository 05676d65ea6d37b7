"""Tells when a system has done all there is to do until its clock is moved."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from local.databases import connect
from local.plan import SERVICES
from tests.journeys.house import House, until

_OWN = """
SELECT (SELECT count(*) FROM timer WHERE due <= kiem_now()) AS timers,
    (SELECT count(*) FROM outbox) + last_gpos - published_gpos AS unpublished, last_gpos
FROM relay_state
"""
_HEARD = "SELECT topic, part, next_offset FROM consumer_position"
_MAILS = "SELECT count(*) FROM notice WHERE mail IN ('waiting', 'held', 'digest', 'in_digest')"


class Settling:
    """Looks into every database, and at the ends of the topics, over connections that it keeps."""

    def __init__(self, databases: dict[str, Any], kafka: AIOKafkaConsumer) -> None:
        self._databases, self._kafka = databases, kafka
        self._last: tuple[int, ...] = ()

    async def settled(self, when: str, patience: float = 240) -> None:
        """Wait until no timer is due, everything is told and heard, and no mail waits.

        What is seen in one place may cause something in another that was looked at before: so it
        must be so twice, and nothing have happened in between.
        """
        self._last = ()

        async def look() -> bool:
            before, self._last = self._last, await self._look()
            return bool(self._last) and before == self._last

        await until(f"all is settled: {when}", look, patience=patience)

    async def _look(self) -> tuple[int, ...]:
        """Return how much every service told, if nothing is left to do: else nothing."""
        told = []
        for database in self._databases.values():
            row = await database.fetchrow(_OWN)
            if row["timers"] or row["unpublished"]:
                return ()
            told.append(row["last_gpos"])
        if await self._databases["notifications"].fetchval(_MAILS):
            return ()
        return tuple(told) if await self._heard() else ()

    async def _heard(self) -> bool:
        found = [await database.fetch(_HEARD) for database in self._databases.values()]
        rows = list(itertools.chain.from_iterable(found))
        ends = await self._kafka.end_offsets({TopicPartition(r["topic"], r["part"]) for r in rows})
        return bool(rows) and all(
            r["next_offset"] >= ends[TopicPartition(r["topic"], r["part"])] for r in rows
        )


@asynccontextmanager
async def looking(house: House) -> AsyncIterator[Settling]:
    """Open what is looked through."""
    async with AsyncExitStack() as stack:
        databases = {}
        for service in SERVICES:
            databases[service] = await connect(house.database(f"kiem_{service}"))
            stack.push_async_callback(databases[service].close)
        kafka = AIOKafkaConsumer(bootstrap_servers=house.bootstrap)
        await kafka.start()
        stack.push_async_callback(kafka.stop)
        yield Settling(databases, kafka)
