"""What is fed says of itself what it is: so many records, of which so many are new."""

from collections import Counter

from benchmarks.harness.feed import lives, uses
from contracts.cloudevents import decode, read
from contracts.ideas import TOPIC
from contracts.outside import USAGE_TOPIC, ToolUsageRecorded


def test_a_fifth_of_the_uses_are_told_again_and_the_rest_are_new() -> None:
    seen: set[str] = set()
    again = 0
    for _, (key, value, headers), new in uses(5_000):
        event = decode(read(headers, value), USAGE_TOPIC)
        assert event is not None
        assert event.key.encode() == key
        assert (event.id not in seen) is new
        seen.add(event.id)
        again += not new
    assert 0.18 < again / 5_000 < 0.22


def test_uses_are_as_sparse_as_in_a_real_stream() -> None:
    kinds = set()
    for _, (_, value, headers), _ in uses(5_000):
        event = decode(read(headers, value), USAGE_TOPIC)
        assert event is not None
        assert isinstance(event.data, ToolUsageRecorded)
        kinds.add((event.key, event.data.at.date(), event.data.tool, event.data.feature))
    assert 0.5 < len(kinds) / 4_000 < 1


def test_the_lives_of_ideas_have_every_version_in_order_and_a_fifth_again() -> None:
    at: Counter[str] = Counter()
    records = again = 0
    for _, (_, value, headers), new in lives(400):
        event = decode(read(headers, value), TOPIC)
        assert event is not None
        assert event.stream is not None
        records, again = records + 1, again + (not new)
        if new:
            at[event.stream] += 1
        assert event.version == at[event.stream]
    assert set(at.values()) == {3}
    assert again / records == 0.2
