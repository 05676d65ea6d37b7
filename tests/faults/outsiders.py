"""Other systems that tell how tools are used: now and then twice, too late, or both ways."""

import asyncio
import contextlib
import random
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2
import msgspec
from aiokafka.errors import KafkaError

from contracts import cloudevents, outside
from contracts.catalog import declared
from contracts.outside import ToolUsageRecorded
from contracts.vocabulary import PersonId
from tests.faults.history import History, Use
from tests.faults.talk import writer
from tests.faults.town import Town

SOURCE = "faults/tools"
FEATURES = 20
PERSONS = 60
TWICE = 0.2
LATE = 0.004
TOOL = "tekst"


class Publisher:
    """Publishes use of a tool, batch after batch, and remembers what was taken."""

    def __init__(self, town: Town, history: History, rng: random.Random, rate: float) -> None:
        self.town, self.history, self.rng, self.rate = town, history, rng, rate
        self.calm = asyncio.Event()
        self._told: list[ToolUsageRecorded] = []
        self._ids: list[str] = []

    async def run(self) -> None:
        while True:
            await self.calm.wait()
            try:
                async with writer(self.town.bootstrap) as producer:
                    while self.calm.is_set():
                        await self.publish(producer, self._batch(max(1, int(self.rate / 4))))
                        for _ in range(self.rng.random() < 0.1):
                            await self._by_the_door(self._batch(10))
                        await asyncio.sleep(0.25)
            except (KafkaError, OSError):
                await asyncio.sleep(1)

    def _batch(self, count: int) -> list[tuple[str, ToolUsageRecorded]]:
        batch = []
        for _ in range(count):
            if self._ids and self.rng.random() < TWICE:
                number = self.rng.randrange(max(0, len(self._ids) - 5000), len(self._ids))
            else:
                self._ids.append(str(uuid.UUID(int=self.rng.getrandbits(128), version=4)))
                self._told.append(self.use(late=self.rng.random() < LATE))
                number = len(self._ids) - 1
            batch.append((self._ids[number], self._told[number]))
        return batch

    def use(self, *, late: bool = False) -> ToolUsageRecorded:
        """Make up a use; a late one is older than metrics takes."""
        days = 45 if late else self.rng.randrange(20)
        return ToolUsageRecorded(
            at=datetime.now(UTC) - timedelta(days=days), tool=TOOL,
            person=PersonId(f"u-{self.rng.randrange(PERSONS)}"),
            feature=f"f{self.rng.randrange(FEATURES)}", department="dep",
        )  # fmt: skip

    async def publish(
        self, producer: Any, batch: Sequence[tuple[str, ToolUsageRecorded]]
    ) -> None:  # fmt: skip
        """Send a batch to Kafka; raise what Kafka refused with, after noting what it took."""
        waiting, failed = [], None
        for event_id, fact in batch:
            noted = self._note(event_id, fact, "kafka")
            key, headers, value = cloudevents.publishable(
                fact, declared(fact), id=event_id, source=SOURCE
            )
            try:
                sent = await producer.send(
                    outside.USAGE_TOPIC, key=key, headers=headers, value=value
                )
            except KafkaError as error:
                failed = error
                continue
            sent.add_done_callback(partial(_taken, noted))
            waiting.append(sent)
        for result in await asyncio.gather(*waiting, return_exceptions=True):
            if isinstance(result, BaseException):
                failed = result if isinstance(result, KafkaError) else KafkaError(str(result))
        if failed is not None:
            raise failed

    async def _by_the_door(self, batch: Sequence[tuple[str, ToolUsageRecorded]]) -> None:
        # What is too late here is refused at once; keep to what is taken.
        timely = [(i, f) for i, f in batch if (datetime.now(UTC) - f.at).days < 25]
        noted = [self._note(event_id, fact, "door") for event_id, fact in timely]
        items = [
            {"specversion": "1.0", "id": event_id, "source": SOURCE,
             "type": declared(fact).type, "data": msgspec.to_builtins(fact)}
            for event_id, fact in timely
        ]  # fmt: skip
        with contextlib.suppress(httpx2.HTTPError, AssertionError, OSError):
            headers = {
                "Authorization": f"Bearer {await self.town.token('publisher', 'publisher')}",
                "Content-Type": "application/cloudevents-batch+json",
            }
            url, body = self.town.url("metrics", "/v1/usage"), msgspec.json.encode(items)
            answer = await self.town.http.post(url, headers=headers, content=body)
            if answer.status_code == 200:
                for use in noted:  # metrics has it, whatever Kafka said of it
                    use.outcome, use.way = "acknowledged", "door"

    def _note(self, event_id: str, fact: ToolUsageRecorded, way: Any) -> Use:
        late = (time.time() - fact.at.timestamp()) > 31 * 86_400
        made = Use(event_id, SOURCE, fact.person, fact.feature, fact.at.timestamp(), way, late=late)
        return self.history.uses.setdefault((SOURCE, event_id), made)


def _taken(use: Use, sent: "asyncio.Future[Any]") -> None:
    """Note that Kafka has a use the moment it says so: with the rest of a batch may be too late."""
    if not sent.cancelled() and sent.exception() is None:
        use.outcome, use.taken = "acknowledged", time.monotonic()
