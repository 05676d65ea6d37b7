"""Liveness that tells the truth: about progress, not about an open connection."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from chassis import telemetry
from chassis.components import Stuck
from chassis.consuming.claims import ALARM, OUTSIDE, STUCK, TURNS, Claims, Watch
from chassis.consuming.consumer import Consumer
from chassis.consuming.reading import Claim

PLACE = TopicPartition("t", 0)


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr("chassis.consuming.claims.time", made)
    return made


class Kafka:
    """What the watch asks of a consumer of the library."""

    def __init__(self, end: int) -> None:
        self.end, self.passed = end, 0
        self.hangs = False

    def assignment(self) -> set[TopicPartition]:
        return {PLACE}

    async def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        if self.hangs:
            raise TimeoutError
        return dict.fromkeys(places, self.end)

    async def position(self, _: TopicPartition) -> int:
        return self.passed


def claim(position: int, stopped: str | None = None) -> dict[TopicPartition, Claim]:
    return {PLACE: Claim(("t", 0), position, 1, position, stopped)}


async def test_records_that_wait_while_none_is_done_are_trouble_after_a_minute(time: Time) -> None:
    """K11, K15: a consumer may be connected, a member, and do nothing for ever."""
    watch = Watch()
    watch.assigned([PLACE])
    await watch.look(Kafka(9), [PLACE], claim(4))
    time.now += STUCK - 1
    assert watch.trouble() is None
    time.now += 2
    assert watch.trouble() == "t/0: 5 waiting, none done for 61 s"
    watch.progressed(PLACE)
    assert watch.trouble() is None


async def test_a_partition_that_went_to_another_process_is_measured_there_alone(time: Time) -> None:
    """What it was behind when it went would be told for ever, and be an alarm."""
    watch, other = Watch(), TopicPartition("t", 1)
    watch.assigned([PLACE, other])
    await watch.look(Kafka(9), [PLACE, other], claim(4) | {other: Claim(other, 1, 1, 1)})
    assert {labels: _told(*labels) for labels in (PLACE, other)} == {PLACE: 5, other: 8}
    watch.assigned([PLACE])
    await watch.look(Kafka(9), [PLACE], claim(6))
    assert {labels: _told(*labels) for labels in (PLACE, other)} == {PLACE: 3, other: None}


def _told(topic: str, partition: int) -> float | None:
    labels = {"topic": topic, "partition": str(partition)}
    return telemetry.REGISTRY.get_sample_value("kiem_consumer_lag", labels)


async def test_who_works_through_a_backlog_elsewhere_is_let_work(time: Time) -> None:
    """K15: a new process would begin with the same backlog; but a fetch may hang as well."""
    watch, other = Watch(), TopicPartition("t", 1)
    watch.assigned([PLACE, other])
    await watch.look(Kafka(9), [PLACE], claim(4))
    for _ in range(TURNS):
        await watch.look(Kafka(9), [PLACE], claim(4))
        assert watch.trouble() is None
        time.now += STUCK
        watch.progressed(other)
    time.now += 1
    assert watch.trouble() == f"t/0: 5 waiting, none done for {int(STUCK * TURNS) + 1} s"


async def test_nothing_to_do_is_no_trouble_however_long(time: Time) -> None:
    watch = Watch()
    watch.assigned([PLACE])
    for _ in range(5):
        time.now += STUCK + 1
        await watch.look(Kafka(4), [PLACE], claim(4))
        assert watch.trouble() is None


async def test_a_partition_that_waits_for_an_operator_is_no_reason_to_restart(time: Time) -> None:
    """C6: a new process could not read it either."""
    watch = Watch()
    watch.assigned([PLACE])
    for _ in range(3):
        time.now += STUCK + 1
        await watch.look(Kafka(9), [PLACE], claim(4, "a flood"))
        assert watch.trouble() is None


async def test_a_gap_is_waited_for_and_then_told_to_somebody(
    time: Time, capsys: pytest.CaptureFixture[str]
) -> None:
    """K18: a version may still come, and a restart would not bring it."""
    watch = Watch()
    watch.assigned([PLACE])
    await watch.look(Kafka(9), [PLACE], claim(4))
    for _ in range(4):
        time.now += ALARM / 2
        watch.gap(PLACE)
        assert watch.trouble() is None
    assert capsys.readouterr().out.count("consumer.gap") == 1
    watch.progressed(PLACE)
    watch.gap(PLACE)
    assert "consumer.gap" not in capsys.readouterr().out


async def test_who_does_not_get_into_the_group_is_in_trouble_after_two_minutes(time: Time) -> None:
    """K15: as after a broker restart that the library did not survive."""
    watch = Watch()
    time.now += OUTSIDE - 1
    assert watch.trouble() is None
    time.now += 2
    assert watch.trouble() == "without its partitions for 121 s"
    watch.assigned([PLACE])
    await watch.look(Kafka(4), [PLACE], claim(4))
    assert watch.trouble() is None
    watch.joined = False
    time.now += OUTSIDE + 1
    assert watch.trouble() == "without its partitions for 121 s"


@pytest.mark.parametrize("given", [[], [PLACE]], ids=["given nothing", "claims nothing"])
async def test_a_member_that_has_nothing_or_claims_nothing_is_trouble_too(
    time: Time, given: list[TopicPartition]
) -> None:
    """K15, K21: as seen once after a topic was deleted and made anew under running members."""
    watch = Watch()
    watch.assigned([PLACE])
    time.now += OUTSIDE + 1
    await watch.look(Kafka(4), [PLACE], claim(4))
    assert watch.trouble() is None
    watch.assigned(given)
    for _ in range(2):
        time.now += OUTSIDE / 2 - 1
        await watch.look(Kafka(4), given, {})
        assert watch.trouble() is None
    time.now += 3
    assert watch.trouble() == "without its partitions for 121 s"
    await watch.look(Kafka(4), [PLACE], claim(4))
    assert watch.trouble() is None


async def test_a_consumer_in_trouble_ends_so_that_a_new_process_begins(time: Time) -> None:
    """K13, K14, K15: what the library can't mend by itself a restart can."""
    nothing: Any = SimpleNamespace(pool=SimpleNamespace(fetchval=_done, execute=_done))
    stuck = Consumer(nothing, "127.0.0.1:1", "s", nothing, [])
    time.now += OUTSIDE + 1
    assert stuck.healthy() is not None

    async def fail() -> None:
        raise TimeoutError

    stuck.claims.claim_idle = fail  # type: ignore[method-assign]
    with pytest.raises(Stuck, match="without its partitions"):
        await stuck._housekeep(SimpleNamespace(is_set=lambda: False))  # type: ignore[arg-type]


