"""What came too early is looked for as far as there is something, and no further."""

from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis import kafka
from chassis.consuming import ahead
from chassis.consuming.reading import Claim, read

from .listening import Listener
from .stage import life, messages

PLACE = TopicPartition("t", 0)


@pytest.mark.integration
async def test_it_is_looked_for_once_up_to_the_end_whatever_lies_there(listener: Listener) -> None:
    """K8: behind the last record of a transaction lies an offset without one."""
    _, early, _ = records = life(uuid4())
    place = TopicPartition(listener.topics.ideas, 0)
    await listener.tell(early, part=0)
    made = AIOKafkaProducer(
        bootstrap_servers=listener.kafka.bootstrap, transactional_id=listener.service
    )
    async with kafka.opened(made, made.stop), made.transaction():
        for key, headers, value in records:
            await made.send(place.topic, key=key, value=value, headers=headers, partition=0)
    claim = Claim(place, 0, 1, 0)
    item = read(messages([early], topic=place.topic)[0])
    claim.look_for([item])
    reader = AIOKafkaConsumer(bootstrap_servers=listener.kafka.bootstrap)
    async with kafka.opened(reader, reader.stop):
        await ahead.look(reader, listener.kafka.bootstrap, claim)
        assert claim.again == {item.mark: 2}
        assert claim.looked_upto == (await reader.end_offsets([place]))[place] == 5
        await ahead.look(reader, "nobody asks there", claim)


async def test_reading_ends_where_a_cluster_that_was_made_anew_does() -> None:
    """K19: what was to be read is gone, and would be waited for for ever."""

    class Anew:
        def seek(self, *_: Any) -> None:
            pass

        async def getmany(self, *_: Any, **__: Any) -> dict[TopicPartition, list[Any]]:
            return {}

        async def position(self, _: TopicPartition) -> int:
            return 2

        async def end_offsets(self, places: list[TopicPartition]) -> dict[TopicPartition, int]:
            return dict.fromkeys(places, 2)

    assert [found async for found in kafka.read(Anew(), {PLACE: 7}, {PLACE: 9})] == [[]]
