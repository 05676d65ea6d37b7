"""Guarding: what a hundred thousand open promises cost at rest, and how late a date is noticed.

One idea is heard as any other; its loop is then copied, row by row, as often as is measured. Copied
are whole streams: whatever waits for a date finds behind it what it finds in every other loop.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

from benchmarks.harness import feed
from benchmarks.harness.outcome import Contest, Row, at_most
from benchmarks.harness.servers import Servers
from benchmarks.harness.statistics import percentile
from benchmarks.harness.system import Running, cpu_of, identity, running
from benchmarks.harness.turns import Say, Stopwatch
from benchmarks.harness.waiting import until
from contracts import ideas
from contracts.vocabulary import IdeaId, PersonId
from local.databases import connect

ADDED = 1.0  # seconds of processor a minute that the open loops may add
LATE = 1.0  # seconds, 99 of 100
RATE = 100  # dates a second
_AHEAD = timedelta(seconds=4)  # until the first of them
_FAR = timedelta(days=60)
_WAITS = "SELECT count(*) = 1 FROM timer WHERE kind = 'due'"
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
# Each copy has an id and a date of its own; everything else is as it was written for the first.
_TWINS = """
CREATE TEMP TABLE twin AS SELECT gen_random_uuid() AS id,
    $1::timestamptz + n * $2::float8 * interval '1 second' AS due FROM generate_series(1, $3::int) n
"""
_COPIES = (
    """
    INSERT INTO stream SELECT 'loop-' || id, version FROM stream, twin WHERE stream = 'loop-' || $1
    """,
    """
    INSERT INTO event SELECT (jsonb_populate_record(NULL::event,
        replace(to_jsonb(e)::text, $1, id::text)::jsonb || jsonb_build_object(
            'event_id', gen_random_uuid(), 'command', NULL,
            'data', replace(e.data::text, $1, id::text)::jsonb || jsonb_build_object(
                'due', to_char(due AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
    )).* FROM event e, twin WHERE stream = 'loop-' || $1
    """,
    """
    INSERT INTO loop SELECT (jsonb_populate_record(NULL::loop,
        replace(to_jsonb(l)::text, $1, id::text)::jsonb || jsonb_build_object('due', twin.due)
    )).* FROM loop l, twin WHERE subject::text = $1
    """,
    """
    INSERT INTO timer SELECT (jsonb_populate_record(NULL::timer,
        replace(to_jsonb(t)::text, $1, id::text)::jsonb || jsonb_build_object('due', twin.due)
    )).* FROM timer t, twin WHERE owner = 'loop-' || $1 AND kind = 'due'
    """,
    "DROP TABLE twin",
)
_BROKEN = """
SELECT pg_xact_commit_timestamp(b.xmin) - (m.data->>'due')::timestamptz AS late
FROM event b JOIN event m ON m.stream = b.stream AND m.version = 1
WHERE b.type = 'kiem.notifications.PromiseBroken.v1'
"""


@dataclass(frozen=True)
class Size:
    loops: int
    rest: float  # seconds at rest that are measured
    dates: int


SIZES = {"full": Size(100_000, 60, 3_000), "quick": Size(1_000, 2, 200), "tiny": Size(200, 1, 50)}


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure guarding."""
    watch = Stopwatch(Row(name="guarding", title="10. Open promises, at rest and when dates come"))
    size = SIZES[level]
    database = await servers.database("notifications")
    inside = await connect(urlunsplit(urlsplit(servers.url)._replace(path=f"/{database.name}")))
    held = {"KIEM_HOLD_SECONDS": "3600", "KIEM_TRACES_FILE": ""}
    async with identity(servers), running(servers, "notifications", database, **held) as service:
        first = await _one_idea(servers, inside)
        at_rest = await _at_rest(service, inside, first, size, say)
        say(f"{size.dates:,} dates come, {RATE} a second")
        late = await _dates(inside, first, size.dates)
    watch.row.contests += [
        Contest(title="at rest, processor", unit="s a minute", ours="", figures=at_rest),
        Contest(title=f"a date was noticed, at {RATE}/s", unit="ms late", ours="", figures=late),
    ]
    alone, many = (figures[0] for figures in at_rest.values())
    added = max(0.0, many - alone)
    watch.row.bars.append(at_most(f"{size.loops:,} open loops add, a minute", ADDED, added, "s"))
    watch.row.bars.append(at_most("a date is noticed, p99", LATE * 1e3, late["p99"][0], "ms"))
    await inside.close()
    await servers.drop(database)
    return watch.stop()


async def _one_idea(servers: Servers, inside: Any) -> UUID:
    """Let notifications hear of an idea, and return the idea whose loop is now open."""
    at, idea = datetime.now(UTC), IdeaId(uuid4())
    told = ideas.IdeaSubmitted(
        idea=idea, author=PersonId("p-1"), at=at, department="dep-1",
        accountable=PersonId("p-2"), due=at + _FAR,
    )  # fmt: skip
    record = 0, feed.as_told(told, 1), True
    await feed.publish(servers.bootstrap, ideas.TOPIC, iter([record]))
    await until(lambda: inside.fetchval(_WAITS), 60, 0.1)
    return idea


async def _at_rest(
    service: Running, inside: Any, first: UUID, size: Size, say: Say
) -> dict[str, list[float]]:
    """Return the seconds of processor a minute with one open loop, and with many."""
    found = {}
    for count, copies in ((1, 0), (size.loops, size.loops - 1)):
        say(f"at rest with {count:,} open loops")
        if copies:
            await _copy(inside, first, copies, datetime.now(UTC) + _FAR, 1.0)
            await inside.execute("VACUUM ANALYZE stream, event, loop, timer")
        found[f"{count:,} open"] = [await _spent(service, inside, size.rest)]
    return found


async def _spent(service: Running, inside: Any, seconds: float) -> float:
    """Return what the service and its connections to PostgreSQL spend, in seconds a minute."""
    await asyncio.sleep(1)  # what was just written down is done with
    backends = [row["pid"] for row in await inside.fetch(_BACKENDS)]
    before = service.cpu() + cpu_of(backends)
    await asyncio.sleep(seconds)
    return (service.cpu() + cpu_of(backends) - before) * 60 / seconds


async def _dates(inside: Any, first: UUID, count: int) -> dict[str, list[float]]:
    """Let dates come at a pace; return how many ms later the broken promise was committed."""
    await _copy(inside, first, count, datetime.now(UTC) + _AHEAD, 1 / RATE)
    await until(_all(inside, count), 120 + count / RATE, 0.2)
    late = [row["late"].total_seconds() * 1e3 for row in await inside.fetch(_BROKEN)]
    return {"p50": [percentile(late, 0.5)], "p99": [percentile(late, 0.99)], "latest": [max(late)]}


def _all(inside: Any, count: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return len(await inside.fetch(_BROKEN)) >= count

    return look


async def _copy(inside: Any, first: UUID, count: int, due: datetime, apart: float) -> None:
    """Copy a loop so many times; their dates begin at `due` and are so many seconds apart."""
    async with inside.transaction():
        await inside.execute(_TWINS, due, apart, count)
        for statement in _COPIES:
            given = [str(first)] if "$1" in statement else []
            await inside.execute(statement, *given)
