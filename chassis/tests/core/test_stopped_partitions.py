"""A partition stops where reading on would be a lie: a flood, what Kafka forgot, another topic."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from .listening import Listener
from .stage import (
    Stage,
    all_records,
    life,
    messages,
    revised,
    running,
    submitted,
    told,
    until,
)

pytestmark = pytest.mark.integration


async def test_a_flood_stops_its_partition_alone_until_an_operator_resumes_it(
    stage: Stage, listener: Listener, soon: None
) -> None:
    """C6, C8: the others go on, and nothing was skipped."""
    flood: list[Any] = [(f"{n}".encode(), [], b"{") for n in range(70)]
    hearing = listener.consumer()
    async with running(hearing):
        await listener.tell(*flood, *life(uuid4()), part=0)
        assert "records in a row" in await listener.stopped(0)
        await listener.tell(*life(uuid4()), part=1)
        await listener.has_heard(3)
        assert hearing.healthy() is None
        assert (await listener.position(0))["next_offset"] == 50
        for _ in range(40):  # asked anew now and then, it is not less ready for that
            assert hearing.ready()
            await asyncio.sleep(0.02)
        assert await hearing.desk.resume(listener.topics.ideas, 0) == 50
        await listener.has_heard(6)
        await listener.at(0, 73)
    assert await stage.count("dead_letter") == 70


async def delete_before(listener: Listener, part: int, offset: int) -> None:
    """Do to a partition what its retention does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=listener.kafka.bootstrap)
    await admin.start()
    place = TopicPartition(listener.topics.ideas, part)
    await admin.delete_records({place: RecordsToDelete(before_offset=offset)})
    await admin.close()


async def test_retention_that_overtook_a_consumer_that_was_away_stops_the_partition(
    stage: Stage, listener: Listener, soon: None
) -> None:
    """K9: the library would go on at the earliest there is, in silence."""
    idea = uuid4()
    records = life(idea, 6)
    await listener.tell(*records[:2], part=0)
    async with running(listener.consumer()):
        await listener.at(0, 2)
    await listener.tell(*records[2:], part=0)
    await delete_before(listener, 0, 4)
    hearing = listener.consumer()
    async with running(hearing):
        reason = "our position 2 is before 4: Kafka forgot what was not read"
        assert await listener.stopped(0) == reason
        await listener.tell(*life(uuid4()), part=1)
        await listener.has_heard(5)
        await stage.owner.execute("DELETE FROM stream_mark WHERE stream = $1", f"idea-{idea}")
        await stage.owner.execute(
            "INSERT INTO stream_mark VALUES ('kiem/ideas', $1, 4, 'restored')", f"idea-{idea}"
        )
        await hearing.desk.resume(listener.topics.ideas, 0, offset=4)
        await listener.has_heard(7)


async def test_retention_that_overtakes_a_running_consumer_stops_the_partition(
    stage: Stage, listener: Listener
) -> None:
    """K9, K15: found out by the first record that is not the one that follows."""
    hearing = listener.consumer()
    place = TopicPartition(listener.topics.ideas, 0)
    idea = uuid4()
    async with running(hearing):
        await listener.tell(life(idea)[0], part=0)
        await listener.at(0, 1)
        async with hearing.claims.busy:  # a batch takes long meanwhile
            await listener.tell(*life(idea, 5)[1:], told(submitted(uuid4()), 1), part=0)
            await delete_before(listener, 0, 5)
            later = messages([told(submitted(uuid4()), 1)], 5, *place)
            assert await hearing._slice(place, list(later)) is None
        reason = "our position 1 is before 5: Kafka forgot what was not read"
        assert await listener.stopped(0) == reason
    assert await stage.effects() == [(f"idea-{idea}", 1)]


async def test_offsets_that_are_missing_are_no_records_that_are_missing(
    stage: Stage, listener: Listener
) -> None:
    """K8: who publishes in transactions leaves offsets without records."""
    from aiokafka import AIOKafkaProducer  # noqa: PLC0415

    made = AIOKafkaProducer(
        bootstrap_servers=listener.kafka.bootstrap, transactional_id=listener.service
    )
    await made.start()
    async with running(listener.consumer()):
        for key, headers, value in life(uuid4(), 4):
            async with made.transaction():
                await made.send(
                    listener.topics.ideas, key=key, value=value, headers=headers, partition=0
                )
            await asyncio.sleep(0.05)
        await listener.has_heard(4)
    await made.stop()
    assert [version for _, version in await stage.effects()] == [1, 2, 3, 4]


async def test_a_topic_that_was_made_anew_stops_its_partition_until_somebody_decides(
    stage: Stage, listener: Listener, kafka: Any, soon: None
) -> None:
    """K21: our position is past the end of the new one, which must not be skipped up to there."""
    records = life(uuid4(), 5)
    await listener.tell(*records, part=0)
    async with running(listener.consumer()):
        await listener.at(0, 5)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.delete_topics([listener.topics.ideas])

    async def gone() -> bool:
        return listener.topics.ideas not in await admin.list_topics()

    await until(gone)
    await admin.close()
    await kafka.topics(listener.topics.ideas)
    await until(lambda: _there(listener))
    await listener.tell(*records[:2], part=0)
    hearing = listener.consumer()
    async with running(hearing):
        expected = "our position 5 is past the end 2: the topic was made anew"
        assert await listener.stopped(0) == expected
        await hearing.desk.resume(listener.topics.ideas, 0, offset=0)
        await listener.at(0, 2)
        await listener.tell(*records[2:], told(revised(uuid4()), 1), part=0)
        await listener.has_heard(6)
    assert [version for _, version in await stage.effects()] == [1, 2, 3, 4, 5, 1]


async def _there(listener: Listener) -> bool:
    return await all_records(listener.kafka.bootstrap, listener.topics.ideas) == []


async def test_a_new_kafka_is_read_from_its_beginning_and_what_is_known_is_dropped(
    stage: Stage, listener: Listener
) -> None:
    """K19: positions of a cluster that is gone mean nothing, not even whether one was stopped."""
    records = life(uuid4(), 4)
    await listener.tell(*records[:3], part=0)
    async with running(listener.consumer()):
        await listener.at(0, 3)
    await stage.owner.execute(
        "UPDATE consumer_position SET cluster_id = 'burnt down', next_offset = 900, stopped = 'x'"
    )
    async with running(listener.consumer()):
        await listener.tell(records[3], part=0)
        await listener.at(0, 4)
    assert [version for _, version in await stage.effects()] == [1, 2, 3, 4]
