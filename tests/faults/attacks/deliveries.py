"""Attacks by what is delivered: twice, in the wrong order, and rubbish by the thousand."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from contracts.catalog import DECLARED
from contracts.cloudevents import SEQUENCE_DIGITS, instant
from local.databases import connect
from tests.faults.attacks.postgres import HOUR, set_clock
from tests.faults.attacks.table import fault
from tests.faults.evidence import TELLS, USAGE
from tests.faults.run import Run
from tests.faults.talk import records_of, writer

_POISON = 10_000
_WAITING = """
SELECT e.event_id, e.stream, e.version, e.type, e.data::text AS data, e.correlation,
       e.causation, e.occurred_at, e.recorded_at
FROM outbox JOIN event e USING (event_id) ORDER BY outbox.id
"""
# Which of some events no relay has told yet.
_UNTOLD = """
SELECT count(*) FROM unnest($1::uuid[]) AS waits (event_id)
LEFT JOIN event_position p USING (event_id) CROSS JOIN relay_state r
WHERE p.gpos IS NULL OR p.gpos > r.published_gpos
"""


@fault("records come twice", "what is known is dropped", quick=True)
async def twice(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """Some hundred records of a topic, as they are, at its end again: old, and out of order.

    Where the topic got partitions, what comes again may be the first of its key in one of them.
    """
    topic = rng.choice([*TELLS.values(), USAGE])
    kafka = run.town.kafka.bootstrap
    records = await records_of(kafka, topic)
    async with writer(kafka) as producer:
        sent = [
            await producer.send(
                topic, key=record.key, value=record.value, headers=list(record.headers)
            )
            for record in rng.sample(records, min(300, len(records)))
        ]
        for taken in await asyncio.gather(*sent):
            run.allowed.planted.add((taken.topic, taken.partition, taken.offset))
    yield


@fault("records come before those they follow", "they wait; then each has its effect, in order",
       seconds=(1.0, 3.0), quick=True)  # fmt: skip
async def reordered(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """While the relay is held up, somebody publishes what waits for it, from behind."""
    service = rng.choice(("ideas", "feedback", "notifications"))
    stranger = await connect(run.town.database(f"kiem_{service}"))
    await stranger.execute("BEGIN; SELECT * FROM relay_state FOR UPDATE")
    try:
        yield
        waiting = await stranger.fetch(_WAITING)
        async with writer(run.town.kafka.bootstrap) as producer:
            sent = [
                await producer.send(TELLS[service], **_record(service, row))
                for row in reversed(waiting)
            ]
            for taken in await asyncio.gather(*sent):
                run.allowed.planted.add((taken.topic, taken.partition, taken.offset))
    finally:
        await stranger.close()


@fault("records come an hour late", "each counts from when it happened, and causes what it must",
       seconds=(1.0, 3.0), weight=1)  # fmt: skip
async def late(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """The relay is held up while people go on, and tells what they did an hour afterwards."""
    service = rng.choice(("ideas", "feedback", "notifications"))
    stranger = await connect(run.town.database(f"kiem_{service}"))
    try:
        await stranger.execute("BEGIN; SELECT * FROM relay_state FOR UPDATE")
        yield
        waiting = [row["event_id"] for row in await stranger.fetch(_WAITING)]
        await set_clock(run, HOUR)
    finally:
        await stranger.close()
    await run.until("what waited was told", partial(_are_told, run, service, waiting))
    await set_clock(run, 0)


async def _are_told(run: Run, service: str, events: Sequence[Any]) -> bool:
    rows = await run.town.rows(service, _UNTOLD, events)
    return not rows[0][0]


def _record(service: str, row: Any) -> dict[str, Any]:
    """Make of a stored event what its relay would."""
    kind, key = DECLARED[row["type"]], row["stream"].partition("-")[2]
    told = {
        "specversion": "1.0", "id": str(row["event_id"]), "source": f"kiem/{service}",
        "type": kind.type, "time": instant(row["occurred_at"]),
        "recordedtime": instant(row["recorded_at"]), "subject": row["stream"],
        "sequence": f"{row['version']:0{SEQUENCE_DIGITS}d}", "partitionkey": key,
        "correlationid": row["correlation"], "causationid": row["causation"],
    }  # fmt: skip
    headers = [("content-type", b"application/json")]
    headers += [(f"ce_{name}", value.encode()) for name, value in told.items() if value]
    return {"key": key.encode(), "value": row["data"].encode(), "headers": headers}


def _flood(name: str, keys: int, *, quick: bool) -> None:
    promise = "the flooded partitions stop and say so; the others go on; an operator resumes them"

    @fault(name, promise, quick=quick, weight=1)
    async def flood(run: Run, rng: random.Random) -> AsyncIterator[None]:
        """10,000 records that are no events, without a sound one between them."""
        run.publisher.calm.clear()
        await asyncio.sleep(1.0)
        mark, ends = rng.getrandbits(40), dict[int, int]()
        async with writer(run.town.kafka.bootstrap) as producer:
            sent = [
                await producer.send(
                    USAGE, key=f"poison-{mark}-{number % keys}".encode(),
                    value=json.dumps({"poison": number}).encode(),
                )
                for number in range(_POISON)
            ]  # fmt: skip
            for taken in await asyncio.gather(*sent):
                ends[taken.partition] = max(ends.get(taken.partition, 0), taken.offset + 1)
        run.publisher.calm.set()
        yield
        stopped = partial(_stopped, run, set(ends))
        await run.until("the flooded partitions have stopped", stopped)
        for part, end in ends.items():
            await run.town.resume("metrics", USAGE, part, end)


async def _stopped(run: Run, parts: set[int]) -> bool:
    found = {part for topic, part, _ in await run.town.stopped("metrics") if topic == USAGE}
    return parts <= found


_flood("a flood of poison on one key", 1, quick=True)
_flood("a flood of poison on many keys", 1000, quick=False)
