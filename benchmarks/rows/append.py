"""Appending: how many events a second 1, 4 and 16 writers get into the store, each durable.

Against the same store with the lock that gives a total order at once (LOCK TABLE, and NOTIFY in the
transaction), against the `eventsourcing` library, and against bare INSERTs, which are the limit.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from benchmarks.harness.apart import BASELINES, installed, run
from benchmarks.harness.outcome import Contest, Row, at_least
from benchmarks.harness.servers import Servers
from benchmarks.harness.turns import Say, Stopwatch, take_turns, within
from chassis.database import Database
from chassis.keyring import Keyring
from chassis.settings import example
from chassis.store import Append, Context, EventStore
from contracts.ideas import IdeaSubmitted, IdeaTakenUnderReview
from contracts.vocabulary import IdeaId, PersonId
from ideas.settings import IdeasSettings
from local.databases import Addresses, connect

OURS, LOCKED = "Kiem", "the same with LOCK TABLE + NOTIFY"
LIBRARY, BARE = "eventsourcing, Postgres recorder", "bare INSERT (the limit)"
BAR = 3.0
_STREAM = 10  # events a stream
_WARM = 0.2  # seconds in which every connection is made, and has its statements planned
_LOCKED = """
ALTER FUNCTION append_events RENAME TO append_free;
CREATE FUNCTION append_events(uuid, bytea, text, text, text, text, text[], bigint[], int[], uuid[],
    text[], jsonb[], bytea[], timestamptz[])
RETURNS TABLE (repeated boolean, stream text, version bigint, recorded_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    LOCK TABLE event IN EXCLUSIVE MODE;
    NOTIFY events;
    RETURN QUERY SELECT * FROM append_free($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14);
END $$;
GRANT EXECUTE ON FUNCTION append_events TO PUBLIC;
"""
_TABLE = """
CREATE TABLE plain (id uuid PRIMARY KEY, stream text NOT NULL, version bigint NOT NULL,
    type text NOT NULL, data jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (stream, version));
GRANT INSERT ON plain TO PUBLIC;
"""
_INSERT = "INSERT INTO plain (id, stream, version, type, data) VALUES ($1, $2, $3, $4, $5)"
_DATA = (
    '{"at":"2026-01-05T10:00:00Z","idea":"019b8e9c-0000-7000-8000-000000000000","author":"p-17",'
    '"accountable":"desk","due":"2026-01-12T10:00:00Z","department":"care","language":"nl"}'
)
_COUNT = """
SELECT count(*), count(DISTINCT (stream, version)), (SELECT sum(version) FROM stream),
       (SELECT count(*) FROM outbox) FROM event
"""


@dataclass(frozen=True)
class Size:
    writers: tuple[int, ...]
    seconds: float
    rounds: int


SIZES = {
    "full": Size((1, 4, 16), 3.0, 5),
    "quick": Size((1, 4, 16), 0.2, 1),
    "tiny": Size((1, 4), 0.1, 1),
}
Write = Callable[[UUID, int], Awaitable[Any]]


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure appending."""
    watch = Stopwatch(Row(name="append", title="1. Append"))
    size = SIZES[level]
    contenders = await _contenders(servers, size.seconds)
    for writers in size.writers:
        turns = {name: _turn(turn, writers) for name, turn in contenders.items()}
        title = f"{writers} writer{'s' if writers > 1 else ''}"
        figures = await take_turns(turns, size.rounds, within(say, title))
        contest = Contest(title=title, unit="events/s", ours=OURS, figures=figures)
        watch.row.contests.append(contest)
    watch.row.bars.append(
        at_least(f"append, {title}, against LOCK TABLE + NOTIFY", BAR, contest.ratio(LOCKED), "×")
    )
    if LIBRARY not in contenders:
        watch.row.notes.append("eventsourcing is not installed here: `make bench` does it")
    return watch.stop()


def _turn(turn: Callable[[int], Awaitable[float]], writers: int) -> Callable[[], Awaitable[float]]:
    return lambda: turn(writers)


async def _contenders(
    servers: Servers, seconds: float
) -> dict[str, Callable[[int], Awaitable[float]]]:
    free, locked = await servers.database("ideas"), await servers.database("ideas")
    await _as_owner(locked, _LOCKED)
    plain, theirs = await servers.empty_database(), await servers.empty_database()
    await _as_owner(plain, _TABLE)
    found: dict[str, Callable[[int], Awaitable[float]]] = {
        OURS: lambda writers: _store(free, writers, seconds),
        LOCKED: lambda writers: _store(locked, writers, seconds),
        BARE: lambda writers: _bare(plain, writers, seconds),
    }
    if installed():
        found[LIBRARY] = lambda writers: _library(theirs, writers, seconds)
    return found


async def _as_owner(database: Addresses, script: str) -> None:
    raw = await connect(database.migration_url)
    await raw.execute(script)
    await raw.close()


async def _store(database: Addresses, writers: int, seconds: float) -> float:
    db = Database(database.url, pool_size=writers)
    await db.open()
    store = EventStore(db, Keyring(db, example(IdeasSettings).keys.get_secret_value()))
    await _as_owner(database, "TRUNCATE event, stream, command_log, outbox")

    async def write(stream: UUID, version: int) -> None:
        context = Context(command=uuid4(), actor="p-17", correlation=str(stream))
        await store.append(
            [Append(f"idea-{stream}", version, [event_of(stream, version)])], context
        )

    try:
        warm, _ = await _write(write, writers, _WARM)
        written, took = await _write(write, writers, seconds)
        await _check(database, warm + written)
    finally:
        await db.close()
    return written / took


def event_of(stream: UUID, version: int) -> IdeaSubmitted | IdeaTakenUnderReview:
    """Return what is appended at this version: a birth, or a step."""
    idea, author, now = IdeaId(stream), PersonId("p-17"), datetime.now(UTC)
    if version:
        return IdeaTakenUnderReview(idea=idea, author=author, accountable=author, due=now, at=now)
    return IdeaSubmitted(
        idea=idea, author=author, accountable=author, due=now, at=now, department="care"
    )


async def _check(database: Addresses, written: int) -> None:
    raw = await connect(database.migration_url)
    found = tuple(await raw.fetchrow(_COUNT))
    await raw.close()
    if found != (written,) * 4:
        raise AssertionError(f"{written} events were acknowledged, and {found} are there")


async def _bare(database: Addresses, writers: int, seconds: float) -> float:
    pool = await asyncpg.create_pool(database.url, ssl=False, min_size=writers, max_size=writers)

    async def write(stream: UUID, version: int) -> None:
        await pool.execute(_INSERT, uuid4(), str(stream), version, "IdeaSubmitted", _DATA)

    try:
        await _write(write, writers, _WARM)
        written, took = await _write(write, writers, seconds)
    finally:
        await pool.close()
    return written / took


async def _write(write: Write, writers: int, seconds: float) -> tuple[int, float]:
    """Let each writer write events to streams of its own for so long; return how many, and when."""
    began = time.perf_counter()
    until = began + seconds

    async def writer() -> int:
        written = 0
        while time.perf_counter() < until:
            if written % _STREAM == 0:
                stream = uuid4()
            await write(stream, written % _STREAM)
            written += 1
        return written

    counts = await asyncio.gather(*(writer() for _ in range(writers)))
    return sum(counts), time.perf_counter() - began


async def _library(database: Addresses, writers: int, seconds: float) -> float:
    told = await run(
        f"{BASELINES}/recorder.py", url=database.migration_url, writers=writers, seconds=seconds
    )
    return float(told["events"]) / float(told["seconds"])
