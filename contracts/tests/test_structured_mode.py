"""Structured mode, from whoever writes it: read, or refused in words that quote nothing."""

from typing import Any

import msgspec
import pytest

from contracts.cloudevents import Header, decode, read
from contracts.outside import USAGE_TOPIC
from contracts.structured import STRUCTURED

USED = "kiem.usage.ToolUsageRecorded.v1"
SECRET = "Anna Jansen"
DATA = {"at": "2026-03-02T09:15:00Z", "person": "p-1", "tool": "t", "feature": "f"}
WHOLE = {"specversion": "1.0", "id": "1", "source": "s", "type": USED, "data": DATA}
AS_STRUCTURED: list[Header] = [("content-type", STRUCTURED.encode())]


def _heard(headers: list[Header], value: bytes | None) -> Any:
    return decode(read(headers, value), USAGE_TOPIC)


def _whole(**changed: Any) -> bytes:
    return msgspec.json.encode({**WHOLE, **changed})


@pytest.mark.parametrize(
    "content_type", [STRUCTURED, f"{STRUCTURED}; charset=utf-8", STRUCTURED.upper()]
)
def test_structured_mode_is_read(content_type: str) -> None:
    heard = _heard([("content-type", content_type.encode())], _whole())
    assert (heard.id, heard.key) == ("1", "p-1")


@pytest.mark.parametrize("form", ["application/cloudevents-batch+json", "application/cloudevents"])
def test_another_form_of_cloudevents_is_refused_with_the_one_to_use(
    refused: Any, form: str
) -> None:
    assert STRUCTURED in refused([("content-type", form.encode())], _whole())


def test_structured_mode_without_its_content_type_is_told_to_say_so(refused: Any) -> None:
    assert f"content-type {STRUCTURED}" in refused([], _whole())


@pytest.mark.parametrize("value", [None, b"", b"[]", b"null", b'"x"', b"{", b'{"\xff": 1}'])
def test_a_structured_event_that_is_no_object_isrefused(refused: Any, value: bytes | None) -> None:
    assert "structured CloudEvent" in refused(AS_STRUCTURED, value)


def test_an_attribute_that_is_no_text_in_structured_mode_is_named_and_not_quoted(
    refused: Any,
) -> None:
    assert refused(AS_STRUCTURED, b'{"id": "\xff"}') == "the attribute id is no text: not UTF-8"
    told = refused(AS_STRUCTURED, b'{"jansen": "\xff"}')
    assert told == "an extension attribute is no text: not UTF-8"


def test_data_that_is_missing_or_null_in_structured_mode_is_no_data(refused: Any) -> None:
    without = {name: value for name, value in WHOLE.items() if name != "data"}
    assert "has no data" in refused(AS_STRUCTURED, msgspec.json.encode(without))
    assert "has no data" in refused(AS_STRUCTURED, _whole(data=None))


def test_data_may_be_packed_but_not_come_twice_or_broken(refused: Any) -> None:
    packed = msgspec.json.encode(msgspec.json.encode(DATA)).decode().strip('"')
    assert _heard(AS_STRUCTURED, _whole(data=None, data_base64=packed)).key == "p-1"
    assert "not both" in refused(AS_STRUCTURED, _whole(data_base64=packed))
    for broken in ("%%%", "YQ", 7, [SECRET]):
        told = refused(AS_STRUCTURED, _whole(data=None, data_base64=broken))
        assert told == "data_base64 is no base64 in a JSON string"


def test_extensions_of_other_types_become_their_text() -> None:
    found = read(AS_STRUCTURED, _whole(sampled=True, rate=-7, none=None, name="é")).attributes
    assert (found["sampled"], found["rate"], found["name"]) == ("true", "-7", "é")
    assert "none" not in found


@pytest.mark.parametrize("value", [[SECRET], {SECRET: 1}, [], {}])
def test_an_extension_that_is_a_list_or_an_object_isrefused(refused: Any, value: Any) -> None:
    told = refused(AS_STRUCTURED, _whole(jansen=value))
    assert told == "an extension attribute must be a JSON string, integer or boolean"


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "specversion", "time"])
@pytest.mark.parametrize("value", [1, 1.0, True, [SECRET], {"a": SECRET}])
def test_the_attributes_of_the_standard_must_be_text(refused: Any, name: str, value: Any) -> None:
    told = refused(AS_STRUCTURED, _whole(**{name: value}))
    assert told == f"the CloudEvents attribute {name} must be a JSON string"


@pytest.mark.parametrize("name", ["id", "source"])
def test_an_identity_that_no_index_can_hold_isrefused(refused: Any, name: str) -> None:
    assert "256 characters" in refused(AS_STRUCTURED, _whole(**{name: "é" * 257}))
    assert _heard(AS_STRUCTURED, _whole(**{name: "é" * 256})) is not None
