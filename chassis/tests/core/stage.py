"""What the tests of the core stand on: a database, topics of their own, and facts to tell."""

import asyncio
import base64
import inspect
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis.components import Loop
from chassis.consuming import AnySubscription, position
from chassis.consuming.effect import Effects
from chassis.consuming.letters import Desk, Letters
from chassis.consuming.reading import Claim, Slice
from chassis.database import Database, Tx
from chassis.keyring import Keyring
from chassis.store import Append, Context, EventStore
from contracts import catalog, cloudevents
from contracts.envelope import Envelope
from contracts.ideas import TOPIC as IDEAS_TOPIC
from contracts.ideas import IdeaRevised, IdeaSubmitted
from contracts.outside import USAGE_TOPIC, ToolUsageRecorded
from contracts.vocabulary import Event, IdeaId, PersonId

KEYS = "k1:" + base64.b64encode(b"k" * 32).decode()
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATIENCE = 25.0  # seconds for what takes a moment; two cores are shared

Header = tuple[str, bytes | None]
Records = Sequence[tuple[bytes | None, Any, bytes | None]]


class Message(NamedTuple):
    """A record as a consumer gets it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[Header]


@dataclass
class Stage:
    """A service's database, seen as the service (`db`) and as its owner (`owner`)."""

    db: Database
    owner: Any
    url: str
    keyring: Keyring = field(init=False)
    store: EventStore = field(init=False)

    def __post_init__(self) -> None:
        self.keyring = Keyring(self.db, KEYS)
        self.store = EventStore(self.db, self.keyring)

    async def append(self, stream: str, expected: int, *events: Event, **asked: Any) -> Any:
        given: dict[str, Any] = {"command": uuid4(), "actor": "p-1"} | asked
        return await self.store.append([Append(stream, expected, events)], Context(**given))

    async def count(self, table: str) -> int:
        return int(await self.owner.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608

    async def effects(self) -> list[tuple[str, int]]:
        rows = await self.owner.fetch("SELECT stream, version FROM effect ORDER BY n")
        return [(row["stream"], row["version"]) for row in rows]

    async def told(self, tx: Tx, heard: Envelope[Any]) -> None:
        """Remember an event: the effect that the tests count."""
        await tx.raw.execute(
            "INSERT INTO effect (id, stream, version) VALUES ($1, $2, $3)",
            heard.id, heard.stream, heard.version,
        )  # fmt: skip


class Topics(NamedTuple):
    """Topics that only one test uses."""

    ideas: str
    usage: str


def redirected(topics: Topics) -> MappingProxyType[str, catalog.Declared]:
    """Return the declarations, with ideas and usage on other topics."""
    instead = {IDEAS_TOPIC: topics.ideas, USAGE_TOPIC: topics.usage}
    return MappingProxyType(
        {
            name: msgspec.structs.replace(kind, topic=instead.get(kind.topic, kind.topic))
            for name, kind in catalog.DECLARED.items()
        }
    )


def submitted(idea: UUID, **words: Any) -> IdeaSubmitted:
    return IdeaSubmitted(at=AT, idea=IdeaId(idea), author=PersonId("p-1"), **words)


def revised(idea: UUID, **words: Any) -> IdeaRevised:
    return IdeaRevised(at=AT, idea=IdeaId(idea), author=PersonId("p-1"), **words)


def used(person: str, at: datetime = AT) -> ToolUsageRecorded:
    return ToolUsageRecorded(at=at, person=PersonId(person), tool="t", feature="f")


def told(event: Event, version: int | None = None, **changes: str) -> tuple[bytes, Any, bytes]:
    """Return key, headers and value of a fact as its owner publishes it."""
    kind = catalog.declared(event)
    given = {"id": str(uuid4()), "source": f"kiem/{kind.owner}"} | changes
    found = cloudevents.attributes(event, kind, id=given["id"], source=given["source"])
    if version is not None:
        found["subject"] = f"{kind.stream}-{getattr(event, kind.key)}"
        found["sequence"] = f"{version:020d}"
    found |= {name: text for name, text in changes.items() if name not in {"id", "source"}}
    headers, value = cloudevents.write(found, msgspec.json.encode(event))
    return found["partitionkey"].encode(), headers, value


def life(idea: UUID, versions: int = 3) -> list[tuple[bytes, Any, bytes]]:
    """Return the records of an idea that was submitted and then revised."""
    first = told(submitted(idea), 1)
    return [first, *(told(revised(idea), version) for version in range(2, versions + 1))]


def messages(
    records: Records, first: int = 0,
    topic: str = IDEAS_TOPIC, part: int = 0,
) -> list[Message]:  # fmt: skip
    """Return records as if they had been fetched, at the offsets from `first` on."""
    return [
        Message(topic, part, offset, key, value, headers)
        for offset, (key, headers, value) in enumerate(records, start=first)
    ]


def fetched(claim: Claim, found: Sequence[Message]) -> Slice:
    return Slice(claim, found)


@asynccontextmanager
async def running(*components: Loop) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Let components run; one that ends by itself fails the test."""
    tasks = [asyncio.create_task(part.run()) for part in components]
    try:
        yield tasks
    finally:
        dead = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in dead:
            task.result()  # whatever else failed, this is why


class _Undone(Exception):
    """The end of a transaction that is not to be."""


@asynccontextmanager
async def undone(db: Database) -> AsyncIterator[Tx]:
    """Run a transaction that is rolled back at its end."""
    with suppress(_Undone):
        async with db.transaction() as tx:
            yield tx
            raise _Undone


async def until(condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait until a condition holds, and return what it returned."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        found = condition()
        if inspect.isawaitable(found):
            found = await found
        if found:
            return found
        assert loop.time() < deadline, f"it did not come within {seconds} s"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def producer(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    made = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=2)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def publish(
    bootstrap: str, topic: str, records: Records,
    part: int | None = None,
) -> None:  # fmt: skip
    """Put records into a topic, in order."""
    async with producer(bootstrap) as made:
        sent = [
            await made.send(topic, value=value, key=key, headers=list(headers), partition=part)
            for key, headers, value in records
        ]
        await asyncio.gather(*sent)


async def all_records(bootstrap: str, *topics: str) -> list[Any]:
    """Return everything that is in topics now, partition after partition."""
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await reader.start()
    try:
        await reader._client.force_metadata_update()
        places = []
        for topic in topics:
            reader._client.add_topic(topic)
            await reader._client.force_metadata_update()
            parts = reader.partitions_for_topic(topic) or set()
            places += [TopicPartition(topic, part) for part in sorted(parts)]
        reader.assign(places)
        begins = await reader.beginning_offsets(places)
        ends = await reader.end_offsets(places)
        found: list[Any] = []
        for place in places:
            reader.seek(place, begins[place])
        while [p for p in places if await reader.position(p) < ends[p]]:
            batches = await reader.getmany(timeout_ms=200)
            found += [record for records in batches.values() for record in records]
        return sorted(found, key=lambda r: (r.topic, r.partition, r.offset))
    finally:
        await reader.stop()


class Line:
    """The effects of a service, fed by hand: what a consumer does, without Kafka."""

    def __init__(self, stage: Stage, *subscriptions: AnySubscription, owner: str = "me") -> None:
        self.stage = stage
        self.letters = Letters(stage.keyring)
        self.effects = Effects(stage.db, self.letters, subscriptions)
        self.effects.cluster = "cluster-1"
        self.desk = Desk(stage.db, self.letters, self.effects.attempt)
        self.owner = owner
        self.claims: dict[tuple[str, int], Claim] = {}
        self.log: dict[tuple[str, int], list[Message]] = {}

    async def claim(self, topic: str = IDEAS_TOPIC, part: int = 0, begin: int = 0) -> Claim:
        (found,) = await position.claim(
            self.stage.db, {(topic, part): begin}, self.effects.cluster, self.owner
        )
        self.claims[topic, part] = found
        return found

    async def hear(self, records: Records, topic: str = IDEAS_TOPIC, part: int = 0) -> Claim:
        """Put records into a partition, and hear from where we are to its end."""
        log = self.log.setdefault((topic, part), [])
        log += messages(records, len(log), topic, part)
        return await self.listen(topic, part)

    async def listen(self, topic: str = IDEAS_TOPIC, part: int = 0, most: int = 500) -> Claim:
        """Hear what there is, at most so many records at a time, until the end or a stop."""
        claim = self.claims.get((topic, part)) or await self.claim(topic, part)
        log = self.log.get((topic, part), [])
        while not claim.stopped and (ahead := [m for m in log if m.offset >= claim.position]):
            await self.effects.apply([Slice(claim, ahead[:most])])
        return claim

    async def resume(self, topic: str = IDEAS_TOPIC, part: int = 0, **at: int) -> Claim:
        """Let a stopped partition go on, as an operator does, and hear on."""
        await self.desk.resume(topic, part, **at)
        await self.claim(topic, part)
        return await self.listen(topic, part)

    async def parked(self) -> list[tuple[int, str, bool]]:
        rows = await self.stage.owner.fetch(
            "SELECT off, reason, behind FROM dead_letter WHERE status = 'parked' ORDER BY id"
        )
        return [(row["off"], row["reason"], row["behind"]) for row in rows]

    async def parked_count(self, topic: str = IDEAS_TOPIC, part: int = 0) -> int:
        """Return how many letters the partition believes that it has."""
        return int(
            await self.stage.owner.fetchval(
                "SELECT parked FROM consumer_position WHERE topic = $1 AND part = $2", topic, part
            )
        )
