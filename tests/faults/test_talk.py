"""What the judge reads of Kafka is all that is there."""

import pytest

from local.topics import create_topics, new_topic
from tests.faults.talk import ends_of, records_of, writer
from tests.servers import KafkaCluster

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


async def test_a_topic_is_read_whole_however_often(kafka: KafkaCluster, unique: str) -> None:
    """Once 141 of 150 readers went to the end by themselves, and the judge saw events lost."""
    await create_topics(kafka.bootstrap, [new_topic(unique)])
    async with writer(kafka.bootstrap) as producer:
        for number in range(300):
            await producer.send(unique, key=b"%d" % number, value=b"told")
        await producer.flush()
    assert {len(await records_of(kafka.bootstrap, unique)) for _ in range(20)} == {300}


async def test_where_topics_end_is_known_of_each_partition(
    kafka: KafkaCluster, unique: str
) -> None:
    """Also of one that is empty; other topics are not asked about."""
    one, other = f"{unique}-one", f"{unique}-other"
    await create_topics(kafka.bootstrap, [new_topic(name) for name in (one, other)])
    async with writer(kafka.bootstrap) as producer:
        told = [await (await producer.send(one, key=b"k", value=b"told")) for _ in range(3)]
    found = await ends_of(kafka.bootstrap, [one])
    assert len(found) == new_topic(one).num_partitions > 1
    assert {place: end for place, end in found.items() if end} == {(one, told[0].partition): 3}
