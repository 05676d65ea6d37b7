"""The fast way reads what the long way reads, and leaves everything else to it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cloudevents import Header, decode, read
from contracts.envelope import Unreadable
from contracts.outside import USAGE_TOPIC, WORKFORCE_TOPIC
from contracts.plain import plainly

USED = b"kiem.usage.ToolUsageRecorded.v1"
DATA = {"at": "2026-03-02T09:15:00Z", "person": "p-1", "tool": "t", "feature": "f"}
VALUE = msgspec.json.encode(DATA)
HEADERS: dict[str, bytes | None] = {
    "content-type": b"application/json", "ce_specversion": b"1.0", "ce_id": b"1",
    "ce_source": b"s", "ce_type": USED, "ce_time": b"2026-03-02T09:15:00Z",
}  # fmt: skip
GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("kiem.*.json"))


def the_long_way(headers: Any, value: bytes | None, topic: str) -> Any:
    try:
        return decode(read(headers, value), topic)
    except Unreadable as error:
        return error.reason


def test_the_usual_record_of_an_outsider_is_read_fast() -> None:
    headers = list(HEADERS.items())
    found = plainly(headers, VALUE, USAGE_TOPIC)
    assert found is not None
    assert found == the_long_way(headers, VALUE, USAGE_TOPIC)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: str(file.name)[5:-5])
def test_every_record_that_was_ever_published_is_read_alike(file: Path) -> None:
    golden = msgspec.json.decode(file.read_bytes())
    headers = [(name, text.encode()) for name, text in golden["headers"].items()]
    value = msgspec.json.encode(golden["data"])
    found = plainly(headers, value, golden["topic"])
    assert found is None or found == the_long_way(headers, value, golden["topic"])


@pytest.mark.parametrize(
    "changed",
    [
        {"ce_specversion": b"0.3"}, {"ce_id": b""}, {"ce_id": None}, {"ce_id": b"\xff"},
        {"ce_id": b"a\0b"}, {"ce_id": b"x" * 257}, {"ce_source": b""}, {"ce_source": b"\xff"},
        {"ce_source": b"x" * 257}, {"ce_type": b"com.example.other"}, {"ce_type": None},
        {"content-type": b"text/plain"}, {"content-type": b"application/cloudevents+json"},
        {"content-type": None}, {"traceparent": b"00-1-2-01"}, {"ce_correlationid": b"c"},
        {"CE_ID": b"2"}, {"ce_type": b"kiem.ideas.IdeaSubmitted.v1"},
    ],
)  # fmt: skip
def test_what_is_not_plain_takes_the_long_way(changed: dict[str, bytes | None]) -> None:
    assert plainly(list((HEADERS | changed).items()), VALUE, USAGE_TOPIC) is None


@pytest.mark.parametrize("missing", ["ce_id", "ce_source", "ce_type", "ce_specversion"])
def test_what_lacks_something_takes_the_long_way(missing: str) -> None:
    headers = [(name, content) for name, content in HEADERS.items() if name != missing]
    assert plainly(headers, VALUE, USAGE_TOPIC) is None


@pytest.mark.parametrize(
    "value",
    [
        None, b"", b"{", b"{}", b"\xff", b"[" * 5_000, msgspec.json.encode(DATA | {"tool": 7}),
        msgspec.json.encode(DATA | {"tool": "a\0"}),
        msgspec.json.encode(DATA | {"at": "9999-12-31T23:59:59Z"}),
        msgspec.json.encode(DATA | {"at": "0001-01-01T00:00:00Z"}),
    ],
)  # fmt: skip
def test_data_that_is_not_plain_takes_the_long_way(value: bytes | None) -> None:
    assert plainly(list(HEADERS.items()), value, USAGE_TOPIC) is None


def test_an_event_on_another_topic_and_a_header_twice_take_the_long_way() -> None:
    headers = list(HEADERS.items())
    assert plainly(headers, VALUE, WORKFORCE_TOPIC) is None
    assert plainly([*headers, ("ce_id", b"2")], VALUE, USAGE_TOPIC) is None
    assert plainly([], VALUE, USAGE_TOPIC) is None


@given(st.data())
def test_whatever_comes_is_read_alike_or_left(data: st.DataObject) -> None:
    names = [*HEADERS, "CE_ID", "traceparent", "ce_subject"]
    headers: list[Header] = data.draw(st.lists(
        st.sampled_from(names).flatmap(lambda name: st.tuples(
            st.just(name),
            st.sampled_from([HEADERS.get(name), HEADERS.get(name), None, b"", b"x", b"\xff"]),
        )), max_size=9,
    ))  # fmt: skip
    value = data.draw(st.sampled_from([VALUE, VALUE, b"{}", b"", None]))
    found = plainly(headers, value, USAGE_TOPIC)
    assert found is None or found == the_long_way(headers, value, USAGE_TOPIC)
