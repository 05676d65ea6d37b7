"""Rebuilding: a million facts into the next version of their tables, while those are used.

The service metrics runs beside it, answers questions over HTTP and hears new facts. The limit is
reading and decoding the journal alone.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.harness import asking, feed
from benchmarks.harness.apart import run
from benchmarks.harness.outcome import Contest, Row, at_most
from benchmarks.harness.servers import Servers
from benchmarks.harness.statistics import percentile
from benchmarks.harness.system import Running, identity, running, token
from benchmarks.harness.turns import Say, Stopwatch, Turn, take_turns
from contracts import ideas
from local.databases import Addresses, connect
from metrics.projections.facts import NAME, VERSION

OURS, READING = "Kiem, journal to tables", "reading and decoding the journal (the limit)"
BAR = 20.0  # seconds for a million
MOST_SLOWER = 3.0  # times that half of the answers may take
_MILLION = 1_000_000
_STEPS = 5  # facts an idea
_SCRIPT = "benchmarks/rows/renewing.py"
_TABLES = ("idea", "promise", "delivery", "listing")
_QUESTION = "/v1/kpis/ideas_submitted?from=2025-03-01&to=2025-03-02"
_ASKED, _TOLD = 10.0, 100.0  # questions and facts a second meanwhile
_FILL = """
INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, stream, version,
                     occurred_at, recorded_at, correlation, data)
SELECT 'an earlier cluster', 'kiem.' || owner || '.events', n % 12, n * 5 + step,
       gen_random_uuid(), 'kiem/' || owner, 'kiem.' || owner || '.' || name || '.v1', idea,
       stream || '-' || idea, version, at, at, idea,
       jsonb_build_object('at', at, 'matter', 'idea', 'subject', idea,
           'idea', idea, 'author', 'p-' || n % 2000,
           'accountable', 'p-' || n % 97, 'due', at + interval '7 days')
FROM (SELECT n, gen_random_uuid()::text AS idea,
             timestamptz '2024-01-01T00:00Z' + n * (interval '700 days' / $1::bigint) AS at
      FROM generate_series(0, $1 - 1) AS n) AS many,
     (VALUES (0, 'ideas', 'idea', 'IdeaSubmitted', 1),
             (1, 'ideas', 'idea', 'IdeaTakenUnderReview', 2),
             (2, 'ideas', 'idea', 'IdeaAccepted', 3),
             (3, 'notifications', 'loop', 'PromiseMade', 1),
             (4, 'notifications', 'loop', 'PromiseKept', 2)
     ) AS steps(step, owner, stream, name, version)
"""


@dataclass(frozen=True)
class Size:
    events: int
    rounds: int
    alone: float = 3.0  # seconds of questions before a rebuild


SIZES = {"full": Size(_MILLION, 3), "quick": Size(20_000, 1, 1.0), "tiny": Size(1_000, 1, 0.3)}


@dataclass
class Beside:
    """What goes on beside a rebuild, and how long answers took."""

    alone: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure rebuilding."""
    watch = Stopwatch(Row(name="rebuilding", title="6. Rebuild a projection while it is used"))
    size = SIZES[level]
    await feed.forget(servers.bootstrap, ideas.TOPIC)
    database = await servers.database("metrics")
    say(f"writing {size.events:,} facts into the journal")
    await _fill(database, size.events)
    await _renew(database, VERSION)  # what people read meanwhile
    beside = Beside()
    async with identity(servers), _metrics(servers, database) as metrics:
        turns = await _turns(servers, database, metrics, size, beside)
        figures = await take_turns(turns, size.rounds, say)
    await servers.drop(database)
    title = f"{size.events:,} facts"
    rates = Contest(title=title, unit="facts/s", ours=OURS, figures=figures)
    watch.row.contests += [rates, _answers(beside)]
    seconds = _MILLION / rates.summaries()[OURS].median
    watch.row.bars.append(at_most("a rebuild of 1,000,000 facts", BAR, seconds, "s"))
    slower = percentile(beside.meanwhile, 0.5) / percentile(beside.alone, 0.5)
    watch.row.bars.append(
        at_most("half of the answers meanwhile, against before", MOST_SLOWER, slower, "×")
    )
    return watch.stop()


