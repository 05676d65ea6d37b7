"""What a consumer knows an event by: the version of its owner's stream, whoever claims what."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalog import DECLARED, TOPICS, Declared
from contracts.cloudevents import attributes_of, decode, publishable, read, write
from contracts.envelope import Envelope, Unreadable
from contracts.hearing import Mark, hear, mark_in
from contracts.outside import ToolUsageRecorded
from contracts.personal import withhold

OWN = [kind for kind in DECLARED.values() if kind.stream]
OWN_KINDS = pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.type)
OF_EACH = settings(max_examples=6)  # of more than a hundred
MOMENT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("kiem.*.json"))
SUBMITTED = DECLARED["kiem.ideas.IdeaSubmitted.v1"]
DATA = b'{"at":"2026-03-02T09:15:00Z","idea":"0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7a05","author":"p-1"}'
STREAM = "idea-0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7a05"
TOLD: dict[str, str] = {
    "specversion": "1.0", "id": "1", "source": "kiem/ideas", "type": SUBMITTED.type,
    "subject": STREAM, "sequence": "00000000000000000003",
}  # fmt: skip


def record(data: bytes = DATA, /, **changed: str) -> tuple[Any, bytes, str]:
    """Return headers, value and topic of an idea's third event, or of what is changed in it."""
    headers, value = write({k: v for k, v in (TOLD | changed).items() if v}, data)
    return headers, value, SUBMITTED.topic


@OWN_KINDS
@OF_EACH
@given(data=st.data(), version=st.integers(1, 2**63 - 1), joined=st.none() | st.just("c"))
def test_what_an_owner_tells_is_heard_as_it_was_told(
    kind: Declared, data: st.DataObject, version: int, joined: str | None, events: Any
) -> None:
    event = data.draw(events(kind))
    key = str(getattr(event, kind.key))
    told = Envelope(
        id="1", source=f"kiem/{kind.owner}", type=kind.type, key=key, data=withhold(event),
        stream=f"{kind.stream}-{key}", version=version, occurred_at=event.at, recorded_at=MOMENT,
        correlation=joined, causation=joined, traceparent=joined,
    )  # fmt: skip
    headers, value = write(attributes_of(told), msgspec.json.encode(told.data))
    heard, mark = hear(headers, value, kind.topic)
    assert heard == told
    assert mark == mark_in(headers, value, kind.topic) == (told.source, told.stream, version, "1")


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: str(file.name)[5:-5])
def test_whatever_was_published_is_heard_as_it_is_decoded(file: Path) -> None:
    golden = msgspec.json.decode(file.read_bytes())
    headers = [(name, text.encode()) for name, text in golden["headers"].items()]
    value = msgspec.json.encode(golden["data"])
    heard, mark = hear(headers, value, golden["topic"])
    assert heard is not None
    assert heard == decode(read(headers, value), golden["topic"])
    assert (mark is None) == (heard.stream is None)


def test_a_type_of_an_owner_that_is_not_known_here_counts_as_a_version() -> None:
    assert hear(*record(type="kiem.ideas.IdeaPainted.v1")) == (
        None, Mark("kiem/ideas", STREAM, 3, "1")
    )  # fmt: skip


@pytest.mark.parametrize("source", ["kiem/metrics", "urn:stranger", "kiem/"])
def test_only_its_owner_tells_an_event(source: str) -> None:
    with pytest.raises(Unreadable, match=f"only kiem/ideas tells this on {SUBMITTED.topic}"):
        hear(*record(source=source))


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "urn:stranger"}, {"subject": ""}, {"sequence": ""}, {"sequence": "seven"},
        {"sequence": "²"}, {"sequence": "0"}, {"sequence": "9" * 20}, {"sequence": "1" * 21},
        {"type": "kiem.usage.ToolUsageRecorded.v1"},
    ],
    ids=str,
)  # fmt: skip
def test_what_says_no_version_of_ours_has_no_mark(changed: dict[str, str]) -> None:
    given = {"type": "their.own.Thing"} | changed
    assert hear(*record(**given)) == (None, None)


def test_an_event_from_outside_has_no_mark_though_it_looks_like_one_of_ours() -> None:
    event = ToolUsageRecorded(at=MOMENT, person="p-1", tool="t", feature="f")  # type: ignore[arg-type]
    kind = DECLARED["kiem.usage.ToolUsageRecorded.v1"]
    _, headers, value = publishable(event, kind, id="1", source="kiem/ideas")
    placed = [*headers, ("ce_subject", STREAM.encode()), ("ce_sequence", b"3")]
    for found in (headers, placed):
        heard, mark = hear(found, value, kind.topic)
        assert (heard and heard.data, mark) == (event, None)


def test_a_mark_is_found_where_the_data_is_broken_and_not_where_the_headers_are() -> None:
    headers, value, topic = record(b"{")
    with pytest.raises(Unreadable):
        hear(headers, value, topic)
    assert mark_in(headers, value, topic) == Mark("kiem/ideas", STREAM, 3, "1")
    assert mark_in([("ce_id", b"\xff")], value, topic) is None
    assert mark_in([], None, topic) is None


@pytest.mark.parametrize("elsewhere", sorted(set(TOPICS) - {"kiem.ideas.events"}))
def test_a_copy_of_our_event_where_somebody_else_tells_takes_nobodys_place(elsewhere: str) -> None:
    """Its version would be taken for known, and the event itself be dropped as a repetition."""
    headers, value, _ = record()
    assert hear(headers, value, elsewhere) == (None, None)
    assert mark_in(headers, value, elsewhere) is None
