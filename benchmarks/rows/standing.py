"""Standing: how long each service takes to start, and how much memory it holds, also under load."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from benchmarks.harness import feed
from benchmarks.harness.outcome import Contest, Row, at_most
from benchmarks.harness.servers import Servers
from benchmarks.harness.statistics import summary
from benchmarks.harness.system import Running, first_answer, identity, start
from benchmarks.harness.turns import Say, Stopwatch
from benchmarks.harness.waiting import until
from contracts import ideas
from local.databases import Addresses, connect
from local.plan import SERVICES

START = 1.5  # seconds
MEMORY = {"ideas": 200.0, "feedback": 200.0, "notifications": 200.0, "metrics": 300.0}
GROWTH = 25.0  # MB that the second half of the load may add
_HEARD = """
SELECT coalesce(sum(next_offset), 0)::bigint FROM consumer_position WHERE topic = $1
"""
_HEARERS = ("feedback", "notifications", "metrics")


@dataclass(frozen=True)
class Size:
    starts: int
    ideas: int  # told in each of the two halves


SIZES = {"full": Size(5, 1_500), "quick": Size(1, 50), "tiny": Size(1, 20)}


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure standing."""
    watch = Stopwatch(Row(name="standing", title="8. Starting, and memory"))
    size = SIZES[level]
    databases = {service: await servers.database(service) for service in SERVICES}
    async with identity(servers):
        answers, readies = await _starts(servers, databases, size.starts, say)
        memory = await _memory(servers, databases, size.ideas, say)
    for title, figures, unit in (
        ("from the start to the first answer", answers, "s"),
        ("from the start to ready", readies, "s"), ("resident", memory, "MB"),
    ):  # fmt: skip
        watch.row.contests.append(Contest(title=title, unit=unit, ours="", figures=figures))
    for service in SERVICES:
        median = summary(answers[service]).median
        watch.row.bars.append(at_most(f"start of {service}", START, median, "s"))
    watch.row.bars += [_held(service, memory) for service in SERVICES]
    watch.row.bars += [_flat(service, memory) for service in _HEARERS]
    for database in databases.values():
        await servers.drop(database)
    return watch.stop()


def _held(service: str, memory: dict[str, list[float]]) -> Any:
    most = max(mb for name, found in memory.items() if name.startswith(service) for mb in found)
    return at_most(f"memory of {service}", MEMORY[service], most, "MB")


def _flat(service: str, memory: dict[str, list[float]]) -> Any:
    half, whole = (memory[f"{service}, {word}"][0] for word in ("after half", "after all"))
    return at_most(f"{service}: the second half of the load adds", GROWTH, whole - half, "MB")


async def _starts(
    servers: Servers, databases: dict[str, Addresses], starts: int, say: Say
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    answers: dict[str, list[float]] = {service: [] for service in SERVICES}
    readies: dict[str, list[float]] = {service: [] for service in SERVICES}
    for number in range(1, starts + 1):
        for service in SERVICES:
            say(f"start {number} of {starts}: {service}")
            started = start(servers, service, databases[service], KIEM_TRACES_FILE="")
            try:
                alive = await first_answer(started, "/livez")
                answers[service].append(alive)
                readies[service].append(alive + await first_answer(started, "/readyz"))
            finally:
                await started.stop()
    return answers, readies


async def _memory(
    servers: Servers, databases: dict[str, Addresses], count: int, say: Say
) -> dict[str, list[float]]:
    """Tell the lives of ideas to whoever hears of them, and look how much they hold."""
    found: dict[str, list[float]] = {}
    begin = sum((await feed.ends(servers.bootstrap, ideas.TOPIC)).values())
    records, told = feed.lives(2 * count), 0
    async with _all_four(servers, databases) as services:
        found |= {f"{s.name}, at rest": [s.memory()] for s in services}
        for word in ("after half", "after all"):
            say(f"memory, {word} of {2 * count:,} ideas")
            fed = await feed.publish(
                servers.bootstrap, ideas.TOPIC, islice(records, _records(count))
            )
            told += fed.records
            await _heard(databases, begin + told)
            found |= {f"{s.name}, {word}": [s.memory()] for s in services if s.name != "ideas"}
    return found


def _records(count: int) -> int:
    return count * 15 // 4  # three steps an idea, a quarter of them twice


@asynccontextmanager
async def _all_four(
    servers: Servers, databases: dict[str, Addresses]
) -> AsyncIterator[list[Running]]:
    held = {"KIEM_HOLD_SECONDS": "3600", "KIEM_TRACES_FILE": ""}
    services = [start(servers, name, databases[name], **held) for name in SERVICES]
    try:
        await asyncio.gather(*(first_answer(s, "/readyz") for s in services))
        yield services
    finally:
        await asyncio.gather(*(s.stop() for s in services))


async def _heard(databases: dict[str, Addresses], upto: int) -> None:
    raws = [await connect(databases[name].migration_url) for name in _HEARERS]
    for raw in raws:
        await until(partial(_is_at, raw, upto), 120, 0.1)
        await raw.close()


async def _is_at(raw: Any, upto: int) -> bool:
    return bool(await raw.fetchval(_HEARD, ideas.TOPIC) >= upto)
