"""Costs: what an event costs in processor time and memory while they become more and more.

One process of metrics hears uses, from the first to the last; and the event store is appended to
while it grows. A cost that rises would say that something is looked through that should not be.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.harness import feed
from benchmarks.harness.outcome import Bar, Curve, Point, Row, at_most
from benchmarks.harness.servers import Servers
from benchmarks.harness.system import Running, cpu_of, running
from benchmarks.harness.turns import Say, Stopwatch
from benchmarks.harness.waiting import until
from benchmarks.rows.append import event_of
from benchmarks.rows.relay import fill
from chassis.database import Database
from chassis.keyring import Keyring
from chassis.settings import example
from chassis.store import Append, Context, EventStore
from contracts.outside import USAGE_TOPIC
from ideas.settings import IdeasSettings
from local.databases import Addresses, connect

FLAT = 1.5  # times that the last events may cost of what earlier ones did
METRICS_MB = 300.0
_PIECE = 200_000  # records that are fed at once
_APPENDED = 2_000  # events for one point
_BASE = 100_000  # from here on a curve must be flat: before, starting is what is seen
_SERVICE, _DATABASE = "metrics", "PostgreSQL"
_AT = "SELECT sum(next_offset)::bigint FROM consumer_position WHERE topic = $1"


@dataclass(frozen=True)
class Size:
    heard: tuple[int, ...]
    stored: tuple[int, ...]


SIZES = {
    "full": Size(
        (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000),
        (10_000, 30_000, 100_000, 300_000, 1_000_000),
    ),
    "quick": Size((10_000, 50_000), (10_000, 30_000)),
    "tiny": Size((500, 1_000), (500, 1_000)),
}


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure costs."""
    watch = Stopwatch(Row(name="costing", title="7. What an event costs as they become more"))
    size = SIZES[level]
    await feed.forget(servers.bootstrap, USAGE_TOPIC)
    processor, memory = await _hearing(servers, size.heard, say)
    storing = await _storing(servers, size.stored, say)
    watch.row.curves += [processor, memory, storing]
    watch.row.bars += [_flat(c, name) for c in (processor, storing) for name in c.lines]
    most = max(point.cost for point in memory.lines[_SERVICE])
    watch.row.bars.append(at_most("resident memory of metrics", METRICS_MB, most, "MB"))
    return watch.stop()


def _flat(curve: Curve, name: str) -> Bar:
    """Compare the last point with one where starting is no longer what is seen."""
    points = curve.lines[name]
    base = next((p for p in points[:-1] if p.events >= _BASE), points[0])
    rise = points[-1].cost / base.cost if base.cost else 1.0
    return at_most(f"{curve.title}, {name}, against {base.events:,} events", FLAT, rise, "×")


async def _hearing(servers: Servers, marks: tuple[int, ...], say: Say) -> tuple[Curve, Curve]:
    """Feed uses up to each mark, wait until they are counted, and see what that took."""
    cost: dict[str, list[Point]] = {_SERVICE: [], _DATABASE: []}
    resident: dict[str, list[Point]] = {_SERVICE: []}
    records, at = feed.uses(marks[-1]), 0
    async with _metrics(servers) as (raw, metrics, begin):
        before = _spent(servers, metrics)
        for mark in marks:
            say(f"hearing up to {mark:,} uses")
            await _feed(servers, records, mark - at)
            await until(partial(_is_at, raw, begin + mark), 900)
            after = _spent(servers, metrics)
            for name, points in cost.items():
                points.append(Point(mark, 1e6 * (after[name] - before[name]) / (mark - at)))
            resident[_SERVICE].append(Point(mark, metrics.memory()))
            before, at = after, mark
    return (
        Curve(title="hearing a use", unit="µs of processor", lines=cost),
        Curve(title="resident memory while hearing", unit="MB", lines=resident),
    )


@asynccontextmanager
async def _metrics(servers: Servers) -> AsyncIterator[tuple[Any, Running, int]]:
    begin = sum((await feed.ends(servers.bootstrap, USAGE_TOPIC)).values())
    database = await servers.database("metrics")
    settings = {"KIEM_USAGE_MAX_AGE_DAYS": "10000", "KIEM_TRACES_FILE": ""}
    raw = await connect(database.migration_url)
    async with running(servers, "metrics", database, **settings) as metrics:
        yield raw, metrics, begin
    await raw.close()
    await servers.drop(database)


async def _feed(servers: Servers, records: Iterator[Any], count: int) -> None:
    """Feed in pieces: a batch may only grow so old before Kafka has it."""
    for start in range(0, count, _PIECE):
        piece = islice(records, min(_PIECE, count - start))
        await feed.publish(servers.bootstrap, USAGE_TOPIC, piece)


async def _is_at(raw: Any, upto: int) -> bool:
    return (await raw.fetchval(_AT, USAGE_TOPIC) or 0) >= upto


def _spent(servers: Servers, metrics: Running) -> dict[str, float]:
    return {_SERVICE: metrics.cpu(), _DATABASE: _database_spent(servers)}


def _database_spent(servers: Servers) -> float:
    """Return what PostgreSQL has spent: its parent, its children, and those that are gone."""
    parent = servers.postgres.process.pid or 0
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return cpu_of(map(int, children)) + cpu_of([parent], ended_children=True)


async def _storing(servers: Servers, marks: tuple[int, ...], say: Say) -> Curve:
    """Let the store grow to each mark, and see there what some more appends take."""
    cost: dict[str, list[Point]] = {"appending process": [], _DATABASE: []}
    database = await servers.database("ideas")
    held = 0
    for mark in marks:
        say(f"appending to a store of {mark:,} events")
        await fill(database, mark - held)
        await servers.checkpoint()
        ours, theirs = await _append(servers, database)
        held = mark
        cost["appending process"].append(Point(mark, 1e6 * ours / _APPENDED))
        cost[_DATABASE].append(Point(mark, 1e6 * theirs / _APPENDED))
    await servers.drop(database)
    return Curve(title="appending an event", unit="µs of processor", lines=cost)


async def _append(servers: Servers, database: Addresses) -> tuple[float, float]:
    db = Database(database.url, pool_size=4)
    await db.open()
    keys = example(IdeasSettings).keys.get_secret_value()
    store = EventStore(db, Keyring(db, keys))
    own, before = cpu_of([os.getpid()]), _database_spent(servers)

    async def writer() -> None:
        for _ in range(_APPENDED // 4):
            idea = uuid4()
            append = Append(f"idea-{idea}", 0, [event_of(idea, 0)])
            await store.append([append], Context(command=uuid4()))

    try:
        await asyncio.gather(*(writer() for _ in range(4)))
        return cpu_of([os.getpid()]) - own, _database_spent(servers) - before
    finally:
        await db.close()