@pytest.mark.parametrize("others", [True, False], ids=["Kafka answers others", "Kafka is away"])
async def test_a_client_that_sees_nothing_ends_where_kafka_answers_others(
    time: Time, monkeypatch: pytest.MonkeyPatch, *, others: bool
) -> None:
    """K11, K15: the library may wait for ever; but while Kafka is away nobody begins anew."""

    async def cluster(_: str) -> str:
        if others:
            return "cluster-1"
        raise KafkaConnectionError

    monkeypatch.setattr("chassis.kafka.cluster_id_of", cluster)
    kafka = Kafka(4)
    consumer = looking_only(kafka, monkeypatch)
    turns = 0

    def enough() -> bool:
        nonlocal turns
        turns, time.now = turns + 1, time.now + STUCK / 3
        kafka.hangs = turns > 2
        return turns > 6

    end: Any = SimpleNamespace(is_set=enough, wait=asyncio.Event().wait)
    if others:
        with pytest.raises(Stuck, match="not to this client"):
            await consumer._housekeep(end)
        assert turns == 6
    else:
        await consumer._housekeep(end)


def looking_only(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> Consumer:
    """A member that holds its one partition, and whose housekeeping is to look how far it is."""
    nothing: Any = SimpleNamespace(pool=SimpleNamespace(fetchval=_done, execute=_done))
    consumer = Consumer(nothing, "127.0.0.1:1", "s", nothing, [])
    consumer.claims.begin(kafka)
    consumer.claims._claims = claim(4)
    for other in ("claim_idle", "ask_for_new", "tell_kafka"):
        monkeypatch.setattr(consumer.claims, other, _done)
    monkeypatch.setattr("chassis.consuming.dedupe.forget", _done)
    monkeypatch.setattr("chassis.consuming.consumer.HOUSEKEEPING", 0)
    return consumer


async def _done(*_: object) -> Any:
    return 0


async def test_what_was_claimed_before_all_was_shared_out_anew_does_not_count(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K19: the claim may be to a cluster that is gone, and would go on inside another."""

    class Slow:
        def assignment(self) -> set[TopicPartition]:
            return {PLACE}

        async def beginning_offsets(self, _: list[TopicPartition]) -> dict[TopicPartition, int]:
            await claims.on_partitions_assigned([PLACE])
            return {PLACE: 0}

        async def end_offsets(self, _: list[TopicPartition]) -> dict[TopicPartition, int]:
            return {PLACE: 9}

    async def taken(*_: object) -> list[Claim]:
        return list(claim(4).values())

    monkeypatch.setattr("chassis.kafka.cluster_id_of", _done)
    monkeypatch.setattr("chassis.consuming.position.claim", taken)
    claims = Claims(db=None, bootstrap="nowhere", effects=SimpleNamespace(cluster=""))  # type: ignore[arg-type]
    claims.begin(Slow())
    await claims.claim([PLACE])
    assert claims.held() == {}


async def test_a_membership_that_ends_while_it_claims_is_no_surprise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed:
        async def beginning_offsets(self, _: list[TopicPartition]) -> dict[TopicPartition, int]:
            raise KafkaConnectionError

    async def ends(_: str) -> str:
        claims.end()
        return "cluster-1"

    monkeypatch.setattr("chassis.kafka.cluster_id_of", ends)
    claims = Claims(db=None, bootstrap="nowhere", effects=SimpleNamespace(cluster=""))  # type: ignore[arg-type]
    claims.begin(Closed())
    await claims.claim([PLACE])
    assert claims.get(PLACE) is None
