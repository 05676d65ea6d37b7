"""What may arrive on a topic that anybody can write to: read, or refused in words, never quoted."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from contracts.catalog import DECLARED
from contracts.cloudevents import CloudEvent, Header, decode, publishable, read
from contracts.feedback import ReviewCompleted
from contracts.outside import USAGE_TOPIC, ToolUsageRecorded
from contracts.structured import STRUCTURED

USED = "kiem.usage.ToolUsageRecorded.v1"
REVIEWED = DECLARED["kiem.feedback.ReviewCompleted.v1"]
SECRET = "Anna Jansen"
IDEA = UUID("0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7a05")
DATA = {"at": "2026-03-02T09:15:00Z", "person": "p-1", "tool": "t", "feature": "f"}
HEADERS: list[Header] = [
    ("content-type", b"application/json"), ("ce_specversion", b"1.0"), ("ce_id", b"1"),
    ("ce_source", b"s"), ("ce_type", USED.encode()),
]  # fmt: skip
WHOLE = {"specversion": "1.0", "id": "1", "source": "s", "type": USED, "data": DATA}
AS_STRUCTURED: list[Header] = [("content-type", STRUCTURED.encode())]


def _heard(headers: list[Header], value: bytes | None, topic: str = USAGE_TOPIC) -> Any:
    return decode(read(headers, value), topic)


def _data(**changed: Any) -> bytes:
    return msgspec.json.encode({**DATA, **changed})


def _whole(**changed: Any) -> bytes:
    return msgspec.json.encode({**WHOLE, **changed})


def test_the_least_that_another_system_must_send_is_read() -> None:
    heard = _heard(HEADERS[1:], _data())
    assert isinstance(heard.data, ToolUsageRecorded)
    assert (heard.key, heard.stream, heard.version) == ("p-1", None, None)
    assert heard.recorded_at == heard.occurred_at == heard.data.at


def test_header_names_may_be_written_in_capitals() -> None:
    assert _heard([(name.upper(), content) for name, content in HEADERS], _data()) is not None


def test_a_header_repeated_with_one_value_is_read_and_with_two_is_not(refused: Any) -> None:
    assert _heard([*HEADERS, ("ce_id", b"1"), ("CE_ID", b"1")], _data()).id == "1"
    assert "twice" in refused([*HEADERS, ("ce_id", b"2")], _data())
    assert "twice" in refused([*HEADERS, ("CE_ID", b"2")], _data())
    assert "twice" in refused([*HEADERS, ("content-type", STRUCTURED.encode())], _data())


def test_headers_of_others_may_be_repeated_and_hold_anything() -> None:
    others: list[Header] = [("baggage", b"a=1"), ("baggage", b"b=2"), ("x", None), ("x", b"\xff")]
    assert _heard([*HEADERS, *others], _data()).id == "1"


def test_a_header_without_a_value_is_an_attribute_that_is_not_there(refused: Any) -> None:
    event = read([*HEADERS, ("ce_subject", None)], _data())
    assert "subject" not in event.attributes
    bare: list[Header] = [(name, None if name == "ce_id" else v) for name, v in HEADERS]
    assert "attributes id are missing" in refused(bare, _data())


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_specversion"])
def test_what_every_event_must_have_is_named_when_it_is_missing(refused: Any, name: str) -> None:
    without = [(n, v) for n, v in HEADERS if n != name]
    assert name.removeprefix("ce_") in refused(without, _data())
    empty: list[Header] = [*without, (name, b"")]
    assert name.removeprefix("ce_") in refused(empty, _data())


def test_a_header_that_is_no_text_is_named_and_not_quoted(refused: Any) -> None:
    headers: list[Header] = [(n, b"\xff\xfe" if n == "ce_id" else v) for n, v in HEADERS]
    assert refused(headers, _data()) == "ce_id is not UTF-8"
    strange: list[Header] = [*HEADERS, (f"ce_{SECRET}", b"\xff")]
    assert refused(strange, _data()) == "a header ce_… is not UTF-8"
    assert "traceparent is not UTF-8" in refused([*HEADERS, ("traceparent", b"\xff")], _data())


@pytest.mark.parametrize("version", [b"0.3", b"1.0.2", b"2.0", SECRET.encode()])
def test_another_version_of_cloudevents_isrefused(refused: Any, version: bytes) -> None:
    headers: list[Header] = [(n, version if n == "ce_specversion" else v) for n, v in HEADERS]
    assert "specversion is not 1.0" in refused(headers, _data())


def test_a_tombstone_is_read_and_is_no_event(refused: Any) -> None:
    for nothing in (None, b""):
        assert read(HEADERS, nothing).data is None
        assert refused(HEADERS, nothing) == "ToolUsageRecorded has no data"
    assert "missing" in refused([], None)


def test_a_type_that_is_not_known_here_is_left_to_others() -> None:
    event = CloudEvent({"id": "1", "source": "s", "type": "org.example.Other"}, b"\xff")
    assert decode(event, USAGE_TOPIC) is None
    assert _heard(HEADERS, _data(), "kiem.people.events") is None


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8", "text/json",
     "application/vnd.kiem+json", "application/json;charset=latin1", ""],
)  # fmt: skip
def test_json_is_read_under_each_of_its_names(content_type: str) -> None:
    headers: list[Header] = [("content-type", content_type.encode()), *HEADERS[1:]]
    assert _heard(headers, _data(person="Zoë")).data.person == "Zoë"


@pytest.mark.parametrize("content_type", ["application/avro", "text/plain", "json", SECRET])
def test_data_that_is_not_json_isrefused(refused: Any, content_type: str) -> None:
    headers: list[Header] = [("content-type", content_type.encode()), *HEADERS[1:]]
    assert "read as JSON only" in refused(headers, _data())
    assert "read as JSON only" in refused(AS_STRUCTURED, _whole(datacontenttype=content_type))


def test_the_type_of_the_data_is_an_attribute_whichever_way_it_came() -> None:
    for headers in (HEADERS, [*HEADERS[1:], ("ce_datacontenttype", b"application/json")]):
        assert read(headers, b"{}").attributes["datacontenttype"] == "application/json"
    structured = read(AS_STRUCTURED, _whole(datacontenttype="application/json"))
    assert structured.attributes["datacontenttype"] == "application/json"


def test_the_trace_of_the_hop_comes_before_that_of_the_event() -> None:
    hop: Header = ("traceparent", b"hop")
    assert _heard([*HEADERS, ("ce_traceparent", b"start")], _data()).traceparent == "start"
    assert _heard([*HEADERS, ("ce_traceparent", b"start"), hop], _data()).traceparent == "hop"
    assert _heard([*AS_STRUCTURED, hop], _whole(traceparent="start")).traceparent == "hop"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (_data(person=7), "Expected `str`, got `int` - at `$.person`"),
        (_data(tool=""), "Expected `str` of length >= 1 - at `$.tool`"),
        (_data(tool="x" * 201), "Expected `str` of length <= 200 - at `$.tool`"),
        (_data(at="2026-03-02T09:15:00"), "Expected `datetime` with a timezone component"),
        (_data(at="9999-12-31T23:59:59-05:00"), "year is out of range - at `$.at`"),
        (_data(at="0001-01-01T00:00:00+05:00"), "year is out of range - at `$.at`"),
        (_data(at=SECRET), "Invalid RFC3339 encoded datetime - at `$.at`"),
        (b'{"person": "' + SECRET.encode(), "malformed JSON, cut off"),
        (b"{" + SECRET.encode() + b"}", "malformed JSON (byte 1)"),
        (b'{"person": "\xff"}', "not UTF-8"),
        (b'{"deep": ' + b"[" * 100_000, "nested too deeply"),
        (b'"' + SECRET.encode() + b'"', "Expected `object`, got `str`"),
    ],
)
def test_what_is_wrong_with_the_data_is_said_with_its_place_and_schema(
    refused: Any, value: bytes, says: str
) -> None:
    told = refused(HEADERS, value)
    assert says in told
    assert told.startswith("the data is no ToolUsageRecorded: ")
    assert says.startswith("year") or f"urn:kiem:schema:{USED}" in told


def _review(**changed: Any) -> tuple[list[Header], bytes]:
    event = msgspec.convert(
        {"at": "2026-03-02T09:15:00Z", "idea": IDEA, "author": "p-1", "reviewer": "p-2",
         "outcome": "accepted"}, ReviewCompleted,
    )  # fmt: skip
    _, headers, value = publishable(event, REVIEWED, id="1", source="kiem/feedback")
    return headers, msgspec.json.encode({**msgspec.json.decode(value), **changed})


def _placed(subject: bytes | None, sequence: bytes | None) -> list[Header]:
    return [*_review()[0], ("ce_subject", subject), ("ce_sequence", sequence)]


STREAM = f"review-{IDEA}".encode()


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"outcome": SECRET}, "a value that is not in its list - at `$.outcome`"),
        ({"outcome": f"{SECRET} - at `$.x`"}, "a value that is not in its list - at `$.outcome`"),
        ({"marks": {SECRET: SECRET}}, "a value that is not in its list - at `$.marks[...]`"),
        ({"marks": {SECRET: 1}}, "Expected `str`, got `int` - at `$.marks[...]`"),
    ],
)
def test_a_word_that_is_not_in_its_list_is_not_quoted(
    refused: Any, changed: Any, where: str
) -> None:
    headers = _placed(STREAM, b"1")
    assert where in refused(headers, _review(**changed)[1], REVIEWED.topic)


def test_an_event_of_a_stream_has_its_place_in_it() -> None:
    heard = _heard(_placed(STREAM, b"%020d" % 12), _review()[1], REVIEWED.topic)
    assert (heard.stream, heard.version) == (STREAM.decode(), 12)


@pytest.mark.parametrize("subject", [None, b"", b"review-", b"idea-" + str(IDEA).encode(), b"x"])
def test_a_stream_that_is_not_the_datas_isrefused(refused: Any, subject: bytes | None) -> None:
    told = refused(_placed(subject, b"1"), _review()[1], REVIEWED.topic)
    assert "needs ce_subject review-" in told


@pytest.mark.parametrize(
    "sequence", [None, b"", b"0", b"-1", b"1.0", b" 1", b"\xd9\xa1", b"9" * 20, b"1" * 5000]
)
def test_a_version_that_is_no_count_isrefused(refused: Any, sequence: bytes | None) -> None:
    told = refused(_placed(STREAM, sequence), _review()[1], REVIEWED.topic)
    assert "needs ce_sequence" in told


def test_when_it_was_recorded_is_the_owners_word_and_no_strangers(refused: Any) -> None:
    later: Header = ("ce_recordedtime", b"2026-03-02T10:00:00Z")
    ours = _heard([*_placed(STREAM, b"1"), later], _review()[1], REVIEWED.topic)
    assert ours.recorded_at.isoformat() == "2026-03-02T10:00:00+00:00"
    theirs = _heard([*HEADERS, later], _data())
    assert theirs.recorded_at == theirs.occurred_at
    for wrong in (b"2026-03-02T10:00:00", SECRET.encode(), b""):
        headers: list[Header] = [*_placed(STREAM, b"1"), ("ce_recordedtime", wrong)]
        assert "ce_recordedtime is no RFC" in refused(headers, _review()[1], REVIEWED.topic)


def test_the_character_that_no_table_can_hold_is_refused_wherever_it_hides(refused: Any) -> None:
    assert "holds the character NUL" in refused([("ce_id", b"a\0b"), *HEADERS[3:]], _data())
    assert "holds the character NUL" in refused(HEADERS, _data(tool="a\0b"))
    assert "holds the character NUL" in refused(HEADERS, _data(tool="\\\0"))
    assert "holds the character NUL" in refused(AS_STRUCTURED, _whole(id="a\0"))
    assert "holds the character NUL" in refused(AS_STRUCTURED, _whole(data={**DATA, "tool": "\0"}))
    assert _heard(HEADERS, _data(tool="\\u0000")).data.tool == "\\u0000"
