"""CloudEvents 1.0.2 over Kafka: written in binary mode, read in binary and structured mode."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from contracts.catalog import DECLARED, Declared
from contracts.envelope import Envelope, Unreadable
from contracts.vocabulary import Event

Header = tuple[str, bytes | None]

CONTENT_TYPE = "application/json"
STRUCTURED = "application/cloudevents+json"
SEQUENCE_DIGITS = 20  # `sequence` sorts as text, so it is padded
REQUIRED = ("id", "source", "type", "specversion")

_NAME = re.compile(r"[a-z0-9]{1,40}")
_encoder = msgspec.json.Encoder()
_objects = msgspec.json.Decoder(dict[str, Any])
_instants = msgspec.json.Decoder(datetime)
_decoders: dict[str, msgspec.json.Decoder[Event]] = {
    d.type: msgspec.json.Decoder(d.event) for d in DECLARED.values()
}


class CloudEvent(Struct, frozen=True):
    """Attributes as text, and the data as it came: JSON bytes, or None for a tombstone."""

    attributes: dict[str, str]
    data: bytes | None


def attributes(event: Event, kind: Declared, *, id: str, source: str) -> dict[str, str]:  # noqa: A002 - the standard's word
    """Return the attributes that every event of ours carries, for this event."""
    key = str(getattr(event, kind.key))
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": kind.type,
        "time": instant(event.at),
        "partitionkey": key,
    }


def instant(at: datetime) -> str:
    """Write a moment as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write(attributes: Mapping[str, str], data: bytes) -> tuple[list[Header], bytes]:
    """Return headers and value of a Kafka record in binary mode."""
    headers: list[Header] = [("content-type", CONTENT_TYPE.encode())]
    headers += [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    if traceparent := attributes.get("traceparent"):
        headers.append(("traceparent", traceparent.encode()))
    return headers, data


def publishable(
    event: Event, kind: Declared, *, id: str, source: str  # noqa: A002 - the standard's word
) -> tuple[bytes, list[Header], bytes]:  # fmt: skip
    """Return key, headers and value of a Kafka record: all that a publisher has to send."""
    found = attributes(event, kind, id=id, source=source)
    headers, value = write(found, _encoder.encode(event))
    return found["partitionkey"].encode(), headers, value


def read(headers: Iterable[Header], value: bytes | None) -> CloudEvent:
    """Read a Kafka record of either mode; raise Unreadable where it is no CloudEvent."""
    kept = {name.lower(): content for name, content in headers}
    content_type = _text("content-type", kept.get("content-type") or b"").partition(";")[0].strip()
    event = _structured(value) if content_type == STRUCTURED else _binary(kept, value)
    missing = [name for name in REQUIRED if not event.attributes.get(name)]
    if missing:
        raise Unreadable(f"the CloudEvents attributes {', '.join(missing)} are missing")
    if event.attributes["specversion"] != "1.0":
        raise Unreadable("specversion is not 1.0, the only one that is read here")
    return event


def _binary(headers: Mapping[str, bytes | None], value: bytes | None) -> CloudEvent:
    found = {
        name[3:]: _text(name, content)
        for name, content in headers.items()
        if name.startswith("ce_") and content is not None
    }
    if traceparent := headers.get("traceparent"):
        found["traceparent"] = _text("traceparent", traceparent)
    return CloudEvent(found, value)


def _structured(value: bytes | None) -> CloudEvent:
    if value is None:
        raise Unreadable("a structured CloudEvent has no value")
    try:
        whole = _objects.decode(value)
    except msgspec.DecodeError as error:
        raise Unreadable(f"the structured CloudEvent is no JSON object: {_where(error)}") from None
    if "data_base64" in whole:
        raise Unreadable("data_base64 is not read here: send the data as JSON")
    data = whole.pop("data", None)
    found = {n: v if isinstance(v, str) else _encoder.encode(v).decode() for n, v in whole.items()}
    return CloudEvent(found, None if data is None else _encoder.encode(data))


def decode(event: CloudEvent, topic: str) -> Envelope[Event] | None:
    """Decode a CloudEvent into a declared event; None where its type is not known here.

    Raises Unreadable where the type is known and the rest does not fit it.
    """
    kind = DECLARED.get(event.attributes["type"])
    if kind is None or kind.topic != topic:
        return None
    if event.data is None:
        raise Unreadable(f"{kind.name} has no data")
    try:
        data = _decoders[kind.type].decode(event.data)
    except msgspec.DecodeError as error:
        raise Unreadable(f"the data is no {kind.name}: {_where(error)}") from None
    found = event.attributes
    stream, version = _place(kind, found)
    return Envelope(
        id=found["id"], source=found["source"], type=kind.type, data=data,
        key=str(getattr(data, kind.key)), stream=stream, version=version,
        occurred_at=data.at, recorded_at=_recorded(found, data.at),
        correlation=found.get("correlationid"), causation=found.get("causationid"),
        traceparent=found.get("traceparent"),
    )  # fmt: skip


def _place(kind: Declared, found: Mapping[str, str]) -> tuple[str | None, int | None]:
    if kind.stream is None:
        return None, None
    stream, sequence = found.get("subject", ""), found.get("sequence", "")
    if not stream.startswith(f"{kind.stream}-") or not sequence.isascii() or not sequence.isdigit():
        raise Unreadable(f"{kind.name} needs ce_subject ({kind.stream}-…) and ce_sequence (digits)")
    return stream, int(sequence)


def _recorded(found: Mapping[str, str], otherwise: datetime) -> datetime:
    text = found.get("recordedtime")
    if text is None:
        return otherwise
    try:
        return _instants.decode(_encoder.encode(text))
    except msgspec.DecodeError:
        raise Unreadable("ce_recordedtime is no RFC 3339 time") from None


def _text(name: str, content: bytes | None) -> str:
    if content is None:
        return ""
    try:
        return content.decode()
    except UnicodeDecodeError:
        shown = name if _NAME.fullmatch(name.removeprefix("ce_")) else "a header"
        raise Unreadable(f"{shown} is not UTF-8") from None


def _where(error: msgspec.DecodeError) -> str:
    """Say what is wrong without the data: msgspec names types and places, the text after it not."""
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    return "malformed JSON"
