"""Kafka is away and comes back: from when on is it known what was said meanwhile."""

import pytest
from aiokafka.errors import KafkaConnectionError

from notifications.consumers import ears
from notifications.consumers.ears import BRIEF, Ears


class Kafka:
    """It answers or not, at a time that stands still until it is moved."""

    def __init__(self) -> None:
        self.there, self.now = True, 1000.0

    async def ask(self) -> None:
        if not self.there:
            raise KafkaConnectionError

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    found = Kafka()
    monkeypatch.setattr(ears, "time", found)
    return found


async def away(kafka: Kafka, listening: Ears, seconds: float) -> None:
    kafka.there = False
    await listening.step()
    assert not listening.open()
    kafka.now += seconds
    await listening.step()
    kafka.there = True
    await listening.step()


async def test_until_kafka_has_answered_nothing_is_known(kafka: Kafka) -> None:
    listening = Ears(kafka.ask, 600)
    assert not listening.open()
    await listening.step()
    assert listening.open()


async def test_what_was_away_briefly_is_heard_at_its_return(kafka: Kafka) -> None:
    listening = Ears(kafka.ask, 600)
    await away(kafka, listening, BRIEF - 1)
    assert listening.open()


@pytest.mark.parametrize(("seconds", "waits"), [(BRIEF, BRIEF), (300, 300), (30_000, 600)])
async def test_what_was_away_for_long_is_heard_little_by_little(
    kafka: Kafka, seconds: float, waits: float
) -> None:
    listening = Ears(kafka.ask, 600)
    await listening.step()
    await away(kafka, listening, seconds)
    assert not listening.open()
    kafka.now += waits - 1
    await listening.step()
    assert not listening.open()
    kafka.now += 1
    assert listening.open()


async def test_a_cluster_that_hangs_is_as_one_that_is_away() -> None:
    async def hang() -> None:
        raise TimeoutError

    listening = Ears(hang, 600)
    listening.answered()
    await listening.step()
    assert not listening.open()
