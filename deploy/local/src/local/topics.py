"""The topics of Kiem: made with the settings that the design fixes, never changed afterwards."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

DECLARATION = Path(__file__).resolve().parents[3] / "topics.json"
_EXISTS_ALREADY = 36


def declared() -> list[NewTopic]:
    """Return every topic as `deploy/topics.json` declares it."""
    return [
        new_topic(name, settings["partitions"], settings["retention.ms"])
        for name, settings in json.loads(DECLARATION.read_text()).items()
    ]


def new_topic(name: str, partitions: int = 12, retention: str = "-1") -> NewTopic:
    """Return a topic that is never compacted: a new reader starts at the beginning."""
    settings = {"cleanup.policy": "delete", "retention.ms": retention}
    return NewTopic(name, partitions, 1, topic_configs=settings)


async def create_topics(bootstrap: str, topics: Iterable[NewTopic]) -> list[str]:
    """Make the topics that do not exist yet; return their names."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        wanted = list(topics)
        copies = min(3, len((await admin.describe_cluster())["brokers"]))
        for topic in wanted:
            topic.replication_factor = copies
        answer = await admin.create_topics(wanted)
    finally:
        await admin.close()
    made = []
    for name, code, message in answer.topic_errors:
        if code == 0:
            made.append(name)
        elif code != _EXISTS_ALREADY:
            raise for_code(code)(f"topic {name}: {message}")
    return made
