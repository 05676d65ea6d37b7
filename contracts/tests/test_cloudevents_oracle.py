"""CloudEvents conformance: the CloudEvents SDK and we understand each other, in both modes."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.v1.event import CloudEvent as Theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.catalog import DECLARED, Declared
from contracts.cloudevents import (
    CONTENT_TYPE,
    CloudEvent,
    decode,
    instant,
    publishable,
    read,
    write,
)
from contracts.structured import STRUCTURED

KINDS = pytest.mark.parametrize("kind", DECLARED.values(), ids=lambda kind: kind.type)
OF_EACH = settings(max_examples=6)  # of more than a hundred
CORE = {"id", "source", "type", "specversion", "time", "subject", "dataschema", "datacontenttype"}

# The standard forbids control characters in attributes; everything else may stand there.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1)
NAMES = st.from_regex("[a-z0-9]{1,20}", fullmatch=True).filter(
    lambda name: name not in CORE | {"data", "data_base64", "partitionkey", "traceparent"}
)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
DATA = st.dictionaries(WORDS, JSON, max_size=4)


@st.composite
def attributes(draw: st.DrawFn, extension: st.SearchStrategy[Any] = WORDS) -> dict[str, Any]:
    found: dict[str, Any] = {name: draw(WORDS) for name in ("id", "source", "type")}
    found |= draw(st.dictionaries(NAMES, extension, max_size=4))
    found |= draw(
        st.fixed_dictionaries({}, optional={"subject": WORDS, "dataschema": WORDS, "time": MOMENTS})
    )
    return found | {"specversion": "1.0", "datacontenttype": CONTENT_TYPE}


def _texts(attributes: dict[str, Any]) -> dict[str, str]:
    """The attributes as the standard writes them: booleans and integers in their canonical form."""
    return {
        name: instant(value) if isinstance(value, datetime)
        else str(value).lower() if isinstance(value, bool)
        else str(value)
        for name, value in attributes.items()
    }  # fmt: skip


def _theirs(headers: list[Any], value: bytes, key: bytes | None = None) -> Any:
    return kafka.from_kafka_event(kafka.KafkaMessage(dict(headers), key, value))


def _ours(message: kafka.KafkaMessage) -> CloudEvent:
    return read(list(message.headers.items()), message.value)


@settings(max_examples=200)
@given(attributes(), DATA)
def test_they_read_what_we_write(found: dict[str, Any], data: dict[str, Any]) -> None:
    headers, value = write(_texts(found), msgspec.json.encode(data))
    event = _theirs(headers, value)
    understood = _texts(event.get_attributes())
    if "time" not in found:
        del understood["time"]  # they make one up
    assert understood == _texts(found)
    assert event.get_data() == data


@settings(max_examples=200)
@given(attributes(WORDS | st.integers(-(2**31), 2**31 - 1)), DATA)
def test_we_read_what_they_write_in_binary_mode(
    found: dict[str, Any], data: dict[str, Any]
) -> None:
    event = Theirs(dict(found), data)
    heard = _ours(kafka.to_binary_event(event))
    assert heard.attributes == _texts(event.get_attributes())
    assert msgspec.json.decode(heard.data or b"null") == data


@settings(max_examples=200)
@given(attributes(WORDS | st.integers(-(2**31), 2**31 - 1) | st.booleans()), DATA)
def test_we_read_what_they_write_in_structured_mode(
    found: dict[str, Any], data: dict[str, Any]
) -> None:
    event = Theirs(dict(found), data)
    heard = _ours(kafka.to_structured_event(event))
    assert heard.attributes == _texts(event.get_attributes())
    assert msgspec.json.decode(heard.data or b"null") == data


@given(attributes(), DATA)
def test_both_modes_mean_the_same(found: dict[str, Any], data: dict[str, Any]) -> None:
    event = Theirs(dict(found), data)
    binary, structured = kafka.to_binary_event(event), kafka.to_structured_event(event)
    assert _ours(binary).attributes == _ours(structured).attributes
    assert msgspec.json.decode(_ours(binary).data or b"") == data
    assert msgspec.json.decode(_ours(structured).data or b"") == data


@given(attributes(), DATA)
def test_data_that_they_pack_in_base64_is_unpacked(
    found: dict[str, Any], data: dict[str, Any]
) -> None:
    packed = msgspec.json.encode(data)
    message = kafka.to_structured_event(Theirs(dict(found), packed))
    assert b"data_base64" in message.value
    assert _ours(message).data == packed


@given(attributes())
def test_an_event_without_data_is_one_in_both_modes(found: dict[str, Any]) -> None:
    event = Theirs(dict(found), None)
    assert _ours(kafka.to_binary_event(event)).data is None
    assert _ours(kafka.to_structured_event(event)).data is None


@KINDS
@OF_EACH
@given(data=st.data())
def test_every_event_of_ours_is_one_for_them_and_comes_back_the_same(
    kind: Declared, data: st.DataObject, events: Any
) -> None:
    event = data.draw(events(kind))
    key, headers, value = publishable(event, kind, id="0190-1", source="kiem/test")
    if kind.stream:
        stream = f"{kind.stream}-{key.decode()}"
        headers += [("ce_subject", stream.encode()), ("ce_sequence", b"7")]
    theirs = _theirs(headers, value, key)
    assert (theirs.get_id(), theirs.get_type()) == ("0190-1", kind.type)
    assert theirs.get_time() == event.at
    assert theirs.get_dataschema() == f"urn:kiem:schema:{kind.type}"
    assert theirs.get_extension("partitionkey") == key.decode()
    original = decode(read(headers, value), kind.topic)
    for message in (kafka.to_binary_event(theirs), kafka.to_structured_event(theirs)):
        assert message.key == key.decode()
        assert decode(_ours(message), kind.topic) == original


def test_their_structured_media_type_is_ours() -> None:
    event = Theirs({"id": "1", "source": "s", "type": "t"}, {})
    assert kafka.to_structured_event(event).headers["content-type"] == STRUCTURED.encode()


def test_nothing_is_percent_encoded_in_either_direction() -> None:
    found = {"id": "a%20b é", "source": "/s%2F ü", "type": "t", "specversion": "1.0"}
    headers, value = write(found, b"{}")
    assert dict(headers)["ce_id"] == "a%20b é".encode()
    assert _theirs(headers, value).get_source() == "/s%2F ü"
    heard = _ours(kafka.to_binary_event(Theirs(dict(found), {})))
    assert (heard.attributes["id"], heard.attributes["source"]) == ("a%20b é", "/s%2F ü")
