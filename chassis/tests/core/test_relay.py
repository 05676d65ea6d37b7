"""The relay: everything committed reaches Kafka, in order per key, whoever dies or sleeps."""

import asyncio
import random
from collections import defaultdict
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis import telemetry
from chassis.consuming import Subscription
from chassis.consuming.consumer import Consumer
from chassis.kafka import cluster_id_of
from chassis.relay import LOCK, Fenced, Relay
from chassis.store import Append, Context

from .relaying import published, versions
from .stage import Stage, Topics, all_records, producer, revised, running, submitted, until

pytestmark = pytest.mark.integration


async def write(stage: Stage, seed: int, streams: list[str], events: int) -> None:
    """Append as others do at the same time; sometimes in a transaction that commits late."""
    chance = random.Random(seed)  # noqa: S311 - reproducible
    connection = await asyncpg.connect(stage.url, ssl=False)
    try:
        while events:
            stream = chance.choice(streams)
            async with connection.transaction():
                await stage.store.lock(stream, connection)
                at = len(await stage.store.load(stream, raw=connection))
                await stage.store.append(
                    [Append(stream, at, [revised(uuid4())])], Context(command=uuid4()), connection
                )
                if chance.random() < 0.2:
                    await asyncio.sleep(chance.random() * 0.1)  # a transaction that takes long
            events -= 1
    finally:
        await connection.close()


async def test_eight_who_write_at_once_and_commit_late_lose_nothing(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any
) -> None:
    """P3, P8, P9: positions are dense, given after the commit, and in the order of each stream."""
    streams = [f"idea-{uuid4()}" for _ in range(12)]
    for stream in streams:
        await stage.append(stream, 0, submitted(uuid4()))
    async with running(relay):
        await asyncio.gather(*(write(stage, seed, streams, 30) for seed in range(8)))
        await until(lambda: published(stage))
    rows = await stage.owner.fetch(
        "SELECT gpos, stream, version FROM event_position JOIN event USING (event_id) ORDER BY gpos"
    )
    assert [row["gpos"] for row in rows] == list(range(1, 12 + 240 + 1))
    last: dict[str, int] = defaultdict(int)
    for row in rows:
        assert row["version"] == last[row["stream"]] + 1
        last[row["stream"]] = row["version"]
    found = versions(await all_records(kafka.bootstrap, topics.ideas))
    assert found == {stream: list(range(1, last[stream] + 1)) for stream in streams}


async def test_a_transaction_that_stays_open_holds_nobody_back_and_loses_nothing(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any
) -> None:
    """P3, P8: neither a snapshot nor a transaction id decides who may be seen."""
    slow = await asyncpg.connect(stage.url, ssl=False)
    late, quick = f"idea-{uuid4()}", f"idea-{uuid4()}"
    async with running(relay):
        transaction = slow.transaction()
        await transaction.start()
        await stage.store.append(
            [Append(late, 0, [submitted(uuid4())])], Context(command=uuid4()), slow
        )
        await stage.append(quick, 0, submitted(uuid4()))
        await until(lambda: published(stage))
        assert set(versions(await all_records(kafka.bootstrap, topics.ideas))) == {quick}
        await transaction.commit()
        await until(lambda: published(stage))
    await slow.close()
    assert set(versions(await all_records(kafka.bootstrap, topics.ideas))) == {quick, late}


async def test_of_two_relays_one_leads_and_the_other_takes_over_when_it_ends(
    stage: Stage, topics: Topics, kafka: Any, postgres: Any
) -> None:
    """P6, P7: elected by a lock of a connection of its own, which no pool lends to others."""
    one, two = (Relay(stage.db, kafka.bootstrap, "ideas") for _ in range(2))
    admin = await asyncpg.connect(postgres.url, ssl=False)
    async with running(two):
        async with running(one):
            await until(lambda: one.leads or two.leads)
            leader = one if one.leads else two
            for _ in range(5):
                await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
                await until(lambda: published(stage))
                assert leader.leads
                assert one.leads != two.leads
            holders = await admin.fetch(
                "SELECT a.state, a.backend_xmin FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE l.locktype = 'advisory' AND l.objid = $1 AND l.granted"
                " AND a.datname = $2",
                LOCK & 0xFFFFFFFF, await stage.owner.fetchval("SELECT current_database()"),
            )  # fmt: skip
            assert [tuple(row) for row in holders] == [("idle", None)]
        await until(lambda: two.leads)
        await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
        await until(lambda: published(stage))
    await admin.close()
    assert await stage.owner.fetchval("SELECT epoch FROM relay_state") == (
        1 if leader is two else 2
    )
    records = await all_records(kafka.bootstrap, topics.ideas)
    assert [len(found) for found in versions(records).values()] == [1] * 6


async def test_a_relay_that_was_overtaken_while_it_slept_writes_nothing(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any
) -> None:
    """P10: the epoch stands in every write; the lock alone would not stop who wakes up."""
    async with running(relay):
        await until(lambda: relay.leads)
    await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
    stale, relay._epoch = relay._epoch, relay._epoch
    await stage.owner.execute("UPDATE relay_state SET epoch = epoch + 1, owner = 'another'")
    with pytest.raises(Fenced):
        await relay._sequence()
    with pytest.raises(Fenced):
        await relay._watch_cluster()
    assert (await stage.count("outbox"), await stage.count("event_position")) == (1, 0)

    await stage.owner.execute("UPDATE relay_state SET epoch = $1", stale)
    assert await relay._sequence() == 1
    await stage.owner.execute("UPDATE relay_state SET epoch = epoch + 1")
    before = telemetry.FENCED._value.get()
    async with producer(kafka.bootstrap) as made:
        with pytest.raises(Fenced):
            await relay._publish(made)
    assert await stage.owner.fetchval("SELECT published_gpos FROM relay_state") == 0
    assert telemetry.FENCED._value.get() == before + 1
    # What it sent all the same is a repetition for consumers; the new leader sends it again.
    assert len(await all_records(kafka.bootstrap, topics.ideas)) == 1


