"""CloudEvents in structured mode: the whole event is one JSON object."""

import binascii
from base64 import b64decode
from functools import lru_cache

import msgspec

from contracts.envelope import Unreadable
from contracts.unreadable import ATTRIBUTES, BROKEN, NUL, what

STRUCTURED = "application/cloudevents+json"

_objects = msgspec.json.Decoder(dict[str, msgspec.Raw])
_texts = msgspec.json.Decoder(str)


@lru_cache(maxsize=64)
def media_type(content: bytes | None) -> str:
    """Return the media type without its parameters, in small letters; empty where there is none."""
    return (content or b"").partition(b";")[0].strip().lower().decode("ascii", "replace")


@lru_cache(maxsize=64)
def is_json(content_type: str) -> bool:
    """Tell whether data of this type is JSON; a charset says nothing, as JSON is UTF-8."""
    subtype = content_type.partition(";")[0].strip().lower().partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")


def unpack(value: bytes | None) -> tuple[dict[str, str], bytes | None]:
    """Return the attributes as text and the data as JSON bytes, as binary mode has them."""
    if not value:
        raise Unreadable("a structured CloudEvent has no value")
    try:
        whole = _objects.decode(value)
    except BROKEN as error:
        raise Unreadable(f"the structured CloudEvent is no JSON object: {what(error)}") from None
    data = _present(whole.pop("data", None))
    packed = _present(whole.pop("data_base64", None))
    if data is not None and packed is not None:
        raise Unreadable("a structured CloudEvent has data or data_base64, not both")
    found = {name: _text(name, bytes(raw)) for name, raw in whole.items() if _present(raw)}
    return found, data if packed is None else _unpacked(packed)


def _present(raw: msgspec.Raw | None) -> bytes | None:
    """JSON null stands for an attribute that is not there."""
    content = None if raw is None else bytes(raw)
    return None if content == b"null" else content


def _text(name: str, raw: bytes) -> str:
    """The text of an attribute; numbers and booleans of extensions as JSON writes them."""
    shown = f"the attribute {name}" if name in ATTRIBUTES else "an extension attribute"
    if raw[:1] == b'"':
        try:
            text = _texts.decode(raw)
        except BROKEN as error:
            raise Unreadable(f"{shown} is no text: {what(error)}") from None
        if "\0" in text:
            raise Unreadable(f"{shown} holds {NUL}")
        return text
    if name in ATTRIBUTES:
        raise Unreadable(f"the CloudEvents attribute {name} must be a JSON string")
    if raw[:1] in b"{[":
        raise Unreadable("an extension attribute must be a JSON string, integer or boolean")
    return raw.decode()


def _unpacked(packed: bytes) -> bytes | None:
    try:
        return b64decode(_texts.decode(packed), validate=True) or None
    except (binascii.Error, ValueError, *BROKEN):
        raise Unreadable("data_base64 is no base64 in a JSON string") from None
