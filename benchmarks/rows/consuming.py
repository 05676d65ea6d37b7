"""Consuming: how many facts a second become rows to count from, each exactly once, a fifth twice.

Kiem is the real service metrics, one process. Against a FastStream handler with a transaction for
each message, Quix Streams with its PostgreSQL sink, and decoding alone, which is the limit.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer

from benchmarks.harness import feed
from benchmarks.harness.apart import BASELINES, installed, run
from benchmarks.harness.feed import Fed
from benchmarks.harness.outcome import Contest, Row, at_least, number
from benchmarks.harness.servers import Servers
from benchmarks.harness.system import Running, running
from benchmarks.harness.turns import Say, Stopwatch, Turn, take_turns, within
from contracts import ideas, outside
from contracts.cloudevents import decode, read
from local.databases import Addresses, connect

OURS = "Kiem, metrics as it runs"
HANDLER, SINK = "FastStream, SQLAlchemy, a transaction each", "Quix Streams, PostgreSQL sink"
DECODING = "decoding only (the limit)"
BAR, AIM = 60_000.0, 100_000.0
_DECODED = 50_000  # records
_LOOK = 0.01  # seconds between two looks at the position
_AT = "SELECT sum(next_offset)::bigint FROM consumer_position WHERE topic = $1"
_USES = """
SELECT (SELECT coalesce(sum(uses), 0) FROM usage_ledger), (SELECT count(*) FROM inbox),
       (SELECT count(*) FROM dead_letter)
"""
_FACTS = """
SELECT (SELECT count(*) FROM idea_fact_v1), (SELECT count(*) FROM journal),
       (SELECT count(*) FROM dead_letter)
"""


@dataclass(frozen=True)
class Size:
    uses: int
    ideas: int
    slow: int  # records, for who takes a transaction each
    rounds: tuple[int, int]  # of uses, and of the lives of ideas


SIZES = {
    "full": Size(1_000_000, 80_000, 5_000, (3, 3)),
    "quick": Size(30_000, 1_500, 100, (1, 1)),
    "tiny": Size(2_000, 200, 200, (1, 1)),
}


@dataclass(frozen=True)
class Subject:
    """A topic to consume, what is in it, and what proves that each fact counted once."""

    title: str
    topic: str
    fed: Fed
    begin: int  # the sum of the offsets at which the topic begins
    proof: str


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure consuming."""
    watch = Stopwatch(Row(name="consuming", title="3. Consume and project, exactly once"))
    size = SIZES[level]
    costs: list[float] = []
    subjects = await _uses(servers, size, say), await _lives(servers, size, say)
    for subject, rounds in zip(subjects, size.rounds, strict=True):
        turns = await _turns(servers, subject, size, costs)
        figures = await take_turns(turns, rounds, within(say, subject.title))
        contest = Contest(title=subject.title, unit="records/s", ours=OURS, figures=figures)
        watch.row.contests.append(contest)
    reached = watch.row.contests[0].summaries()[OURS].median
    for what, wanted in (("bar", BAR), ("aim", AIM)):
        title = f"usage events, Kafka to tables, exactly once ({what})"
        watch.row.bars.append(at_least(title, wanted, reached, "/s"))
    watch.row.notes.append(
        f"metrics spent {number(1e6 * min(costs))} to {number(1e6 * max(costs))} µs of processor "
        "on a record"
    )
    return watch.stop()


async def _uses(servers: Servers, size: Size, say: Say) -> Subject:
    say(f"feeding {size.uses:,} uses")
    topic = outside.USAGE_TOPIC
    await feed.forget(servers.bootstrap, topic)
    begin = sum((await feed.ends(servers.bootstrap, topic)).values())
    fed = await feed.publish(servers.bootstrap, topic, feed.uses(size.uses))
    return Subject("usage events", topic, fed, begin, _USES)


async def _lives(servers: Servers, size: Size, say: Say) -> Subject:
    say(f"feeding the lives of {size.ideas:,} ideas")
    topic = ideas.TOPIC
    await feed.forget(servers.bootstrap, topic)
    begin = sum((await feed.ends(servers.bootstrap, topic)).values())
    fed = await feed.publish(servers.bootstrap, topic, feed.lives(size.ideas))
    return Subject("domain events", topic, fed, begin, _FACTS)


