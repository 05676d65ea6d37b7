"""Reads what is in a topic, for checks: everything since some offsets, and then no more."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.harness.feed import ends


async def records_since(bootstrap: str, before: Mapping[TopicPartition, int]) -> AsyncIterator[Any]:
    """Yield the records of a topic from these offsets to where it ends now."""
    after = await ends(bootstrap, next(iter(before)).topic)
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        consumer.assign(list(before))
        for tp, offset in before.items():
            consumer.seek(tp, offset)
        left = {tp for tp in before if after[tp] > before[tp]}
        while left:
            for tp, records in (await consumer.getmany(timeout_ms=1000)).items():
                for record in records:
                    yield record
                if records[-1].offset + 1 >= after[tp]:
                    left.discard(tp)
    finally:
        await consumer.stop()
