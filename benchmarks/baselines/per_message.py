"""What many would write: a FastStream handler a message, each with one SQLAlchemy transaction."""

import asyncio
import json
import sys
import time
from typing import Any

import sqlalchemy as sa
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

METADATA = sa.MetaData()
SEEN = sa.Table("seen", METADATA, sa.Column("id", sa.Text, primary_key=True))
COUNTED = sa.Table(
    "counted", METADATA,
    sa.Column("what", sa.Text, primary_key=True), sa.Column("who", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True), sa.Column("times", sa.Integer),
)  # fmt: skip


class Handler:
    """Counts each event once, and tells when enough records came."""

    def __init__(self, url: str, records: int) -> None:
        parsed = make_url(url).set(drivername="postgresql+asyncpg")
        self.engine = create_async_engine(parsed, connect_args={"ssl": False})
        self.done = asyncio.Event()
        self.began = self.ended = 0.0
        self.ids: set[str] = set()
        self._left = records

    async def handle(self, message: KafkaMessage) -> None:
        if self.done.is_set():
            return
        self.began = self.began or time.perf_counter()
        async with self.engine.begin() as transaction:
            await self._count(transaction, message.headers["ce_id"], json.loads(message.body))
        self._left -= 1
        if self._left == 0:
            self.ended = time.perf_counter()
            self.done.set()

    async def _count(self, transaction: AsyncConnection, key: str, fact: dict[str, Any]) -> None:
        self.ids.add(key)
        new = insert(SEEN).values(id=key).on_conflict_do_nothing().returning(SEEN.c.id)
        if (await transaction.execute(new)).first() is None:
            return
        row = {
            "what": fact.get("feature") or fact.get("idea"), "day": fact["at"][:10],
            "who": fact.get("person") or fact.get("author"), "times": 1,
        }  # fmt: skip
        counted = insert(COUNTED).values(row)
        await transaction.execute(
            counted.on_conflict_do_update(
                index_elements=["what", "who", "day"], set_={"times": COUNTED.c.times + 1}
            )
        )


async def main(bootstrap: str, topic: str, url: str, records: int, group: str) -> dict[str, Any]:
    """Consume so many records from the beginning of a topic."""
    handler = Handler(url, records)
    async with handler.engine.begin() as transaction:
        await transaction.run_sync(METADATA.create_all)
    broker = KafkaBroker(bootstrap, logger=None, allow_auto_create_topics=False)
    broker.subscriber(
        topic, group_id=group, ack_policy=AckPolicy.ACK, auto_offset_reset="earliest"
    )(handler.handle)
    await broker.start()
    try:
        async with asyncio.timeout(300):
            await handler.done.wait()
    finally:
        await broker.stop()
        await handler.engine.dispose()
    took = handler.ended - handler.began
    return {"records": records, "seconds": took, "events": len(handler.ids)}


if __name__ == "__main__":
    import uvloop

    print(json.dumps(uvloop.run(main(**json.loads(sys.argv[1])))))
