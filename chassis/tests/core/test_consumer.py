"""The consumer on a real Kafka: fetched, claimed, fenced, stopped; the effect happens once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, RecordsToDelete
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.structs import OffsetAndMetadata

from chassis.consuming import (
    BatchSubscription,
    Heard,
    Subscription,
    claims,
    consumer,
    position,
)
from chassis.consuming.consumer import SPACE, Consumer
from chassis.database import Tx
from chassis.kafka import cluster_id_of
from contracts.envelope import Envelope

from .stage import (
    Stage,
    Topics,
    all_records,
    life,
    messages,
    publish,
    revised,
    running,
    submitted,
    told,
    until,
    used,
)

pytestmark = pytest.mark.integration


class Listener:
    """Makes consumers of one service; each run is a process of it, as far as Kafka can tell."""

    def __init__(self, stage: Stage, kafka: Any, topics: Topics, service: str) -> None:
        self.stage, self.kafka, self.topics, self.service = stage, kafka, topics, service

    def consumer(self, handler: Any = None, **options: Any) -> Consumer:
        heard = Subscription(self.topics.ideas, handler or self.stage.told)
        return Consumer(
            self.stage.db, self.kafka.bootstrap, self.service, self.stage.keyring, [heard],
            **options,
        )  # fmt: skip

    async def tell(self, *records: Any, part: int | None = None) -> None:
        await publish(self.kafka.bootstrap, self.topics.ideas, records, part)

    async def has_heard(self, count: int) -> None:
        async def enough() -> bool:
            return len(await self.stage.effects()) >= count

        await until(enough)

    async def position(self, part: int) -> Any:
        return await self.stage.owner.fetchrow(
            "SELECT * FROM consumer_position WHERE topic = $1 AND part = $2",
            self.topics.ideas, part,
        )  # fmt: skip

    async def at(self, part: int, offset: int) -> None:
        async def there() -> bool:
            row = await self.position(part)
            return bool(row and row["next_offset"] == offset)

        await until(there)

    async def stopped(self, part: int) -> str:
        async def why() -> str | None:
            row = await self.position(part)
            return row["stopped"] if row else None

        return str(await until(why))


@pytest.fixture
def listener(stage: Stage, kafka: Any, topics: Topics, unique: str) -> Listener:
    return Listener(stage, kafka, topics, unique)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a partition rest briefly after trouble."""
    monkeypatch.setattr(claims, "LONGEST", 0.2)


async def test_who_has_nothing_to_do_looks_seldom_and_works_at_once_when_something_comes(
    listener: Listener,
) -> None:
    heard: list[int] = []

    async def handler(tx: Tx, event: Heard) -> None:
        heard.append(one.fetcher.batch_timeout_ms)

    one = listener.consumer(handler)
    async with running(one):
        await until(lambda: one.fetcher and one.fetcher.batch_timeout_ms == consumer.IDLE_MS)
        await listener.tell(*life(uuid4(), 1), part=0)
        await until(lambda: heard)
        assert heard == [consumer.BUSY_MS]
        await until(lambda: one.fetcher.batch_timeout_ms == consumer.IDLE_MS)


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