async def _turns(
    servers: Servers, subject: Subject, size: Size, costs: list[float]
) -> dict[str, Turn]:
    records = await _records(servers.bootstrap, subject, min(_DECODED, subject.fed.records))

    async def ours() -> float:
        rate, cost = await consume(servers, subject)
        costs.append(cost)
        return rate

    async def decoding() -> float:
        began = time.perf_counter()
        for headers, value in records:
            decode(read(headers, value), subject.topic)
        return len(records) / (time.perf_counter() - began)

    turns: dict[str, Turn] = {OURS: ours, DECODING: decoding}
    turns[HANDLER] = _baseline(servers, "per_message", subject, size.slow)
    if installed():
        turns[SINK] = _baseline(
            servers, "stream", subject, min(size.slow * 10, subject.fed.records)
        )
    return turns


async def _records(bootstrap: str, subject: Subject, most: int) -> list[tuple[Any, bytes]]:
    consumer: Any = AIOKafkaConsumer(
        subject.topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    found: list[tuple[Any, bytes]] = []
    try:
        while len(found) < most:
            batch = await consumer.getmany(timeout_ms=1000)
            found += [(r.headers, r.value) for records in batch.values() for r in records]
    finally:
        await consumer.stop()
    return found[:most]


async def consume(servers: Servers, subject: Subject) -> tuple[float, float]:
    """Let metrics consume a topic from its beginning; return records/s, and processor seconds each.

    Counted is from the first commit that is seen to the last: starting is another measurement.
    """
    database = await servers.database("metrics")
    await servers.checkpoint()
    raw = await connect(database.migration_url)
    try:
        async with running(servers, "metrics", database, **PATIENT) as metrics:
            found = await follow(raw, metrics, subject.topic, subject.begin, subject.fed.records)
        counted = tuple(await raw.fetchrow(subject.proof))
    finally:
        await raw.close()
        await servers.drop(database)
    if counted != (subject.fed.events, subject.fed.events, 0):
        raise AssertionError(f"{subject.fed.events} facts were told, and {counted} are counted")
    return found


PATIENT = {"KIEM_USAGE_MAX_AGE_DAYS": "10000", "KIEM_TRACES_FILE": ""}


async def follow(
    raw: Any, metrics: Running, topic: str, begin: int, records: int
) -> tuple[float, float]:
    """Watch the position until all is consumed; return records/s and processor seconds each."""
    marks: list[tuple[int, float, float]] = []  # records, when, processor seconds
    async with asyncio.timeout(900):
        while not marks or marks[-1][0] < records:
            at = await raw.fetchval(_AT, topic)
            if at is not None and (not marks or at - begin > marks[-1][0]):
                marks.append((at - begin, time.perf_counter(), metrics.cpu()))
            _ = metrics.pid  # says so if it has ended
            await asyncio.sleep(_LOOK)
    first = next((m for m in marks if 0 < m[0] < records), marks[0])
    last = marks[-1]
    done = max(1, last[0] - first[0])
    return done / max(last[1] - first[1], _LOOK), (last[2] - first[2]) / done


def _baseline(servers: Servers, name: str, subject: Subject, most: int) -> Turn:
    async def turn() -> float:
        database = await servers.empty_database()
        await servers.checkpoint()
        told = await run(
            f"{BASELINES}/{name}.py", bootstrap=servers.bootstrap, topic=subject.topic,
            url=database.migration_url, records=most, group=database.name,
        )  # fmt: skip
        await _check(database, told["events"])
        await servers.drop(database)
        return float(told["records"]) / float(told["seconds"])

    return turn


async def _check(database: Addresses, events: int) -> None:
    raw = await connect(database.migration_url)
    found = await raw.fetchval("SELECT count(*) FROM seen")
    await raw.close()
    if found != events:
        raise AssertionError(f"a baseline counted {found} of {events} events")