def _answers(beside: Beside) -> Contest:
    figures = {
        f"{share:.0%} of answers, {word}": [1000 * percentile(took, share)]
        for word, took in (("before", beside.alone), ("meanwhile", beside.meanwhile))
        for share in (0.5, 0.99)
    }
    return Contest(title="a KPI over HTTP within", unit="ms", ours="", figures=figures)


async def _fill(database: Addresses, events: int) -> None:
    raw = await connect(database.migration_url)
    await raw.execute(_FILL, events // _STEPS)
    await raw.execute("ANALYZE journal")
    await raw.close()


async def _renew(database: Addresses, version: int) -> dict[str, Any]:
    return await run(_SCRIPT, url=database.url, version=version)


@asynccontextmanager
async def _metrics(servers: Servers, database: Addresses) -> AsyncIterator[Running]:
    async with running(servers, "metrics", database, KIEM_TRACES_FILE="") as metrics:
        yield metrics


async def _turns(
    servers: Servers, database: Addresses, metrics: Running, size: Size, beside: Beside
) -> dict[str, Turn]:
    question = asking.get(_QUESTION, await token(servers, "p-1", "employee"))
    steps = feed.lives(_MILLION)

    async def ours() -> float:
        await _next_tables(database)
        await _ask(metrics, question, 0.3)  # the first ones find nothing at hand
        beside.alone += await _ask(metrics, question, size.alone)
        async with _busy(servers, metrics, question, steps, beside):
            told = await _renew(database, VERSION + 1)
        await _check(database, size)
        await _forget_next(database)
        return float(told["events"]) / float(told["seconds"])

    async def reading() -> float:
        await servers.checkpoint()
        told = await run(_SCRIPT, url=database.url, version=0)
        return float(told["events"]) / float(told["seconds"])

    return {OURS: ours, READING: reading}


async def _ask(metrics: Running, question: bytes, seconds: float) -> list[float]:
    async with asking.lines(metrics.url, 2) as lines:
        asked = await asking.at_a_pace(lines, lambda: question, _ASKED, seconds, 200)
    if asked.refused:
        raise AssertionError(f"questions were refused: {asked.refused}")
    return asked.took


@asynccontextmanager
async def _busy(
    servers: Servers, metrics: Running, question: bytes, steps: Any, beside: Beside
) -> AsyncIterator[None]:
    """Let people ask, and facts come, until the block ends."""
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            beside.meanwhile += await _ask(metrics, question, 1.0)

    async def tell() -> None:
        while not done.is_set():
            piece = (next(steps) for _ in range(int(_TOLD)))
            await feed.publish(servers.bootstrap, ideas.TOPIC, piece)
            await asyncio.sleep(1.0)

    tasks = [asyncio.create_task(ask()), asyncio.create_task(tell())]
    try:
        yield
    finally:
        done.set()
        await asyncio.gather(*tasks)


async def _next_tables(database: Addresses) -> None:
    raw = await connect(database.migration_url)
    for table in _TABLES:
        one, other = f"{table}_fact_v{VERSION}", f"{table}_fact_v{VERSION + 1}"
        await raw.execute(
            f"CREATE TABLE {other} (LIKE {one} INCLUDING ALL);"
            f"GRANT SELECT, INSERT ON {other} TO PUBLIC"
        )
    await raw.close()


async def _forget_next(database: Addresses) -> None:
    """Turn back to the version before, as after a release that was rolled back."""
    raw = await connect(database.migration_url)
    await raw.execute("DELETE FROM projection_position WHERE version = $1", VERSION + 1)
    await raw.execute("DELETE FROM projection WHERE name = $1 AND version = $2", NAME, VERSION + 1)
    await raw.execute("UPDATE projection SET active = true WHERE name = $1", NAME)
    for table in _TABLES:
        await raw.execute(f"DROP TABLE {table}_fact_v{VERSION + 1}")
    await raw.close()


async def _check(database: Addresses, size: Size) -> None:
    """Every fact of the journal is in the new tables, also those that came meanwhile."""
    tables = [f"{table}_fact_v{VERSION + 1}" for table in _TABLES]
    counts = " + ".join(f"(SELECT count(*) FROM {t})" for t in tables)  # noqa: S608 - our own names
    raw = await connect(database.migration_url)
    query = f"SELECT (SELECT count(*) FROM journal), {counts}"  # noqa: S608 - our own names
    total, rows = await raw.fetchrow(query)
    await raw.close()
    if rows != total or total < size.events:
        raise AssertionError(f"{total} facts are in the journal, and {rows} in the new tables")