async def test_a_leader_that_loses_its_lock_stops_and_leads_again_under_a_new_epoch(
    stage: Stage, topics: Topics, relay: Relay, postgres: Any
) -> None:
    """P7, P10: a lost session means a lost lock."""
    admin = await asyncpg.connect(postgres.url, ssl=False)
    async with running(relay):
        await until(lambda: relay.leads)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND objid = $1 AND datname = $2",
            LOCK & 0xFFFFFFFF, await stage.owner.fetchval("SELECT current_database()"),
        )  # fmt: skip
        await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
        await until(lambda: relay.leads and relay._epoch == 2)
        await until(lambda: published(stage))
    await admin.close()


async def test_another_cluster_gets_everything_from_the_beginning(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any
) -> None:
    """K19: the store is the truth, Kafka a copy that may be lost."""
    stream = f"idea-{uuid4()}"
    await stage.append(stream, 0, *(revised(uuid4()) for _ in range(4)))
    async with running(relay):
        await until(lambda: published(stage))
    await stage.owner.execute("UPDATE relay_state SET cluster_id = 'one that burnt down'")
    again = Relay(stage.db, kafka.bootstrap, "ideas")
    async with running(again):
        kept = "SELECT cluster_id FROM relay_state"
        here = await cluster_id_of(kafka.bootstrap)
        await until(lambda: stage.owner.fetchval(f"{kept} WHERE cluster_id = $1", here))
        await until(lambda: published(stage))
    assert versions(await all_records(kafka.bootstrap, topics.ideas)) == {
        stream: [1, 2, 3, 4, 1, 2, 3, 4]
    }


async def test_after_a_send_that_took_long_it_looks_at_once_whether_the_cluster_is_another(
    stage: Stage, topics: Topics, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K19, K20: the library sends to a new cluster what it could not send to the old one."""
    monkeypatch.setattr("chassis.relay.WATCH_CLUSTER", 3600)
    monkeypatch.setattr("chassis.relay.SLOW", -1.0)
    async with running(relay):
        await until(lambda: relay.leads)
        await stage.owner.execute("UPDATE relay_state SET cluster_id = 'one that burnt down'")
        gone = "SELECT 1 FROM relay_state WHERE cluster_id <> 'one that burnt down'"
        await until(lambda: stage.owner.fetchval(gone))


class Faulty:
    """A producer that loses some records on the way, although it took them."""

    def __init__(self, real: Any, lost: set[int], *, at_once: bool) -> None:
        self.real, self.lost, self.at_once = real, lost, at_once

    async def send(self, **record: Any) -> Any:
        if int(dict(record["headers"])["ce_sequence"]) not in self.lost:
            return await self.real.send(**record)
        if self.at_once:
            raise ConnectionError
        failed = asyncio.get_running_loop().create_future()
        failed.set_exception(ConnectionError())
        return failed


@pytest.mark.parametrize("at_once", [True, False])
async def test_after_a_failed_send_it_goes_back_to_the_first_that_failed(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any, unique: str, *, at_once: bool
) -> None:
    """K20, K23: nothing is skipped, and who listens has every effect once, in order."""
    idea = uuid4()
    stream = f"idea-{idea}"
    await stage.append(stream, 0, *(revised(idea) for _ in range(6)))
    relay._epoch = 0
    await relay._sequence()
    async with producer(kafka.bootstrap) as real:
        with pytest.raises(ConnectionError):
            await relay._publish(Faulty(real, {3, 5}, at_once=at_once))
        assert await stage.owner.fetchval("SELECT published_gpos FROM relay_state") == 2
        assert await relay._publish(real) == 4
    in_log = versions(await all_records(kafka.bootstrap, topics.ideas))[stream]
    assert in_log == ([1, 2] if at_once else [1, 2, 4, 6]) + [3, 4, 5, 6]
    consumer = Consumer(
        stage.db, kafka.bootstrap, unique, stage.keyring, [Subscription(topics.ideas, stage.told)]
    )
    async with running(consumer):
        await until(lambda: _heard(stage, 6))
    assert await stage.effects() == [(stream, version) for version in range(1, 7)]


async def _heard(stage: Stage, count: int) -> bool:
    return len(await stage.effects()) >= count


async def test_what_is_woken_is_published_at_once(
    stage: Stage, topics: Topics, relay: Relay
) -> None:
    """K12: no poll interval stands between a commit and Kafka."""
    async with running(relay):
        await until(lambda: relay.leads)
        times = []
        loop = asyncio.get_running_loop()
        for _ in range(5):
            await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
            relay.wake()
            began = loop.time()
            await until(lambda: published(stage))
            times.append(loop.time() - began)
    assert min(times) < 0.2


async def test_what_woke_it_before_the_commit_is_looked_for_again_soon(
    stage: Stage, topics: Topics, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K12: an effect appends within a transaction, and wakes before that is committed."""
    monkeypatch.setattr("chassis.relay.LONGEST", 600.0)
    connection = await asyncpg.connect(stage.url, ssl=False)
    async with running(relay):
        await until(lambda: relay.leads)
        relay._wake.clear()
        async with connection.transaction():
            for _ in range(2):  # the second finds it at its longest pause
                relay.wake()
                await until(lambda: not relay._wake.is_set())
            await stage.store.append(
                [Append(f"idea-{uuid4()}", 0, [submitted(uuid4())])],
                Context(command=uuid4()), connection,
            )  # fmt: skip
        await until(lambda: published(stage))
    await connection.close()
