"""Looks further on in a partition for what came too early: it may come again, in its place.

A relay that finds a new cluster tells everything anew, but notices it only after it has put what
was new into it. So an event may lie before those that it follows, and again behind them, a whole
history away: further than a fetch reaches.
"""

from typing import Any

from aiokafka import AIOKafkaConsumer

from chassis import kafka
from chassis.consuming.reading import Claim
from contracts.hearing import mark_in


async def look(reader: Any, bootstrap: str, claim: Claim) -> None:
    """Note where the partition has what the claim looks for, from where it was looked up to."""
    place = claim.partition
    ends = await reader.end_offsets([place])
    if claim.looked_upto >= ends[place]:
        return
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, isolation_level="read_committed"
    )
    async with kafka.opened(consumer, consumer.stop):
        consumer.assign([place])
        async for records in kafka.read(consumer, {place: claim.looked_upto}, ends):
            for record in records:
                mark = mark_in(record.headers, record.value, record.topic)
                if mark in claim.again:
                    claim.again[mark] = record.offset
            # Not what follows the last record: behind it may lie the marker of a transaction.
            claim.looked_upto = await consumer.position(place)
