"""Offsets that are no records, and records that the library drops on its way to us."""

import struct
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

from chassis.consuming.claims import STUCK, UNSURE, Watch
from chassis.consuming.reading import Claim

from .listening import Listener
from .stage import Stage, running, submitted, told, until
from .test_watch import PLACE, Kafka, Time

_CRC_AT, _COUNTED_FROM = 17, 21  # of a batch of the second format


@pytest.mark.parametrize("cursor", [4, UNSURE])
async def test_the_end_of_a_transaction_is_waited_for_by_nobody(
    cursor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process ended itself every minute, as an offset was left that never becomes a record."""
    time = Time()
    monkeypatch.setattr("chassis.consuming.claims.time", time)
    watch, kafka = Watch(), Kafka(5)
    watch.assigned([PLACE])
    held = {PLACE: Claim(PLACE, 4, 1, cursor)}
    kafka.passed = 5
    for _ in range(3):
        await watch.look(kafka, [PLACE], held)
        time.now += STUCK
        assert watch.trouble() is None

    kafka.end = 6
    await watch.look(kafka, [PLACE], held)
    time.now += STUCK + 1
    assert watch.trouble() is not None, "what comes behind it is waited for"


@pytest.mark.integration
async def test_a_process_stays_behind_no_transaction(stage: Stage, listener: Listener) -> None:
    """On a real broker, whose marker is the last thing in the partition."""
    producer = AIOKafkaProducer(
        bootstrap_servers=listener.kafka.bootstrap, transactional_id=listener.service
    )
    await producer.start()
    async with producer.transaction():
        key, headers, value = told(submitted(uuid4()), 1)
        await producer.send(
            listener.topics.ideas, key=key, value=value, headers=list(headers), partition=2
        )
    await producer.stop()
    hearing = listener.consumer()
    place = TopicPartition(listener.topics.ideas, 2)
    async with running(hearing):
        await listener.at(2, 1)
        await until(lambda: hearing.claims.watch._behind.get(place) == 0)
    assert len(await stage.effects()) == 1


class _Wrong(BatchBuilder):  # type: ignore[misc]
    """A batch with a record that has a header whose name is no text, as other clients can send."""

    def _build(self) -> bytearray:
        fresh = self._buffer is None  # type: ignore[has-type]
        built = bytearray(super()._build())
        if fresh:
            name = built.find(b"grXXe")
            built[name + 2 : name + 4] = b"\xf6\xdf"
            checked = memoryview(bytes(built))[_COUNTED_FROM:]
            struct.pack_into(">I", built, _CRC_AT, calc_crc32c(checked))
            self._buffer = built
        return built


@pytest.mark.integration
async def test_what_the_library_drops_of_others_is_fetched_again(
    stage: Stage, listener: Listener
) -> None:
    """It fails at a partition that it can't read, after it took what it had of the others."""
    hearing, topic = listener.consumer(), listener.topics.ideas

    def fetched() -> Any:
        return hearing.claims.kafka._fetcher._records

    async with running(hearing):
        for part in (0, 2):
            await listener.tell(told(submitted(uuid4()), 1), part=part)
            await listener.at(part, 1)
        await until(hearing.ready)
        async with hearing.claims.busy:  # what comes meanwhile lies in the library
            await listener.tell(told(submitted(uuid4()), 1), part=2)
            await listener.tell(*(told(submitted(uuid4()), 1) for _ in range(100)), part=0)
            await until(lambda: TopicPartition(topic, 0) in fetched())
            await _tell_unreadable(listener, part=1)
            await until(lambda: TopicPartition(topic, 1) in fetched())
        await listener.at(0, 101)
        assert await listener.stopped(1) == (
            "what follows 1 can't be read (UnicodeDecodeError): resume behind it"
        )
        await listener.at(1, 1)  # what lies before it in its own batch was heard
        assert hearing.healthy() is None, "and nobody else is stopped for it"

        await listener.tell(told(submitted(uuid4()), 1), part=1)
        await hearing.resume(topic, 1, 2)
        await listener.at(1, 3)
        await listener.tell(told(submitted(uuid4()), 1), part=0)
        await listener.at(0, 102)
    effects = await stage.effects()
    assert len(effects) == len(set(effects)) == 106


async def _tell_unreadable(listener: Listener, part: int) -> None:
    """Put a sound record and one that can't be read into one batch."""
    producer = AIOKafkaProducer(bootstrap_servers=listener.kafka.bootstrap)
    await producer.start()
    batch = _Wrong(16_384, 0)
    for more in ([], [("grXXe", b"1")]):
        key, headers, value = told(submitted(uuid4()), 1)
        batch.append(timestamp=None, key=key, value=value, headers=[*headers, *more])
    batch.close()
    await (await producer.send_batch(batch, listener.topics.ideas, partition=part))
    await producer.stop()
