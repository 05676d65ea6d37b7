"""Whatever bytes a record has, it is kept, said why, and the partition moves on."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chassis.consuming import Subscription
from chassis.consuming.reading import Claim, Slice, key_of, read
from contracts import cloudevents
from contracts.ideas import TOPIC
from contracts.outside import USAGE_TOPIC

from .stage import Line, Message, Stage, life, messages, revised, submitted, told, used

IDEA = uuid4()
KEY, HEADERS, VALUE = told(submitted(IDEA), 1)


def without(*names: str) -> list[tuple[str, bytes | None]]:
    return [(name, content) for name, content in HEADERS if name not in names]


def instead(**changes: bytes | None) -> list[tuple[str, bytes | None]]:
    return [(name, changes.get(name, content)) for name, content in HEADERS]


POISON: dict[str, tuple[bytes | None, Any, bytes | None]] = {
    "bad JSON": (KEY, HEADERS, b'{"at": '),
    "JSON of another shape": (KEY, HEADERS, b"[1, 2]"),
    "JSON with a wrong field": (KEY, HEADERS, b'{"at": "yesterday"}'),
    "no bytes of UTF-8": (KEY, HEADERS, b"\xff\xfe\x00"),
    "a NUL in its words": (KEY, HEADERS, VALUE.replace(b"p-1", b"p\\u0000")),
    "a lone surrogate": (KEY, HEADERS, VALUE.replace(b"p-1", b"p\\ud800")),
    "a tombstone": (KEY, HEADERS, None),
    "an empty value": (KEY, HEADERS, b""),
    "no headers": (KEY, [], VALUE),
    "a null header": (KEY, instead(ce_id=None), VALUE),
    "a binary header": (KEY, instead(ce_id=b"\xff\xfe"), VALUE),
    "a null type": (KEY, instead(ce_type=None), VALUE),
    "no type": (KEY, without("ce_type"), VALUE),
    "another source": (KEY, instead(ce_source=b"kiem/metrics"), VALUE),
    "a stranger's source": (KEY, instead(ce_source=b"urn:stranger"), VALUE),
    "another stream": (KEY, instead(ce_subject=b"idea-other"), VALUE),
    "no version": (KEY, without("ce_sequence"), VALUE),
    "a version that is no number": (KEY, instead(ce_sequence=b"seven"), VALUE),
    "a version that no table holds": (KEY, instead(ce_sequence=b"9" * 20), VALUE),
    "a negative version": (KEY, instead(ce_sequence=b"-1"), VALUE),
    "another specversion": (KEY, instead(ce_specversion=b"0.3"), VALUE),
    "an id without end": (KEY, instead(ce_id=b"x" * 100_000), VALUE),
    "a structured event that is none": (
        KEY, [("content-type", b"application/cloudevents+json")], b"{}",
    ),
    "two sayings of one header": (KEY, [*HEADERS, ("ce_id", b"other")], VALUE),
}  # fmt: skip


@pytest.mark.integration
@pytest.mark.parametrize("which", POISON)
async def test_a_record_that_is_no_event_is_kept_whole_and_others_go_on(
    stage: Stage, which: str
) -> None:
    """K2, K3, C4, C5: nothing is dropped unseen; the original bytes, headers and place are kept."""
    line = Line(stage, Subscription(TOPIC, stage.told))
    claim = await line.hear([POISON[which], *life(uuid4())])
    assert (claim.position, claim.stopped) == (4, None)
    assert len(await stage.effects()) == 3
    ((offset, reason, behind),) = await line.parked()
    assert (offset, behind) == (0, False)
    assert reason
    assert "p-1" not in reason
    kept = line.letters.open(await stage.owner.fetchrow("SELECT * FROM dead_letter"))
    key, headers, value = POISON[which]
    assert (kept.topic, kept.partition, kept.offset) == (TOPIC, 0, 0)
    assert (kept.key, kept.headers, kept.value) == (key, [tuple(h) for h in headers], value)
    raw = await stage.owner.fetchval("SELECT raw FROM dead_letter")
    assert b"p-1" not in raw


@pytest.mark.integration
async def test_a_type_that_is_not_known_here_is_passed_over_and_its_version_counts(
    stage: Stage,
) -> None:
    """C4: an owner that is newer than this service tells things that it can't read yet."""
    idea = uuid4()
    records = life(idea, 3)
    key, headers, value = records[1]
    unknown = [(n, b"kiem.ideas.IdeaPainted.v1" if n == "ce_type" else c) for n, c in headers]
    line = Line(stage, Subscription(TOPIC, stage.told))
    claim = await line.hear([records[0], (key, unknown, value), records[2]])
    assert claim.position == 3
    assert [version for _, version in await stage.effects()] == [1, 3]
    assert await line.parked() == []
    assert await stage.owner.fetchval("SELECT version FROM stream_mark") == 3


