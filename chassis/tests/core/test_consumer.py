"""The consumer on a real Kafka: fetched, claimed, fenced, stopped; the effect happens once."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata

from chassis.consuming import (
    Heard,
    consumer,
    fetching,
    position,
)
from chassis.database import Tx
from chassis.kafka import cluster_id_of
from contracts.envelope import Envelope

from .listening import Listener
from .stage import (
    Stage,
    life,
    revised,
    running,
    told,
    until,
)

pytestmark = pytest.mark.integration


async def test_who_has_nothing_to_do_waits_and_hears_at_once_what_comes_meanwhile(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FastStream's own wait would be some looks a second, each for somebody who hears nothing."""
    looks: list[int | None] = []
    getmany = fetching.Fetching.getmany

    async def noted(self: fetching.Fetching, **how: Any) -> dict[Any, list[Any]]:
        looks.append(None)
        found = await getmany(self, **how)
        looks[-1] = len(found)
        return found

    monkeypatch.setattr(fetching.Fetching, "getmany", noted)
    async with running(listener.consumer()):
        await until(lambda: 0 in looks)
        empty = looks.count(0)
        await listener.tell(*life(uuid4(), 1), part=0)
        await listener.has_heard(1)
        assert looks.count(0) <= empty + 1


async def test_a_backlog_is_taken_in_portions_of_bounded_time(
    stage: Stage, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K22: as one transaction it would be undone by whoever thinks that nothing moves."""
    monkeypatch.setattr(consumer, "PORTION", 8)
    monkeypatch.setattr(consumer, "TURN", 0.0)  # every transaction takes longer
    ideas = [uuid4() for _ in range(10)]
    await listener.tell(*(record for idea in ideas for record in life(idea)), part=0)
    async with running(listener.consumer()):
        await listener.has_heard(30)
        rows = await stage.owner.fetch("SELECT xmin::text, count(*) FROM effect GROUP BY 1")
        assert max(row[1] for row in rows) <= 8
        await listener.at(0, 30)
    assert sorted(await stage.effects()) == sorted(
        (f"idea-{idea}", version) for idea in ideas for version in (1, 2, 3)
    )


@pytest.mark.parametrize("count", [2, 6])
async def test_a_failure_in_a_portion_leaves_nothing_behind_it_out(
    count: int, stage: Stage, listener: Listener, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K1, K7: the rest of the fetch waits for what failed, and comes after it."""
    monkeypatch.setattr(consumer, "PORTION", 3)
    failures = iter([OSError(), OSError()])

    async def fail_first(tx: Tx, heard: Envelope[Any]) -> None:
        if heard.version == 2 and (failure := next(failures, None)):
            raise failure
        await stage.told(tx, heard)

    ideas = [uuid4() for _ in range(count)]
    await listener.tell(*(record for idea in ideas for record in life(idea)), part=0)
    async with running(listener.consumer(fail_first)):
        await listener.has_heard(3 * count)
        await listener.at(0, 3 * count)
    assert await stage.effects() == [
        (f"idea-{idea}", version) for idea in ideas for version in (1, 2, 3)
    ]


async def test_a_version_far_behind_the_one_that_follows_it_is_found(
    stage: Stage, listener: Listener, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K20: a relay that sends anew repeats what is further behind than a portion reaches."""
    monkeypatch.setattr(consumer, "PORTION", 2)
    monkeypatch.setattr(consumer, "TURN", 0.0)
    late, others = uuid4(), [uuid4() for _ in range(5)]
    first, second, third = life(late)
    between = [record for idea in others for record in life(idea)]
    await listener.tell(third, *between, first, second, third, part=0)
    async with running(listener.consumer()):
        await listener.has_heard(18)
        await listener.at(0, 19)
    found = [version for stream, version in await stage.effects() if stream == f"idea-{late}"]
    assert found == [1, 2, 3]


async def test_what_came_too_early_is_found_again_further_on_than_a_fetch_reaches(
    stage: Stage, listener: Listener
) -> None:
    """K19, K20: a relay tells a new cluster everything, once it notices; what was new is there."""
    early, others = uuid4(), [uuid4() for _ in range(40)]
    first, second, third = life(early)
    await listener.tell(second, third, part=0)
    async with running(listener.consumer(max_records=20)):
        await until(lambda: listener.stage.count("consumer_position"))
        await listener.tell(*(record for idea in others for record in life(idea)), part=0)
        await listener.tell(first, second, third, part=0)
        await listener.has_heard(123)
        await listener.at(0, 125)
    found = [version for stream, version in await stage.effects() if stream == f"idea-{early}"]
    assert found == [1, 2, 3]


async def test_a_new_group_hears_what_was_told_before_it_existed(
    stage: Stage, listener: Listener
) -> None:
    """K9, K17: it begins at the earliest record; the default of the library is the latest."""
    ideas = [uuid4() for _ in range(5)]
    await listener.tell(*(record for idea in ideas for record in life(idea)))
    hearing = listener.consumer()
    assert not hearing.ready()
    async with running(hearing):
        await listener.has_heard(15)
        await until(hearing.ready)
        assert hearing.healthy() is None
        await listener.tell(*(told(revised(idea), 4) for idea in ideas))
        await listener.has_heard(20)
    assert sorted(await stage.effects()) == sorted(
        (f"idea-{idea}", version) for idea in ideas for version in (1, 2, 3, 4)
    )


async def test_a_failure_in_the_handler_is_no_step_forward(
    stage: Stage, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K1, K6, K7: the library would go on behind it, and a later commit would skip it."""
    failures = [TimeoutError(), ConnectionResetError(), asyncpg.DeadlockDetectedError()]
    tried: list[int | None] = []
    rests: list[float] = []

    async def handler(tx: Tx, heard: Heard) -> None:
        tried.append(heard.version)
        if heard.version == 2 and failures:
            raise failures.pop()
        await stage.told(tx, heard)

    hearing = listener.consumer(handler)
    rest = hearing.claims.rest

    def noted(tp: TopicPartition, seconds: float) -> None:
        rests.append(seconds)
        rest(tp, seconds)

    monkeypatch.setattr(hearing.claims, "rest", noted)
    async with running(hearing):
        await listener.tell(*life(uuid4(), 5), part=0)
        await listener.has_heard(5)
    assert [version for _, version in await stage.effects()] == [1, 2, 3, 4, 5]
    assert tried.count(2) == 4
    assert rests == [0.1, 0.2, 0.4]
    assert await stage.count("dead_letter") == 0


async def test_even_an_error_of_our_own_is_no_step_forward(
    stage: Stage, listener: Listener, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    """K1: whatever escapes is caught, and the same is fetched again."""
    hearing = listener.consumer()
    original, failures = hearing.effects.apply, [ZeroDivisionError()]

    async def apply(slices: Any) -> None:
        if failures:
            raise failures.pop()
        await original(slices)

    monkeypatch.setattr(hearing.effects, "apply", apply)
    async with running(hearing):
        await listener.tell(*life(uuid4()), part=0)
        await listener.has_heard(3)
    assert [version for _, version in await stage.effects()] == [1, 2, 3]


async def test_one_partition_in_trouble_does_not_hold_up_the_others(
    stage: Stage, listener: Listener
) -> None:
    """K4: a fetch mixes partitions; what fails in one is not the other's fault for ever."""
    failing, sick, well = True, uuid4(), uuid4()

    async def handler(tx: Tx, heard: Heard) -> None:
        if failing and heard.key == str(sick):
            raise asyncpg.LockNotAvailableError
        await stage.told(tx, heard)

    async with running(listener.consumer(handler)):
        await listener.tell(*life(sick), part=0)
        for version, record in enumerate(life(well, 8), start=1):
            await listener.tell(record, part=1)
            await listener.has_heard(version)
        failing = False
        await listener.has_heard(11)
    assert await stage.count("dead_letter") == 0


@pytest.mark.parametrize("kafka_says", [1, 3])
async def test_what_kafka_was_told_about_positions_does_not_count(
    stage: Stage, listener: Listener, unique: str, kafka_says: int
) -> None:
    """K5, K19, C1: the position lives with the effect; the one in Kafka may be behind or ahead."""
    ideas = [uuid4() for _ in range(4)]
    await listener.tell(*(life(idea, 1)[0] for idea in ideas), part=0)
    await commit(listener, unique, kafka_says)
    here = await cluster_id_of(listener.kafka.bootstrap)
    await position.claim(stage.db, {(listener.topics.ideas, 0): 2}, here, "an earlier process")
    async with running(listener.consumer()):
        await listener.at(0, 4)
    assert await stage.effects() == [(f"idea-{idea}", 1) for idea in ideas[2:]]


async def commit(listener: Listener, group: str, offset: int) -> None:
    place = TopicPartition(listener.topics.ideas, 0)
    someone = AIOKafkaConsumer(
        bootstrap_servers=listener.kafka.bootstrap, group_id=group, enable_auto_commit=False
    )
    await someone.start()
    try:
        someone.assign([place])
        await someone.commit({place: OffsetAndMetadata(offset, "")})
    finally:
        await someone.stop()


async def test_kafka_is_told_where_each_partition_stands_for_those_who_look_there(
    listener: Listener, unique: str
) -> None:
    """K5, K19: partition by partition, now and then; it also keeps the group from being deleted."""
    await listener.tell(*life(uuid4()), part=1)
    admin = AIOKafkaAdminClient(bootstrap_servers=listener.kafka.bootstrap)
    await admin.start()
    async with running(listener.consumer()):
        await listener.has_heard(3)

        async def seen() -> bool:
            offsets = await admin.list_consumer_group_offsets(unique)
            found = {place.partition: kept.offset for place, kept in offsets.items()}
            return found == {0: 0, 1: 3, 2: 0}

        await until(seen)
    await admin.close()


async def test_a_gap_waits_and_goes_on_when_the_missing_version_comes(
    stage: Stage, listener: Listener
) -> None:
    """K18: a key's records lie in two partitions after more of them were added."""
    idea = uuid4()
    one, two, three, four = life(idea, 4)
    async with running(listener.consumer()):
        await listener.tell(one, part=0)
        await listener.tell(*life(uuid4()), three, four, part=1)
        await listener.has_heard(4)
        await listener.at(1, 3)
        await listener.tell(two, part=0)
        await listener.has_heard(7)
    mine = [version for stream, version in await stage.effects() if stream == f"idea-{idea}"]
    assert mine == [1, 2, 3, 4]
