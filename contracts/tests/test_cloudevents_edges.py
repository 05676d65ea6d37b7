"""What may arrive on a topic that anybody can write to: read, or refused in words, never quoted."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalog import DECLARED
from contracts.cloudevents import STRUCTURED, CloudEvent, Header, decode, publishable, read
from contracts.envelope import Unreadable
from contracts.feedback import ReviewCompleted
from contracts.outside import USAGE_TOPIC, ToolUsageRecorded

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


def _refused(headers: list[Header], value: bytes | None, topic: str = USAGE_TOPIC) -> str:
    with pytest.raises(Unreadable) as refusal:
        _heard(headers, value, topic)
    assert SECRET not in refusal.value.reason
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    return refusal.value.reason


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


def test_a_header_repeated_with_one_value_is_read_and_with_two_is_not() -> None:
    assert _heard([*HEADERS, ("ce_id", b"1"), ("CE_ID", b"1")], _data()).id == "1"
    assert "twice" in _refused([*HEADERS, ("ce_id", b"2")], _data())
    assert "twice" in _refused([*HEADERS, ("CE_ID", b"2")], _data())
    assert "twice" in _refused([*HEADERS, ("content-type", STRUCTURED.encode())], _data())


def test_headers_of_others_may_be_repeated_and_hold_anything() -> None:
    others: list[Header] = [("baggage", b"a=1"), ("baggage", b"b=2"), ("x", None), ("x", b"\xff")]
    assert _heard([*HEADERS, *others], _data()).id == "1"


def test_a_header_without_a_value_is_an_attribute_that_is_not_there() -> None:
    event = read([*HEADERS, ("ce_subject", None)], _data())
    assert "subject" not in event.attributes
    bare: list[Header] = [(name, None if name == "ce_id" else v) for name, v in HEADERS]
    assert "attributes id are missing" in _refused(bare, _data())


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_specversion"])
def test_what_every_event_must_have_is_named_when_it_is_missing(name: str) -> None:
    without = [(n, v) for n, v in HEADERS if n != name]
    assert name.removeprefix("ce_") in _refused(without, _data())
    empty: list[Header] = [*without, (name, b"")]
    assert name.removeprefix("ce_") in _refused(empty, _data())


def test_a_header_that_is_no_text_is_named_and_not_quoted() -> None:
    headers: list[Header] = [(n, b"\xff\xfe" if n == "ce_id" else v) for n, v in HEADERS]
    assert _refused(headers, _data()) == "ce_id is not UTF-8"
    strange: list[Header] = [*HEADERS, (f"ce_{SECRET}", b"\xff")]
    assert _refused(strange, _data()) == "a header ce_… is not UTF-8"
    assert "traceparent is not UTF-8" in _refused([*HEADERS, ("traceparent", b"\xff")], _data())


@pytest.mark.parametrize("version", [b"0.3", b"1.0.2", b"2.0", SECRET.encode()])
def test_another_version_of_cloudevents_is_refused(version: bytes) -> None:
    headers: list[Header] = [(n, version if n == "ce_specversion" else v) for n, v in HEADERS]
    assert "specversion is not 1.0" in _refused(headers, _data())


def test_a_tombstone_is_read_and_is_no_event() -> None:
    for nothing in (None, b""):
        assert read(HEADERS, nothing).data is None
        assert _refused(HEADERS, nothing) == "ToolUsageRecorded has no data"
    assert "missing" in _refused([], None)


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
def test_data_that_is_not_json_is_refused(content_type: str) -> None:
    headers: list[Header] = [("content-type", content_type.encode()), *HEADERS[1:]]
    assert "read as JSON only" in _refused(headers, _data())
    assert "read as JSON only" in _refused(AS_STRUCTURED, _whole(datacontenttype=content_type))


def test_the_type_of_the_data_is_an_attribute_whichever_way_it_came() -> None:
    for headers in (HEADERS, [*HEADERS[1:], ("ce_datacontenttype", b"application/json")]):
        assert read(headers, b"{}").attributes["datacontenttype"] == "application/json"
    structured = read(AS_STRUCTURED, _whole(datacontenttype="application/json"))
    assert structured.attributes["datacontenttype"] == "application/json"


@pytest.mark.parametrize(
    "content_type", [STRUCTURED, f"{STRUCTURED}; charset=utf-8", STRUCTURED.upper()]
)
def test_structured_mode_is_read(content_type: str) -> None:
    heard = _heard([("content-type", content_type.encode())], _whole())
    assert (heard.id, heard.key) == ("1", "p-1")


@pytest.mark.parametrize("form", ["application/cloudevents-batch+json", "application/cloudevents"])
def test_another_form_of_cloudevents_is_refused_with_the_one_to_use(form: str) -> None:
    assert STRUCTURED in _refused([("content-type", form.encode())], _whole())


def test_structured_mode_without_its_content_type_is_told_to_say_so() -> None:
    assert f"content-type {STRUCTURED}" in _refused([], _whole())


@pytest.mark.parametrize("value", [None, b"", b"[]", b"null", b'"x"', b"{", b'{"\xff": 1}'])
def test_a_structured_event_that_is_no_object_is_refused(value: bytes | None) -> None:
    assert "structured CloudEvent" in _refused(AS_STRUCTURED, value)


def test_an_attribute_that_is_no_text_in_structured_mode_is_named_and_not_quoted() -> None:
    assert _refused(AS_STRUCTURED, b'{"id": "\xff"}') == "the attribute id is no text: not UTF-8"
    told = _refused(AS_STRUCTURED, b'{"jansen": "\xff"}')
    assert told == "an extension attribute is no text: not UTF-8"


def test_data_that_is_missing_or_null_in_structured_mode_is_no_data() -> None:
    without = {name: value for name, value in WHOLE.items() if name != "data"}
    assert "has no data" in _refused(AS_STRUCTURED, msgspec.json.encode(without))
    assert "has no data" in _refused(AS_STRUCTURED, _whole(data=None))


def test_data_may_be_packed_but_not_come_twice_or_broken() -> None:
    packed = msgspec.json.encode(_data()).decode().strip('"')
    assert _heard(AS_STRUCTURED, _whole(data=None, data_base64=packed)).key == "p-1"
    assert "not both" in _refused(AS_STRUCTURED, _whole(data_base64=packed))
    for broken in ("%%%", "YQ", 7, [SECRET]):
        told = _refused(AS_STRUCTURED, _whole(data=None, data_base64=broken))
        assert told == "data_base64 is no base64 in a JSON string"


def test_extensions_of_other_types_become_their_text() -> None:
    found = read(AS_STRUCTURED, _whole(sampled=True, rate=-7, none=None, name="é")).attributes
    assert (found["sampled"], found["rate"], found["name"]) == ("true", "-7", "é")
    assert "none" not in found


@pytest.mark.parametrize("value", [[SECRET], {SECRET: 1}, [], {}])
def test_an_extension_that_is_a_list_or_an_object_is_refused(value: Any) -> None:
    told = _refused(AS_STRUCTURED, _whole(jansen=value))
    assert told == "an extension attribute must be a JSON string, integer or boolean"


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "specversion", "time"])
@pytest.mark.parametrize("value", [1, 1.0, True, [SECRET], {"a": SECRET}])
def test_the_attributes_of_the_standard_must_be_text(name: str, value: Any) -> None:
    told = _refused(AS_STRUCTURED, _whole(**{name: value}))
    assert told == f"the CloudEvents attribute {name} must be a JSON string"


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
    value: bytes, says: str
) -> None:
    told = _refused(HEADERS, value)
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
def test_a_word_that_is_not_in_its_list_is_not_quoted(changed: Any, where: str) -> None:
    headers = _placed(STREAM, b"1")
    assert where in _refused(headers, _review(**changed)[1], REVIEWED.topic)


def test_an_event_of_a_stream_has_its_place_in_it() -> None:
    heard = _heard(_placed(STREAM, b"%020d" % 12), _review()[1], REVIEWED.topic)
    assert (heard.stream, heard.version) == (STREAM.decode(), 12)


@pytest.mark.parametrize("subject", [None, b"", b"review-", b"idea-" + str(IDEA).encode(), b"x"])
def test_a_stream_that_is_not_the_datas_is_refused(subject: bytes | None) -> None:
    told = _refused(_placed(subject, b"1"), _review()[1], REVIEWED.topic)
    assert "needs ce_subject review-" in told


@pytest.mark.parametrize(
    "sequence", [None, b"", b"0", b"-1", b"1.0", b" 1", b"\xd9\xa1", b"9" * 20, b"1" * 5000]
)
def test_a_version_that_is_no_count_is_refused(sequence: bytes | None) -> None:
    told = _refused(_placed(STREAM, sequence), _review()[1], REVIEWED.topic)
    assert "needs ce_sequence" in told


def test_when_it_was_recorded_is_the_owners_word_and_no_strangers() -> None:
    later: Header = ("ce_recordedtime", b"2026-03-02T10:00:00Z")
    ours = _heard([*_placed(STREAM, b"1"), later], _review()[1], REVIEWED.topic)
    assert ours.recorded_at.isoformat() == "2026-03-02T10:00:00+00:00"
    theirs = _heard([*HEADERS, later], _data())
    assert theirs.recorded_at == theirs.occurred_at
    for wrong in (b"2026-03-02T10:00:00", SECRET.encode(), b""):
        headers: list[Header] = [*_placed(STREAM, b"1"), ("ce_recordedtime", wrong)]
        assert "ce_recordedtime is no RFC" in _refused(headers, _review()[1], REVIEWED.topic)


def test_the_character_that_no_table_can_hold_is_refused_wherever_it_hides() -> None:
    assert "holds the character NUL" in _refused([*HEADERS[:-3], *_with_nul()], _data())
    assert "holds the character NUL" in _refused(HEADERS, _data(tool="a\0b"))
    assert "holds the character NUL" in _refused(HEADERS, _data(tool="\\\0"))
    assert "holds the character NUL" in _refused(AS_STRUCTURED, _whole(id="a\0"))
    assert "holds the character NUL" in _refused(AS_STRUCTURED, _whole(data={**DATA, "tool": "\0"}))
    assert _heard(HEADERS, _data(tool="\\u0000")).data.tool == "\\u0000"


def _with_nul() -> list[Header]:
    return [("ce_id", b"a\0b"), *HEADERS[3:]]


@pytest.mark.parametrize("name", ["id", "source"])
def test_an_identity_that_no_index_can_hold_is_refused(name: str) -> None:
    assert "256 characters" in _refused(AS_STRUCTURED, _whole(**{name: "é" * 257}))
    assert _heard(AS_STRUCTURED, _whole(**{name: "é" * 256})) is not None


RAW_HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "ce_id", "ce_type", "ce_source", "ce_specversion",
                         "ce_subject", "ce_sequence", "ce_recordedtime", "traceparent"])
        | st.text(max_size=8),
        st.none() | st.binary(max_size=12)
        | st.sampled_from([b"1.0", USED.encode(), REVIEWED.type.encode(), STRUCTURED.encode()]),
    ),
    max_size=8,
)  # fmt: skip
RAW_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*DATA, "data", "marks", "x"]), inner, max_size=5)
    ),
    max_leaves=10,
).map(msgspec.json.encode)
VALUES = st.none() | st.binary(max_size=60) | RAW_JSON | RAW_JSON.map(lambda json: json[:-1])


@settings(max_examples=400)
@given(RAW_HEADERS, VALUES, st.sampled_from([[], HEADERS, AS_STRUCTURED]))
def test_whatever_arrives_is_read_or_refused_in_words(
    extra: list[Header], value: bytes | None, headers: list[Header]
) -> None:
    try:
        for topic in (USAGE_TOPIC, REVIEWED.topic):
            decode(read([*headers, *extra], value), topic)
    except Unreadable as refusal:
        assert refusal.reason.isprintable()  # noqa: PT017 - either outcome is right


@settings(max_examples=300)
@given(st.data())
def test_a_structured_event_of_any_shape_is_read_or_refused(data: st.DataObject) -> None:
    names = [*WHOLE, "subject", "time", "data_base64", "ext"]
    parts = data.draw(st.dictionaries(st.sampled_from(names), RAW_JSON.map(msgspec.Raw)))
    try:
        _heard(AS_STRUCTURED, msgspec.json.encode({**WHOLE, **parts}))
    except Unreadable as refusal:
        assert refusal.reason  # noqa: PT017 - either outcome is right