@pytest.mark.integration
@pytest.mark.parametrize("sequence", ["7", "00000000000000000009", "²", "9" * 30, ""])
async def test_an_outsiders_sequence_is_not_taken_for_a_version_of_ours(
    stage: Stage, sequence: str
) -> None:
    """C4: `sequence` is a common extension of CloudEvents, and an unknown type may carry it."""
    key, headers, value = told(used("p-9"), source="urn:their:system")
    headers = [(n, b"their.own.Thing" if n == "ce_type" else c) for n, c in headers]
    headers += [("ce_subject", b"thing-1"), ("ce_sequence", sequence.encode())]
    line = Line(stage, Subscription(USAGE_TOPIC, stage.told))
    claim = await line.hear(
        [(key, headers, value), told(used("p-9", datetime.now(UTC)))], USAGE_TOPIC
    )
    assert claim.position == 2
    assert len(await stage.effects()) == 1
    assert await line.parked() == []
    assert await stage.count("stream_mark") == 0


headers_of_any_kind = st.lists(
    st.tuples(
        st.sampled_from([name for name, _ in HEADERS] + ["traceparent", "ce_correlationid", "x"]),
        st.one_of(
            st.none(), st.binary(max_size=40), st.sampled_from([c for _, c in HEADERS]),
            st.integers().map(lambda n: str(n).encode()),
        ),
    ),
    max_size=14,
)  # fmt: skip
mutated = st.tuples(st.integers(0, len(VALUE) - 1), st.binary(max_size=3)).map(
    lambda cut: VALUE[: cut[0]] + cut[1] + VALUE[cut[0] + 1 :]
)
# Words of ours are drawn too: with a mark that no sentence of ours has, none is a quotation.
anything = st.binary(max_size=60).map(lambda drawn: drawn + "§".encode())
records_of_any_kind = st.builds(
    Message, st.sampled_from([TOPIC, USAGE_TOPIC]), st.just(0), st.integers(0, 99),
    st.one_of(st.none(), st.binary(max_size=8), st.just(KEY)),
    st.one_of(st.none(), anything, st.just(VALUE), mutated),
    st.one_of(st.just(HEADERS), headers_of_any_kind, headers_of_any_kind.map(HEADERS.__add__)),
)  # fmt: skip


@given(records_of_any_kind)
@settings(max_examples=500, deadline=None, database=None)
@example(Message(TOPIC, 0, 0, KEY, b'{"at":"0001-01-01T00:00:00+14:00"}', HEADERS))
@example(Message(TOPIC, 0, 0, KEY, b"[" * 5000, HEADERS))
@example(Message(TOPIC, 0, 0, KEY, "content-t§".encode(), []))
def test_reading_never_raises_and_never_quotes_what_it_read(record: Message) -> None:
    item = read(record, ())
    assert (item.heard is None) or (item.reason is None)
    if not item.reason and not item.heard:
        event = cloudevents.read(record.headers, record.value)
        assert cloudevents.decode(event, record.topic) is None
    if item.reason and record.value and len(record.value) > 8:
        assert record.value.decode("utf-8", "replace") not in item.reason


@given(st.lists(st.sampled_from(["good", "bad"]), max_size=120))
@settings(max_examples=100, deadline=None, database=None)
def test_what_lies_behind_a_bad_record_of_its_key_is_always_marked_so(kinds: list[str]) -> None:
    found = [
        Message(TOPIC, 0, n, KEY, VALUE if kind == "good" else b"{", HEADERS)
        for n, kind in enumerate(kinds)
    ]
    done = Slice(Claim((TOPIC, 0), 0, 1, 0), found)
    done.sort(set())
    first_bad = kinds.index("bad") if "bad" in kinds else len(kinds)
    for item in done.items:
        after = item.record.offset > first_bad
        assert (item.reason is not None) == (after or item.record.offset == first_bad)
    assert done.upto == len(done.items)


def test_a_record_without_a_key_blocks_nobody_but_itself() -> None:
    one, two = (Message(TOPIC, 0, n, None, None, []) for n in (1, 2))
    assert key_of(one) != key_of(two)
    assert key_of(Message(TOPIC, 0, 9, KEY, None, [])) == key_of(Message(TOPIC, 5, 1, KEY, b"", []))


@pytest.mark.integration
async def test_thousands_of_odd_records_never_keep_a_partition_from_moving(stage: Stage) -> None:
    """C4: whatever comes, after it the next one is heard."""
    line = Line(stage, Subscription(TOPIC, stage.told))
    rng_records: list[Message] = []

    @given(st.lists(records_of_any_kind, min_size=40, max_size=40))
    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def collect(found: list[Message]) -> None:
        rng_records.extend(found)

    collect()
    records = [(f"k{n}".encode(), m.headers, m.value) for n, m in enumerate(rng_records)]
    claim = await line.claim()
    for number, record in enumerate(records):
        line.log[TOPIC, 0] = messages([record], number)
        claim = await line.listen()
        if claim.stopped:  # a flood is told to somebody, who lets it go on
            claim = await line.resume()
    assert claim.position == len(records)
    line.log[TOPIC, 0] = messages(
        [told(submitted(uuid4()), 1), told(revised(uuid4()), 1)], len(records)
    )
    await line.listen()
    assert [version for _, version in await stage.effects()][-2:] == [1, 1]
