"""Attacks on Kafka: killed, lost, its topics deleted or widened, its wire slow or cut."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from aiokafka.admin import NewPartitions
from aiokafka.errors import KafkaError

from local.plan import SERVICES
from local.topics import create_topics, declared
from tests.faults.attacks.table import fault
from tests.faults.evidence import HEARS, TELLS, USAGE
from tests.faults.run import Run
from tests.faults.talk import admin, ends_of

_COMMANDS_GO_ON = "commands go on; the rest goes on when it is back, by itself"
_MOST_PARTITIONS = 18
_JUST_WRITTEN = 40  # events: what three busy people write while one looks


@fault("kill -9 Kafka", _COMMANDS_GO_ON, seconds=(0.5, 8.0), quick=True, weight=3)
async def kill(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """What somebody tells meanwhile is in the list of ideas all the same."""
    await asyncio.to_thread(run.town.kafka.kill)
    await run.lists_go_on()
    yield
    await asyncio.to_thread(run.town.kafka.start)


@fault("Kafka is restarted", _COMMANDS_GO_ON, seconds=(0.0, 3.0))
async def restart(run: Run, rng: random.Random) -> AsyncIterator[None]:
    await asyncio.to_thread(run.town.kafka.stop)
    yield
    await asyncio.to_thread(run.town.kafka.start)


@fault(
    "Kafka's data are lost",
    "relays publish everything again; what is known is dropped",
    seconds=(0.0, 2.0),
    quick=True,
    weight=1,
)
async def lose(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """Another cluster id: the runbook says to make the topics, and no more.

    One of those who listen sleeps before, and so has not heard what is lost, and then hears what
    follows it first: what is new reaches the new cluster before all that was told comes again.
    """
    run.allowed.made_anew(*TELLS.values(), USAGE)
    sleeper = run.town.child(rng.choice(sorted(HEARS)))
    run.town.freeze(sleeper)
    await asyncio.sleep(1.0)
    await asyncio.to_thread(run.town.kafka.kill)
    run.town.kafka.lose()
    run.town.wake(sleeper)
    yield
    # Whatever the old one said has been heard by now, and the new one has not said a word.
    run.allowed.lost_at = time.monotonic()
    await asyncio.to_thread(run.town.kafka.start)
    await create_topics(run.town.kafka.bootstrap, declared())
    await run.until("every relay has seen the new cluster", partial(_is_known, run))
    await run.until(
        "it is known where the new topics end", partial(_told_again, run, *TELLS.values())
    )


async def _told_again(run: Run, *topics: str) -> bool:
    """Excuse the order of what lies in topics now, and of nothing that comes after it."""
    ends = await ends_of(run.town.kafka.bootstrap, topics)
    run.allowed.anew |= ends
    return {topic for topic, _ in ends} == set(topics)


async def _is_known(run: Run) -> bool:
    """Tell whether all relays are on one cluster that has all that they told."""
    rows = [(await run.town.rows(s, "SELECT cluster_id, published_gpos, last_gpos "
                                 "FROM relay_state"))[0] for s in TELLS]  # fmt: skip
    async with admin(run.town.kafka.bootstrap) as client:
        there = (await client.describe_cluster())["cluster_id"]
    return all(row[0] == there and row[1] >= row[2] - 50 for row in rows)


@fault(
    "a topic is deleted", "who listens stops and says so; by the runbook nothing is lost", weight=1
)
async def delete(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """Made anew; then the runbook: the owner publishes again, stopped partitions resume at 0."""
    owner = rng.choice(list(TELLS))
    topic = TELLS[owner]
    run.allowed.made_anew(topic)
    async with admin(run.town.kafka.bootstrap) as client:
        await client.delete_topics([topic])
    await asyncio.sleep(1.0)
    lost = [t for t in declared() if t.name == topic]
    await run.until("the topic is made anew", partial(_made, run, lost))
    # The epoch keeps the relay that runs from putting back what it had got to.
    again = "UPDATE relay_state SET published_gpos = 0, epoch = epoch + 1"
    await run.town.execute(owner, again)
    run.town.kill(owner)
    yield
    # Also those that did not stop: what they stand behind may be another record now.
    for service in SERVICES:
        sql = "SELECT part FROM consumer_position WHERE topic = $1"
        for row in await run.town.rows(service, sql, topic):
            await run.town.resume(service, topic, row["part"], 0)
    await run.until("partitions go on from the beginning", partial(_resumed, run, owner, topic), 90)
    await run.until("it is known where the new topic ends", partial(_told_again, run, topic))


async def _made(run: Run, topics: list[Any]) -> bool:
    try:
        await create_topics(run.town.kafka.bootstrap, topics)
    except KafkaError:
        return False  # its deletion is not over yet
    return True


async def _resumed(run: Run, owner: str, topic: str) -> bool:
    """Resume what has stopped, as often as it takes; True when the topic was read to its end.

    People go on meanwhile, so at its end is whoever is behind by no more than they just wrote.
    """
    for service in SERVICES:
        for where, part, _ in await run.town.stopped(service):
            if where == topic:
                await run.town.resume(service, topic, part, 0)
    (told,) = await run.town.rows(owner, "SELECT last_gpos - published_gpos FROM relay_state")
    behind = [places.get(topic, 0) for places in (await run.behind()).values()]
    return told[0] <= _JUST_WRITTEN and max(behind) <= _JUST_WRITTEN


@fault(
    "partitions are added",
    "keys move to other partitions; order per key holds by versions",
    weight=1,
)
async def widen(run: Run, rng: random.Random) -> AsyncIterator[None]:
    topic = rng.choice([*TELLS.values(), "kiem.usage.events"])
    async with admin(run.town.kafka.bootstrap) as client:
        now = len((await client.describe_topics([topic]))[0]["partitions"])
        if now < _MOST_PARTITIONS:
            await client.create_partitions({topic: NewPartitions(now + 2)})
            run.allowed.moved_keys.add(topic)
    yield


@fault("a slow broker", "slower, and exact", seconds=(5.0, 20.0))
async def slow(run: Run, rng: random.Random) -> AsyncIterator[None]:
    run.town.to_kafka.delay = rng.uniform(0.01, 0.15)
    yield
    run.town.to_kafka.delay = 0.0


@fault("the wire to Kafka is cut", _COMMANDS_GO_ON, seconds=(2.0, 10.0))
async def cut(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """Again and again, and then for a while altogether."""
    for _ in range(rng.randrange(1, 4)):
        run.town.to_kafka.cut()
        await asyncio.sleep(rng.uniform(0.1, 1.0))
    run.town.to_kafka.dead = True
    run.town.to_kafka.cut()
    yield
    run.town.to_kafka.dead = False
