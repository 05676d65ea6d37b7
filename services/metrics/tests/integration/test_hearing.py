"""Metrics on a real Kafka: what others tell becomes numbers, once, whatever is told again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from uuid_utils.compat import uuid7

from chassis import kafka
from chassis.consuming import Admit
from chassis.consuming.consumer import Consumer
from chassis.consuming.letters import Letters
from chassis.keyring import Keyring
from contracts import cloudevents, ideas, outside
from contracts.catalog import TOPICS, declared
from contracts.vocabulary import Event, IdeaId, PersonId
from local.kafka import Kafka
from local.topics import create_topics, new_topic
from metrics.consumers import consumers
from metrics.domain.admission import NOBODYS, Admission
from metrics.domain.series import Span
from metrics.main import admitting
from metrics.projections.rejected import Rejections
from metrics.projections.renewal import to_version
from metrics.settings import MetricsSettings
from services.metrics.tests.integration.conftest import Kept
from services.metrics.tests.making import day, idea, period

pytestmark = pytest.mark.integration
mending = import_module("metrics.migrations.versions.0013_units_and_hearing")
ANNA = PersonId("p-anna")
JANUARY = Span(date(2025, 1, 1), date(2025, 2, 1))
Record = tuple[str, bytes, list[Any], bytes]


def record(event: Event, version: int | None = None, name: str = "") -> Record:
    """Return topic, key, headers and value: what a publisher sends."""
    kind = declared(event)
    source = "wiki" if kind.stream is None else f"kiem/{kind.owner}"
    key, headers, value = cloudevents.publishable(
        event, kind, id=name or str(uuid7()), source=source
    )
    if version is not None:
        headers += [("ce_subject", f"{kind.stream}-{key.decode()}".encode()),
                    ("ce_sequence", str(version).zfill(20).encode())]  # fmt: skip
    return kind.topic, key, headers, value


def usage(person: int, name: str) -> Record:
    data = outside.ToolUsageRecorded(
        person=PersonId(f"p-{person}"), at=day(3), tool="wiki", feature="read"
    )
    return record(data, name=name)


async def publish(bootstrap: str, records: Sequence[Record]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    async with kafka.opened(producer, producer.stop):
        for topic, key, headers, value in records:
            await producer.send(topic, value, key=key, headers=headers)


@asynccontextmanager
async def hearing(
    kept: Kept, settings: MetricsSettings, bootstrap: str, admit: Admit | None = None
) -> AsyncIterator[Consumer]:
    keyring = Keyring(kept.db, settings.keys.get_secret_value())
    heard = consumers(
        kept.facts, kept.doings, kept.ledger, kept.editions, keyring=keyring,
        max_age=timedelta(days=10_000), admit=admit,
    )  # fmt: skip
    consumer = Consumer(kept.db, bootstrap, "metrics", keyring, heard)
    task = asyncio.create_task(consumer.run())
    yield consumer
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(40):
        while not await holds():  # noqa: ASYNC110 - the condition is another process's
            await asyncio.sleep(0.05)


async def test_what_others_tell_becomes_numbers_exactly_once(
    kept: Kept, settings: MetricsSettings, own_kafka: Kafka
) -> None:
    keyring = Keyring(kept.db, settings.keys.get_secret_value())
    heard = consumers(
        kept.facts, kept.doings, kept.ledger, kept.editions, keyring=keyring,
        max_age=timedelta(days=1),
    )  # fmt: skip
    topics = [new_topic(s.topic, 3) for s in heard]
    await create_topics(own_kafka.bootstrap, topics)
    born = ideas.IdeaSubmitted(idea=IdeaId(idea(1)), author=ANNA, at=day(0))
    realised = ideas.IdeaRealised(idea=IdeaId(idea(1)), author=ANNA, at=day(2))
    listing = outside.PersonListed(person=ANNA, at=day(-1), department="care")
    history = [record(born, 1, "a"), record(realised, 2, "b"), record(listing)]
    uses = [usage(p % 9, str(p)) for p in range(200)]

    async def counted() -> int:
        return sum(row["uses"] for row in await kept.rows("usage_ledger"))

    async def all_is_heard() -> bool:
        facts = len(await kept.rows("idea_fact_v1")) + len(await kept.rows("listing_fact_v1"))
        return facts == 3 and await counted() == 201

    # Twice over, with one use of its own at the end: 200 counted twice would show.
    async with hearing(kept, settings, own_kafka.bootstrap):
        await publish(own_kafka.bootstrap, history + uses)
        await publish(own_kafka.bootstrap, [*history, *uses, usage(0, "last")])
        await until(all_is_heard)

    cells = (await kept.ask("realisation_a", period(0, 10), by="department")).cells or {}
    assert {key: (cell.numerator, cell.n) for key, cell in cells.items()} == {"care": (1, 1)}
    assert (await kept.anew("active_users", JANUARY, tool="wiki")).number.value == 9
    assert [row["key"] for row in await kept.rows("dead_letter")] == []

    await check_when_it_was_heard(kept)

    # A process that comes back goes on where the last one was; who is erased is gone.
    gone = outside.PersonErased(person=PersonId("p-0"), at=day(40))
    async with hearing(kept, settings, own_kafka.bootstrap):
        await publish(own_kafka.bootstrap, [*uses, usage(1, "new"), record(gone)])

        async def is_gone() -> bool:
            return await counted() == 201 + 1 - 24

        await until(is_gone)
    assert (await kept.anew("active_users", JANUARY, tool="wiki")).number.value == 8
    assert "p-" not in repr([*await kept.rows("usage_ledger"), *await kept.rows("erased_person")])


async def check_when_it_was_heard(kept: Kept) -> None:
    """What outsiders tell is known from when it was heard: live, rebuilt, and after a migration."""
    query = "SELECT heard_at, occurred_at FROM journal WHERE topic = 'kiem.people.events'"
    journal = await kept.db.pool.fetchrow(query)
    assert journal["heard_at"] > journal["occurred_at"] == day(-1)

    async def recorded() -> list[Any]:
        return [row["recorded_at"] for row in await kept.rows("listing_fact_v1")]

    assert await recorded() == [journal["heard_at"]]
    await kept.db.pool.execute("UPDATE listing_fact_v1 SET recorded_at = occurred_at")
    async with kept.db.transaction() as tx:
        await tx.sql.run_sync(mending.note_hearing)
    assert await recorded() == [journal["heard_at"]]
    await kept.db.pool.execute("DELETE FROM listing_fact_v1")
    await to_version(kept.db, kept.facts, 1)
    assert await recorded() == [journal["heard_at"]]


async def test_what_kafka_brings_in_nobodys_name_waits_and_can_be_redriven(
    kept: Kept, settings: MetricsSettings, own_kafka: Kafka
) -> None:
    """The same judgement as over HTTP; both are found by their source, sealed as they lie."""
    await kept.db.pool.execute("DELETE FROM letter_source; DELETE FROM consumer_position")
    names = [f"rejected {n}" for n in range(3)]
    bad = usage(1, names[2])
    records = [usage(1, names[0]), usage(2, names[1]), (*bad[:3], b'{"at": 1}')]
    admission = Admission((("wiki", "wiki"),), 10_000)
    rejections = Rejections(kept.db, Letters(Keyring(kept.db, settings.keys.get_secret_value())))

    async def has_letters() -> bool:
        return len(await kept.rows("dead_letter")) == 3

    async def is_counted() -> bool:
        return bool(sum(row["uses"] for row in await kept.rows("usage_ledger")) == 2)

    await create_topics(own_kafka.bootstrap, [new_topic(topic, 3) for topic in TOPICS])
    nobody = admitting(Admission((), 10_000))
    async with hearing(kept, settings, own_kafka.bootstrap, nobody):
        await publish(own_kafka.bootstrap, records)
        await until(has_letters)
    headers, value = [("ce_source", b"wiki"), ("ce_id", b"by http")], b"{}"
    await rejections.keep([(headers, value, "no type"), (headers, value, "no type")])
    found = await rejections.of("wiki", 0, 10)
    shown = {(each.id, each.door) for each in found}
    assert shown == {(name, "kafka") for name in names} | {("by http", "http")}
    assert [each.reason for each in found].count(NOBODYS) == 2
    assert [each.id for each in await rejections.of("wiki", found[1].letter, 1)] == [found[2].id]
    assert await rejections.of("theirs", 0, 10) == []
    sealed = repr([*await kept.rows("dead_letter"), *await kept.rows("letter_source")])
    assert "wiki" not in sealed
    assert "rejected 1" not in sealed

    async with hearing(kept, settings, own_kafka.bootstrap, admitting(admission)) as consumer:
        done = await consumer.desk.redrive(None, None, rate=1e6, dry_run=False, by="p-op")
        assert (done["handled"], done["failed"]) == (2, 2)
        await until(is_counted)