async def test_a_failure_in_a_portion_leaves_nothing_behind_it_out(
    stage: Stage, listener: Listener, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K1, K7: the rest of the fetch waits for what failed, and comes after it."""
    monkeypatch.setattr(consumer, "PORTION", 3)
    failures = iter([OSError(), OSError()])

    async def fail_first(tx: Tx, heard: Envelope[Any]) -> None:
        if heard.version == 2 and (failure := next(failures, None)):
            raise failure
        await stage.told(tx, heard)

    ideas = [uuid4() for _ in range(6)]
    await listener.tell(*(record for idea in ideas for record in life(idea)), part=0)
    async with running(listener.consumer(fail_first)):
        await listener.has_heard(18)
        await listener.at(0, 18)
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


async def test_records_that_no_parser_would_take_reach_the_handler_and_stop_nobody(
    stage: Stage, listener: Listener
) -> None:
    """K2, K3, K24, C4: on a real broker, where such headers drop whole batches unseen."""
    idea, other = uuid4(), uuid4()
    _, headers, value = told(submitted(uuid4()), 1)
    poison = [
        (b"1", headers, b"{"), (b"2", [*headers[1:], ("x", None)], value),
        (b"3", [("ce_id", b"\xff\xfe")], value), (b"4", headers, None), (b"7", [], None),
        (b"5", [(n, b"nobody.knows" if n == "ce_type" else c) for n, c in headers], value),
        (b"6", [(n, b"urn:stranger" if n == "ce_source" else c) for n, c in headers], value),
    ]  # fmt: skip
    mixed = [*life(idea, 2), *poison, told(revised(idea), 3), *life(other)]
    await listener.tell(*mixed, part=0)
    async with running(listener.consumer()):
        await listener.at(0, len(mixed))
    # A header that is null and means nothing to us is no fault.
    assert sorted(version for _, version in await stage.effects()) == [1, 1, 1, 2, 2, 3, 3]
    reasons = await stage.owner.fetch("SELECT off, reason FROM dead_letter ORDER BY off")
    assert [row["off"] for row in reasons] == [2, 4, 5, 6, 8]


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


async def test_no_topic_is_made_by_listening_to_it(stage: Stage, kafka: Any, unique: str) -> None:
    """K21: made by accident it would have the wrong partitions and the wrong retention."""
    nowhere = Consumer(
        stage.db, kafka.bootstrap, unique, stage.keyring,
        [Subscription(f"nowhere-{unique}", stage.told)],
    )  # fmt: skip
    async with running(nowhere):
        await asyncio.sleep(1)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    assert f"nowhere-{unique}" not in await admin.list_topics()
    await admin.close()


async def test_thousands_are_heard_in_batches_of_bounded_size(
    stage: Stage, listener: Listener, topics: Topics, kafka: Any, unique: str
) -> None:
    """K4, K22, C13: one transaction a fetch, so that a fetch is never longer than a poll."""
    sizes: list[int] = []

    async def handler(_: Tx, heard: Sequence[Envelope[Any]]) -> None:
        sizes.append(len(heard))

    now = datetime.now(UTC)
    records = [told(used(f"p-{n % 97}", now), source="urn:tool") for n in range(3000)]
    await publish(kafka.bootstrap, topics.usage, [*records, *records[:500]])
    hearing = Consumer(
        stage.db, kafka.bootstrap, unique, stage.keyring,
        [BatchSubscription(topics.usage, handler, journal=False, max_age=timedelta(days=7))],
        max_records=400,
    )  # fmt: skip
    async with running(hearing):
        await until(lambda: sum(sizes) >= 3000)
        await until(lambda: _all_read(stage, 3500))
    assert sum(sizes) == 3000
    assert max(sizes) <= 400
    assert await stage.count("inbox") == 3000


async def _all_read(stage: Stage, count: int) -> bool:
    read = await stage.owner.fetchval("SELECT sum(next_offset) FROM consumer_position")
    return bool(read == count)


async def test_a_single_event_is_heard_within_moments(stage: Stage, listener: Listener) -> None:
    """K12: an idle consumer waits for milliseconds, twice, and not for two times 200 of them."""
    idea = uuid4()
    hearing = listener.consumer()
    took = []
    async with running(hearing):
        await until(hearing.ready)
        loop = asyncio.get_running_loop()
        for version, record in enumerate(life(idea, 6), start=1):
            await asyncio.sleep(0.3)
            await listener.tell(record)
            began = loop.time()
            await listener.has_heard(version)
            took.append(loop.time() - began)
    assert min(took) < 0.15


async def test_old_events_are_refused_on_the_way_from_kafka_too(
    stage: Stage, topics: Topics, kafka: Any, unique: str
) -> None:
    """C2, C14: what comes later than the inbox remembers can't be told from a repetition."""
    now = datetime.now(UTC)
    records = [
        told(used("p-1", now - timedelta(days=days)), source="urn:tool") for days in (0, 6, 8)
    ]
    await publish(kafka.bootstrap, topics.usage, records, 0)
    hearing = Consumer(
        stage.db, kafka.bootstrap, unique, stage.keyring,
        [Subscription(topics.usage, stage.told, max_age=timedelta(days=7))],
    )  # fmt: skip
    async with running(hearing):
        await until(lambda: _all_read(stage, 3))
    assert (await stage.count("effect"), await stage.count("dead_letter")) == (2, 1)


async def test_what_the_library_calls_back_never_raises(
    stage: Stage, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K13: it would swallow the error, and we would never know; so nothing there can fail."""
    place = TopicPartition(listener.topics.ideas, 0)
    idle = listener.consumer().claims
    await idle.on_partitions_assigned([place])
    await idle.on_partitions_revoked([place])
    monkeypatch.setattr(claims, "PATIENCE", 0.05)
    async with idle.busy:  # a batch that takes longer than a rebalance can wait
        await idle.on_partitions_revoked([place])
    assert idle.watch.joined
