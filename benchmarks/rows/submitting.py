"""Submitting: how many ideas a second one process of the service ideas takes over HTTP.

Against the least that could take them: FastAPI with the same tokens, the same traces and one INSERT
into the same PostgreSQL. Kiem's process also seals words, knows repetitions, tells Kafka, and
keeps a table to read from, all of which count.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

from benchmarks.harness import asking
from benchmarks.harness.apart import BASELINES
from benchmarks.harness.outcome import Contest, Row, at_least
from benchmarks.harness.servers import Servers
from benchmarks.harness.statistics import percentile
from benchmarks.harness.system import Running, identity, ready, running, start_script, token
from benchmarks.harness.turns import Say, Stopwatch, Turn, take_turns, within
from benchmarks.harness.waiting import until
from local.databases import Addresses, connect

OURS, BARE = "Kiem, ideas as it runs", "FastAPI and one INSERT"
BAR = 0.7
_PERSONS = 20
_BODY = {"title": "A ramp at the back door", "body": "It would spare us the way around. " * 5}
_TABLE = """
CREATE TABLE submission (id uuid PRIMARY KEY, author text NOT NULL, title text NOT NULL,
    body text NOT NULL, at timestamptz NOT NULL);
GRANT INSERT ON submission TO PUBLIC;
"""
_WRITTEN = {
    OURS: "SELECT count(*) FROM event WHERE version = 1",
    BARE: "SELECT count(*) FROM submission",
}
_RELAYED = "SELECT count(*) = (SELECT published_gpos FROM relay_state) FROM event"
_PROJECTED = "SELECT count(*) = (SELECT count(*) FROM event WHERE version = 1) FROM idea_v2"


@dataclass(frozen=True)
class Size:
    seconds: float
    rounds: int
    callers: tuple[int, ...]
    traced: tuple[bool, ...] = (False, True)


SIZES = {
    "full": Size(6.0, 5, (1, 16)),
    "quick": Size(0.5, 1, (16,)),
    "tiny": Size(0.3, 1, (2,), (False,)),
}


@dataclass
class Door:
    """Where ideas can be submitted, and what was submitted there."""

    name: str
    running: Running
    path: str
    database: Addresses
    taken: int = 0


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure submitting, without traces that are kept and with them."""
    watch = Stopwatch(Row(name="submitting", title="5. Submit an idea over HTTP"))
    size = SIZES[level]
    async with identity(servers):
        tokens = [await token(servers, f"p-{n}") for n in range(_PERSONS)]
        for traced in size.traced:
            word = "traces kept" if traced else "no traces kept"
            say(f"starting both, {word}")
            async with _doors(servers, traced) as doors:
                for callers in size.callers if not traced else size.callers[-1:]:
                    title = f"{callers} at once, {word}"
                    found = await _contest(doors, tokens, size, say, callers=callers, title=title)
                    watch.row.contests += found
            reached = found[0].ratio(BARE)
            watch.row.bars.append(at_least(f"submit, {title}, against {BARE}", BAR, reached, "×"))
    return watch.stop()


@asynccontextmanager
async def _doors(servers: Servers, traced: bool) -> AsyncIterator[list[Door]]:
    ours, theirs = await servers.database("ideas"), await servers.empty_database()
    raw = await connect(theirs.migration_url)
    await raw.execute(_TABLE)
    await raw.close()
    settings = {} if traced else {"KIEM_TRACES_FILE": ""}
    bare = start_script(servers, "feedback", f"{BASELINES}/endpoint.py", theirs, **settings)
    try:
        await ready(bare)
        async with running(servers, "ideas", ours, **settings) as service:
            yield [Door(OURS, service, "/v1/ideas", ours), Door(BARE, bare, "/submissions", theirs)]
    finally:
        await bare.stop()
    await servers.drop(ours)
    await servers.drop(theirs)


async def _contest(
    doors: list[Door], tokens: list[str], size: Size, say: Say, *, callers: int, title: str
) -> list[Contest]:
    slowest: dict[str, list[float]] = {door.name: [] for door in doors}
    costs: dict[str, list[float]] = {door.name: [] for door in doors}
    for door in doors:
        await _submit(door, tokens, callers, min(1.0, size.seconds))  # warm

    def turn(door: Door) -> Turn:
        async def measured() -> float:
            before = door.running.cpu()
            asked = await _submit(door, tokens, callers, size.seconds)
            costs[door.name].append(1000 * (door.running.cpu() - before) / len(asked.took))
            slowest[door.name].append(1000 * percentile(asked.took, 0.99))
            return asked.rate

        return measured

    turns = {door.name: turn(door) for door in doors}
    rates = await take_turns(turns, size.rounds, within(say, title))
    return [
        Contest(title=title, unit="ideas/s", ours=OURS, figures=rates),
        Contest(title=f"{title}, 99 of 100 within", unit="ms", ours="", figures=slowest),
        Contest(title=f"{title}, the process spends", unit="ms an idea", ours="", figures=costs),
    ]


async def _submit(door: Door, tokens: list[str], callers: int, seconds: float) -> asking.Asked:
    turn = count()

    def request() -> bytes:
        return asking.post(door.path, tokens[next(turn) % len(tokens)], _BODY, str(uuid4()))

    async with asking.lines(door.running.url, callers) as lines:
        asked = await asking.as_fast_as_answered(lines, request, seconds, 201)
    door.taken += len(asked.took)
    await _check(door, asked)
    return asked


async def _all_is_told(raw: Any) -> bool:
    return bool(await raw.fetchval(_RELAYED) and await raw.fetchval(_PROJECTED))


async def _check(door: Door, asked: asking.Asked) -> None:
    """Whatever was answered is there; what goes on afterwards must not disturb who comes next."""
    raw = await connect(door.database.migration_url)
    try:
        written = await raw.fetchval(_WRITTEN[door.name])
        if door.name == OURS:
            await until(lambda: _all_is_told(raw))
    finally:
        await raw.close()
    if asked.refused or written != door.taken:
        raise AssertionError(f"{door.name}: {door.taken} taken, {written} there, {asked.refused}")
