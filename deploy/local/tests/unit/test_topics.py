"""The topics that are made are the topics of the contracts, kept as the design says."""

import json

from contracts.catalog import TOPICS
from contracts.outside import USAGE_TOPIC
from local.topics import DECLARATION, declared


def test_every_topic_of_the_contracts_is_made_and_no_other() -> None:
    assert tuple(sorted(topic.name for topic in declared())) == TOPICS


def test_facts_are_kept_for_ever_and_usage_for_a_week() -> None:
    kept = {n: s["retention.ms"] for n, s in json.loads(DECLARATION.read_text()).items()}
    week = str(7 * 24 * 3600 * 1000)
    assert kept.pop(USAGE_TOPIC) == week
    assert set(kept.values()) == {"-1"}


def test_no_topic_is_compacted() -> None:
    assert {t.topic_configs["cleanup.policy"] for t in declared()} == {"delete"}
