"""What the relay publishes: a record as the contract says, in its partition, nobody's words."""

from collections import defaultdict
from typing import Any
from uuid import uuid4

import pytest

from chassis import telemetry
from chassis.relay import Relay
from contracts import cloudevents
from contracts.catalog import declared

from .relaying import published
from .stage import AT, Stage, Topics, all_records, revised, running, submitted, until

pytestmark = pytest.mark.integration


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


MARKED = "Zonnebloemenakker"


async def test_a_record_is_what_the_contract_says(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K8: keyed by the aggregate, with the trace of the request that caused it, unchanged."""
    monkeypatch.setattr(telemetry, "traceparent", lambda: TRACE)
    idea = uuid4()
    event = submitted(idea, title=MARKED, department="d")
    done = await stage.append(f"idea-{idea}", 0, event, correlation=str(idea), causation="cause-1")
    async with running(relay):
        await until(lambda: published(stage))
    (record,) = await all_records(kafka.bootstrap, topics.ideas)
    kind = declared(event)
    made = str(await stage.owner.fetchval("SELECT event_id FROM event"))
    expected = cloudevents.attributes(event, kind, id=made, source="kiem/ideas") | {
        "subject": f"idea-{idea}", "sequence": f"{1:020d}", "correlationid": str(idea),
        "causationid": "cause-1", "traceparent": TRACE,
        "recordedtime": cloudevents.instant(done.recorded_at),
    }  # fmt: skip
    headers, _ = cloudevents.write(expected, b"")
    assert sorted(record.headers) == sorted(headers)
    assert record.key == str(idea).encode()
    heard = cloudevents.decode(cloudevents.read(record.headers, record.value), topics.ideas)
    assert heard is not None
    assert heard.data == submitted(idea, department="d")
    assert (heard.occurred_at, heard.recorded_at) == (AT, done.recorded_at)
    assert (heard.stream, heard.version, heard.traceparent) == (f"idea-{idea}", 1, TRACE)


async def test_an_event_without_trace_or_cause_carries_no_empty_headers(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any
) -> None:
    await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
    async with running(relay):
        await until(lambda: published(stage))
    (record,) = await all_records(kafka.bootstrap, topics.ideas)
    names = {name for name, _ in record.headers}
    assert not names & {"traceparent", "ce_traceparent", "ce_correlationid", "ce_causationid"}
    assert all(content for _, content in record.headers)


async def test_events_of_one_key_lie_in_one_partition_and_keys_are_spread(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any
) -> None:
    """K8: sent one by one under their keys, never as a batch of one partition."""
    for _ in range(24):
        await stage.append(f"idea-{uuid4()}", 0, *(revised(uuid4()) for _ in range(3)))
    async with running(relay):
        await until(lambda: published(stage))
    records = await all_records(kafka.bootstrap, topics.ideas)
    places: dict[bytes, set[int]] = defaultdict(set)
    for record in records:
        places[record.key].add(record.partition)
    assert {len(parts) for parts in places.values()} == {1}
    assert {record.partition for record in records} == {0, 1, 2}


async def test_words_of_persons_are_nowhere_in_what_is_published(
    stage: Stage, topics: Topics, relay: Relay, kafka: Any
) -> None:
    idea = uuid4()
    words = {"title": MARKED, "body": f"{MARKED} {MARKED}"}
    await stage.append(f"idea-{idea}", 0, submitted(idea, **words), revised(idea, **words))
    async with running(relay):
        await until(lambda: published(stage))
    records = await all_records(kafka.bootstrap, topics.ideas)
    assert len(records) == 2
    for record in records:
        everything = b"|".join([record.key, record.value, *(c for _, c in record.headers)])
        assert MARKED.encode() not in everything
        assert b'"title"' not in everything


def test_the_producer_waits_for_every_copy_and_numbers_what_it_sends(relay: Relay) -> None:
    """K17: neither is the default of the client library."""
    settings: dict[str, Any] = {}

    class Seen:
        def __init__(self, **given: Any) -> None:
            settings.update(given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chassis.relay.AIOKafkaProducer", Seen)
        relay._producer()
    assert (settings["acks"], settings["enable_idempotence"]) == ("all", True)
    assert "partitioner" not in settings
    assert "transactional_id" not in settings
