"""Reacting: how long after the commit of an idea its KPI is visible, and its notice queued.

Services run as they do everywhere, each a process, ideas are submitted over HTTP at 200 a second.
The times are those of PostgreSQL's commits, so nothing has to be asked while it is measured.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

from benchmarks.harness import asking, feed
from benchmarks.harness.outcome import Contest, Row, at_most, number
from benchmarks.harness.reading import records_since
from benchmarks.harness.servers import Servers
from benchmarks.harness.statistics import percentile, summary
from benchmarks.harness.system import Running, identity, ready, start, token
from benchmarks.harness.turns import Say, Stopwatch
from benchmarks.harness.waiting import until
from contracts import ideas
from local.databases import Addresses, connect

SERVICES = ("ideas", "metrics", "notifications")
MEDIAN, SLOWEST = 10.0, 100.0  # ms
_RATE, _LINES, _PERSONS = 200.0, 32, 20
_VISIBLE, _QUEUED = "commit → KPI visible", "commit → notice queued"
_COMMITTED = """
SELECT e.stream, pg_xact_commit_timestamp(e.xmin) AS committed,
       pg_xact_commit_timestamp(p.xmin) AS numbered
FROM event e JOIN event_position p USING (event_id) WHERE e.version = 1
"""
_SEEN = """
SELECT idea, pg_xact_commit_timestamp(xmin) AS at FROM idea_fact_v1 WHERE type = 'IdeaSubmitted'
"""
_TOLD = (
    "SELECT idea, pg_xact_commit_timestamp(xmin) AS at FROM notice WHERE kind = 'acknowledgement'"
)

Times = dict[str, float]  # a step, and when it was done: seconds since 1970


@dataclass(frozen=True)
class Size:
    seconds: float
    rounds: int
    rate: float = _RATE


SIZES = {"full": Size(20.0, 5), "quick": Size(2.0, 1), "tiny": Size(1.0, 1, 20.0)}


async def measure(servers: Servers, level: str, say: Say) -> Row:
    """Measure reacting."""
    title = "4. From the commit to what people see"
    watch = Stopwatch(Row(name="reaction", title=title))
    size = SIZES[level]
    say("starting ideas, metrics and notifications")
    async with _system(servers) as (databases, services):
        found = await _rounds(servers, databases, size, say)
        memory = {s.name: s.memory() for s in services}
    for share, name in ((0.5, "half within"), (0.99, "99 of 100 within")):
        figures = {hop: [1000 * percentile(r[hop], share) for r in found] for hop in found[0]}
        unit = f"ms, at {size.rate:.0f}/s"
        watch.row.contests.append(Contest(title=name, unit=unit, ours="", figures=figures))
    half, most = watch.row.contests
    for hop in (_VISIBLE, _QUEUED):
        for contest, word, bar in ((half, "p50", MEDIAN), (most, "p99", SLOWEST)):
            reached = summary(contest.figures[hop]).median
            watch.row.bars.append(at_most(f"{hop}, {word}", bar, reached, "ms"))
    resident = ", ".join(f"{name} {number(mb)} MB" for name, mb in memory.items())
    watch.row.notes.append(f"resident afterwards: {resident}")
    return watch.stop()


@asynccontextmanager
async def _system(
    servers: Servers,
) -> AsyncIterator[tuple[dict[str, Addresses], list[Running]]]:
    databases = {service: await servers.database(service) for service in SERVICES}
    # A mail that is held stays in the queue, as it was put there.
    held = {"KIEM_HOLD_SECONDS": "3600", "KIEM_TRACES_FILE": ""}
    async with identity(servers):
        services = [start(servers, name, databases[name], **held) for name in SERVICES]
        try:
            await asyncio.gather(*map(ready, services))
            yield databases, services
        finally:
            await asyncio.gather(*(service.stop() for service in services))
    for database in databases.values():
        await servers.drop(database)


async def _rounds(
    servers: Servers, databases: dict[str, Addresses], size: Size, say: Say
) -> list[dict[str, list[float]]]:
    tokens = [await token(servers, f"p-{n}") for n in range(_PERSONS)]
    say("warming up")
    await _submit(servers, tokens, Size(min(3.0, size.seconds), 1, size.rate / 2))
    await _settled(servers, databases)
    found = []
    for turn in range(1, size.rounds + 1):
        say(f"round {turn} of {size.rounds}: {size.rate:.0f} ideas a second")
        before = await feed.ends(servers.bootstrap, ideas.TOPIC)
        await _submit(servers, tokens, size)
        await _settled(servers, databases)
        found.append(_hops(await _times(servers, databases, before)))
    return found


async def _submit(servers: Servers, tokens: list[str], size: Size) -> None:
    body = {"title": "A ramp at the back door", "body": "It would spare us the way around. " * 5}
    turn = count()

    def request() -> bytes:
        return asking.post("/v1/ideas", tokens[next(turn) % len(tokens)], body, str(uuid4()))

    async with asking.lines(servers.plan.url("ideas"), _LINES) as lines:
        asked = await asking.at_a_pace(lines, request, size.rate, size.seconds, 201)
    if asked.refused:
        raise AssertionError(f"ideas were refused: {asked.refused}")


async def _settled(servers: Servers, databases: dict[str, Addresses]) -> None:
    """Wait until whatever was submitted has been counted and told."""
    raws = {name: await _inside(servers, address) for name, address in databases.items()}
    wanted = await raws["ideas"].fetchval("SELECT count(*) FROM stream")
    try:
        for service, query in (("metrics", _SEEN), ("notifications", _TOLD)):
            await until(partial(_as_many, raws[service], query, wanted), 300, 0.2)
    finally:
        for raw in raws.values():
            await raw.close()


async def _as_many(raw: Any, query: str, wanted: int) -> bool:
    return len(await raw.fetch(query)) >= wanted


async def _inside(servers: Servers, database: Addresses) -> Any:
    """Enter a database as the superuser, who may ask when something was committed."""
    return await connect(urlunsplit(urlsplit(servers.url)._replace(path=f"/{database.name}")))


async def _times(
    servers: Servers, databases: dict[str, Addresses], before: dict[Any, int]
) -> Collection[Times]:
    """Return when each step was done, of each idea of this round."""
    sent = {}
    async for record in records_since(servers.bootstrap, before):
        sent[UUID(record.key.decode())] = record.timestamp / 1000
    raws = {name: await _inside(servers, address) for name, address in databases.items()}
    found: dict[UUID, Times] = {}
    for row in await raws["ideas"].fetch(_COMMITTED):
        idea = UUID(row["stream"].removeprefix("idea-"))
        if idea in sent:
            numbered = _seconds(row["numbered"])
            committed = _seconds(row["committed"])
            found[idea] = {"committed": committed, "numbered": numbered, "sent": sent[idea]}
    for service, query, step in (("metrics", _SEEN, "seen"), ("notifications", _TOLD, "told")):
        for row in await raws[service].fetch(query):
            if row["idea"] in found:
                found[row["idea"]][step] = _seconds(row["at"])
    for raw in raws.values():
        await raw.close()
    return found.values()


def _seconds(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp()


def _hops(times: Collection[Times]) -> dict[str, list[float]]:
    def between(one: str, other: str) -> list[float]:
        return [t[other] - t[one] for t in times]

    return {
        "commit → numbered": between("committed", "numbered"),
        "numbered → sent to Kafka": between("numbered", "sent"),
        "sent → KPI visible": between("sent", "seen"),
        "sent → notice queued": between("sent", "told"),
        _VISIBLE: between("committed", "seen"),
        _QUEUED: between("committed", "told"),
    }
