"""Several processes of one service share its partitions, and no partition is nobody's."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from chassis.consuming import claims, position
from chassis.consuming.consumer import SPACE

from .listening import Listener
from .stage import (
    Stage,
    life,
    messages,
    revised,
    running,
    submitted,
    told,
    until,
)

pytestmark = pytest.mark.integration


async def test_two_consumers_share_the_partitions_and_no_effect_happens_twice(
    stage: Stage, listener: Listener, unique: str
) -> None:
    """K10, K16: each is a member under a slot of its own; one leaves and comes back meanwhile."""
    ideas = [uuid4() for _ in range(60)]

    async def talk() -> None:
        for version in range(1, 7):
            event = submitted if version == 1 else revised
            await listener.tell(*(told(event(idea), version) for idea in ideas))
            await asyncio.sleep(0.1)

    one, two = listener.consumer(), listener.consumer()
    async with running(one):
        await until(one.ready)
        talking = asyncio.create_task(talk())
        async with running(two):
            await until(lambda: two.claims.held() and one.claims.held())
            assert not set(one.claims.held()) & set(two.claims.held())
            await talking
        await listener.has_heard(360)
    found = await stage.effects()
    assert len(found) == len(set(found)) == 360
    for idea in ideas:
        assert [v for s, v in found if s == f"idea-{idea}"] == [1, 2, 3, 4, 5, 6]


async def test_who_loses_the_lease_of_its_slot_stops_and_takes_another(
    stage: Stage, listener: Listener, postgres: Any
) -> None:
    """K10: two under one name would throw each other out for ever."""
    admin = await asyncpg.connect(postgres.url, ssl=False)
    hearing = listener.consumer()
    async with running(hearing):
        await until(hearing.ready)
        kafka = hearing.claims.kafka
        ended = await admin.fetchval(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND classid = $1 AND datname = $2",
            SPACE, await stage.owner.fetchval("SELECT current_database()"),
        )  # fmt: skip
        assert ended
        await until(lambda: hearing.claims.kafka is not kafka)
        await listener.tell(*life(uuid4()))
        await listener.has_heard(3)
        await until(hearing.ready)
    await admin.close()


async def test_who_finds_its_claim_stolen_claims_again_and_repeats_nothing(
    stage: Stage, listener: Listener
) -> None:
    """K15: a zombie wakes up; what it held is another's, and so is what it wanted to write."""
    idea = uuid4()
    records = life(idea, 4)
    async with running(listener.consumer()):
        await listener.tell(*records[:2], part=0)
        await listener.has_heard(2)
        await stage.owner.execute("UPDATE consumer_position SET epoch = epoch + 1, owner = 'thief'")
        await listener.tell(*records[2:], part=0)
        await listener.has_heard(4)
    assert [version for _, version in await stage.effects()] == [1, 2, 3, 4]
    assert (await listener.position(0))["owner"] != "thief"


async def test_new_partitions_are_heard_from_their_beginning(
    stage: Stage, listener: Listener, kafka: Any
) -> None:
    """K18, K21: topics are made by us with fixed partitions; should one get more, none is lost."""
    hearing = listener.consumer()
    async with running(hearing):
        await listener.tell(*life(uuid4()), part=2)
        await listener.has_heard(3)
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        await admin.start()
        await admin.create_partitions({listener.topics.ideas: NewPartitions(4)})
        await admin.close()
        await until(lambda: _can_tell(listener, 3))
        await hearing.claims.kafka._client.force_metadata_update()  # by itself in five minutes
        await listener.has_heard(6)
        await until(lambda: len(hearing.claims.held()) == 4)


async def test_a_member_that_comes_back_under_its_name_hears_partitions_added_meanwhile(
    stage: Stage, listener: Listener, kafka: Any
) -> None:
    """K18: Kafka gives it what it had, without asking who reads what is new."""
    async with running(listener.consumer()):
        await listener.tell(*life(uuid4()), part=2)
        await listener.has_heard(3)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_partitions({listener.topics.ideas: NewPartitions(4)})
    await admin.close()
    async with running(listener.consumer()):
        await until(lambda: _can_tell(listener, 3))
        await listener.has_heard(6)


async def test_a_partition_that_is_resumed_at_its_end_is_read_again_at_once(
    stage: Stage, listener: Listener
) -> None:
    """It had not stopped, and nothing new comes that would tell its reader of the other place."""
    hearing = listener.consumer()
    async with running(hearing):
        await listener.tell(*life(uuid4()), part=0)
        await listener.at(0, 3)
        assert await hearing.resume(listener.topics.ideas, 0, 0) == 0
        await listener.at(0, 3)
    assert len(await stage.effects()) == 3


async def test_a_partition_that_was_left_out_when_the_work_was_shared_out_is_asked_for(
    stage: Stage, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K18: so it happens to a topic that comes back in that moment; nobody would read it again."""
    await stage.owner.execute(
        "INSERT INTO consumer_position (topic, part, cluster_id, next_offset, epoch, owner, "
        "updated_at) VALUES ($1, 2, 'before', 7, 1, 'gone', now() - interval '1 hour')",
        listener.topics.ideas,
    )
    whole = RoundRobinPartitionAssignor.assign
    asked: list[int] = []

    def partly(_: Any, cluster: Any, members: Any) -> Any:
        asked.append(len(asked))
        if len(asked) > 1:
            return whole(cluster, members)
        there = cluster.partitions_for_topic
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cluster, "partitions_for_topic", lambda t: set(there(t) or ()) - {2})
            return whole(cluster, members)

    monkeypatch.setattr(RoundRobinPartitionAssignor, "assign", classmethod(partly))
    monkeypatch.setattr(claims, "NOBODYS", 1.0)
    await listener.tell(*life(uuid4()), part=2)
    async with running(listener.consumer()):
        await listener.has_heard(3)
    assert len(asked) == 2


async def test_a_partition_whose_reader_waits_on_purpose_is_not_nobodys(
    stage: Stage, listener: Listener
) -> None:
    """Another replica would join anew every quarter of a minute, and stop everybody each time."""
    _, early, _ = records = life(uuid4())
    async with running(listener.consumer()):
        await listener.tell(*life(uuid4()), part=0)
        await listener.at(0, 3)
        await listener.tell(early, part=0)
        await stage.owner.execute(_LONG_AGO)
        ends = {TopicPartition(listener.topics.ideas, 0): 4}
        await until(lambda: _tended(stage, ends))
        await listener.tell(*records, part=0)
        await listener.at(0, 7)


_LONG_AGO = "UPDATE consumer_position SET updated_at = now() - interval '1 hour'"


async def _tended(stage: Stage, ends: dict[TopicPartition, int]) -> bool:
    return not await position.nobodys(stage.db, ends)


async def _can_tell(listener: Listener, part: int) -> bool:
    try:
        await listener.tell(*life(uuid4()), part=part)
    except AssertionError:  # the library's, where it does not know the partition yet
        return False
    return True


async def test_a_fetch_that_was_under_way_when_we_claimed_is_not_taken_for_what_follows(
    stage: Stage, listener: Listener
) -> None:
    """K1, K19: it may begin where Kafka believes us to be, ahead of our own position."""
    hearing = listener.consumer()
    async with running(hearing):
        await until(hearing.ready)
        place = TopicPartition(listener.topics.ideas, 0)
        ahead = messages(life(uuid4()), 5, *place)
        async with hearing.claims.busy:
            assert await hearing._slice(place, list(ahead)) is None
        await listener.tell(*life(uuid4()), part=0)
        await listener.at(0, 3)
    assert len(await stage.effects()) == 3
