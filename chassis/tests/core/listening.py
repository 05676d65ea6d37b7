"""Consumers of one service as its processes would make them, on a real Kafka."""

from typing import Any

from chassis.consuming import (
    Subscription,
)
from chassis.consuming.consumer import Consumer

from .stage import (
    Stage,
    Topics,
    publish,
    until,
)


class Listener:
    """Makes consumers of one service; each run is a process of it, as far as Kafka can tell."""

    def __init__(self, stage: Stage, kafka: Any, topics: Topics, service: str) -> None:
        self.stage, self.kafka, self.topics, self.service = stage, kafka, topics, service

    def consumer(self, handler: Any = None, **options: Any) -> Consumer:
        heard = Subscription(self.topics.ideas, handler or self.stage.told)
        return Consumer(
            self.stage.db, self.kafka.bootstrap, self.service, self.stage.keyring, [heard],
            **options,
        )  # fmt: skip

    async def tell(self, *records: Any, part: int | None = None) -> None:
        await publish(self.kafka.bootstrap, self.topics.ideas, records, part)

    async def has_heard(self, count: int) -> None:
        async def enough() -> bool:
            return len(await self.stage.effects()) >= count

        await until(enough)

    async def position(self, part: int) -> Any:
        return await self.stage.owner.fetchrow(
            "SELECT * FROM consumer_position WHERE topic = $1 AND part = $2",
            self.topics.ideas, part,
        )  # fmt: skip

    async def at(self, part: int, offset: int) -> None:
        async def there() -> bool:
            row = await self.position(part)
            return bool(row and row["next_offset"] == offset)

        await until(there)

    async def stopped(self, part: int) -> str:
        async def why() -> str | None:
            row = await self.position(part)
            return row["stopped"] if row else None

        return str(await until(why))
