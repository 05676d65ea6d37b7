"""CloudEvents 1.0.2 over Kafka: written in binary mode, read in binary and structured mode."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from contracts.catalog import DECLARED, Declared
from contracts.envelope import Envelope, Unreadable
from contracts.personal import withhold
from contracts.structured import STRUCTURED, is_json, media_type, unpack
from contracts.unreadable import BROKEN, NUL, has_nul, text_of, what
from contracts.vocabulary import Event, Instant

Header = tuple[str, bytes | None]

CONTENT_TYPE = "application/json"
SEQUENCE_DIGITS = 20  # `sequence` sorts as text, so it is padded
KAFKAS = {"datacontenttype": "content-type", "traceparent": "traceparent"}  # headers without ce_
REQUIRED = ("id", "source", "type", "specversion")
LONGEST_IDENTITY = 256  # characters of an id or a source: together they must fit in an index
LAST_VERSION = 2**63 - 1

_encoder = msgspec.json.Encoder()
DECODERS: dict[str, msgspec.json.Decoder[Event]] = {
    d.type: msgspec.json.Decoder(d.event) for d in DECLARED.values()
}


class CloudEvent(Struct, frozen=True):
    """Attributes as text, and the data as it came: JSON bytes, or None for a tombstone."""

    attributes: dict[str, str]
    data: bytes | None


def attributes(event: Event, kind: Declared, *, id: str, source: str) -> dict[str, str]:  # noqa: A002 - the standard's word
    """Return the attributes that every event of ours carries, for this event."""
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": kind.type,
        "time": instant(event.at),
        "dataschema": kind.dataschema,
        "partitionkey": str(getattr(event, kind.key)),
    }


def attributes_of(told: Envelope[Any]) -> dict[str, str]:
    """Return the attributes of an event of ours as its owner tells it: those and its place."""
    found = {
        "specversion": "1.0", "id": told.id, "source": told.source, "type": told.type,
        "dataschema": DECLARED[told.type].dataschema, "partitionkey": told.key,
        "time": instant(told.occurred_at), "recordedtime": instant(told.recorded_at),
        "subject": told.stream, "sequence": f"{told.version:0{SEQUENCE_DIGITS}d}",
        "correlationid": told.correlation, "causationid": told.causation,
        # The trace of the request that caused the event, unchanged: where effects belong.
        "traceparent": told.traceparent,
    }  # fmt: skip
    return {name: text for name, text in found.items() if text}


def instant(at: datetime) -> str:
    """Write a moment as RFC 3339 in UTC."""
    return _encoder.encode(at.astimezone(UTC))[1:-1].decode()


def write(attributes: Mapping[str, str], data: bytes) -> tuple[list[Header], bytes]:
    """Return headers and value of a Kafka record in binary mode.

    `datacontenttype` travels as the header content-type, and nothing is percent-encoded: that is
    what the Kafka binding says, unlike the one for HTTP.
    """
    content_type = attributes.get("datacontenttype", CONTENT_TYPE)
    headers: list[Header] = [("content-type", content_type.encode())]
    headers += [
        (f"ce_{name}", value.encode())
        for name, value in attributes.items()
        if name != "datacontenttype"
    ]
    if traceparent := attributes.get("traceparent"):
        headers.append(("traceparent", traceparent.encode()))
    return headers, data


def publishable(
    event: Event, kind: Declared, *, id: str, source: str  # noqa: A002 - the standard's word
) -> tuple[bytes, list[Header], bytes]:  # fmt: skip
    """Return key, headers and value of a Kafka record: all that a publisher has to send.

    Personal words are left out, whoever calls this.
    """
    found = attributes(event, kind, id=id, source=source)
    headers, value = write(found, _encoder.encode(withhold(event)))
    return found["partitionkey"].encode(), headers, value


def read(headers: Iterable[Header], value: bytes | None) -> CloudEvent:
    """Read a Kafka record of either mode; raise Unreadable where it is no CloudEvent."""
    pairs = tuple(headers)
    names, contents = zip(*pairs, strict=True) if pairs else ((), ())
    layout = _layout(names)
    if layout.repeats:
        _refuse_contradictions(pairs)
    media = "" if layout.content_type is None else media_type(contents[layout.content_type])
    if media == STRUCTURED:
        found, data = unpack(value)
        if layout.traceparent is not None and contents[layout.traceparent]:
            found["traceparent"] = text_of("traceparent", contents[layout.traceparent])
    elif media.startswith("application/cloudevents"):
        raise Unreadable(f"a CloudEvent in another format than {STRUCTURED}: send it as that")
    else:
        found, data = _binary(layout, contents), value or None
    _check(found)
    return CloudEvent(found, data)


class _Layout(NamedTuple):
    """Which header is which attribute, of records whose headers have the same names."""

    attributes: dict[str, int]
    content_type: int | None
    traceparent: int | None
    repeats: bool


@lru_cache(maxsize=64)
def _layout(names: tuple[str, ...]) -> _Layout:
    """Find this out once: a publisher writes the headers of all its records in the same way."""
    places = {name.lower(): place for place, name in enumerate(names)}
    attributes = {name[3:]: place for name, place in places.items() if name[:3] == "ce_"}
    content_type, traceparent = places.get("content-type"), places.get("traceparent")
    attributes |= {name: places[header] for name, header in KAFKAS.items() if header in places}
    return _Layout(attributes, content_type, traceparent, len(places) < len(names))


def _binary(layout: _Layout, contents: Sequence[bytes | None]) -> dict[str, str]:
    given = [contents[place] for place in layout.attributes.values()]
    try:
        texts = b"\0".join(given).decode().split("\0")  # type: ignore[arg-type]
    except (TypeError, UnicodeDecodeError):
        texts = []
    if len(texts) == len(given) and "" not in texts:
        return dict(zip(layout.attributes, texts, strict=True))
    return {
        name: text_of(KAFKAS.get(name, f"ce_{name}"), content)
        for name, content in zip(layout.attributes, given, strict=True)
        if content is not None and (content or name not in KAFKAS)
    }


def _refuse_contradictions(pairs: Iterable[Header]) -> None:
    """A header may be repeated, but not say two things: readers would disagree which one counts."""
    seen: dict[str, bytes | None] = {}
    for name, content in pairs:
        known = name.lower()
        decides = known.startswith("ce_") or known == "content-type"
        if decides and seen.setdefault(known, content) != content:
            raise Unreadable("a header stands there twice with different values: send it once")


def _check(found: Mapping[str, str]) -> None:
    if not all(map(found.get, REQUIRED)):
        missing = [name for name in REQUIRED if not found.get(name)]
        raise Unreadable(
            f"the CloudEvents attributes {', '.join(missing)} are missing: send each as a header "
            f"ce_…, or the whole event with the header content-type {STRUCTURED}"
        )
    if found["specversion"] != "1.0":
        raise Unreadable("specversion is not 1.0, the only one that is read here")


def decode(event: CloudEvent, topic: str) -> Envelope[Event] | None:
    """Decode a CloudEvent into a declared event; None where its type is not known here.

    Raises Unreadable where the type is known and the rest does not fit it.
    """
    kind = DECLARED.get(event.attributes["type"])
    if kind is None or kind.topic != topic:
        return None
    found = event.attributes
    _check_identity(found)
    data = _data(event, kind)
    key = str(getattr(data, kind.key))
    stream, version = _place(kind, key, found)
    return Envelope(
        id=found["id"], source=found["source"], type=kind.type, data=data,
        key=key, stream=stream, version=version,
        occurred_at=data.at, recorded_at=data.at if stream is None else _recorded(found, data.at),
        correlation=found.get("correlationid"), causation=found.get("causationid"),
        traceparent=found.get("traceparent"),
    )  # fmt: skip


def _check_identity(found: Mapping[str, str]) -> None:
    if len(found["id"]) > LONGEST_IDENTITY or len(found["source"]) > LONGEST_IDENTITY:
        raise Unreadable(f"id and source may have {LONGEST_IDENTITY} characters at most")


def _data(event: CloudEvent, kind: Declared) -> Event:
    if event.data is None:
        raise Unreadable(f"{kind.name} has no data")
    if not is_json(event.attributes.get("datacontenttype", CONTENT_TYPE)):
        raise Unreadable(f"{kind.name} is read as JSON only: send it with content-type JSON")
    if has_nul(event.data):
        raise Unreadable(f"the data of {kind.name} holds {NUL}")
    try:
        data = DECODERS[kind.type].decode(event.data)
    except BROKEN as error:
        raise Unreadable(
            f"the data is no {kind.name}: {what(error)} (schema {kind.dataschema})"
        ) from None
    if not 1 < data.at.year < 9999:  # noqa: PLR2004 - outside, a moment may have no form in UTC
        raise Unreadable(f"the data is no {kind.name}: its year is out of range - at `$.at`")
    return data


def _place(kind: Declared, key: str, found: Mapping[str, str]) -> tuple[str | None, int | None]:
    if kind.stream is None:
        return None, None
    stream, sequence = f"{kind.stream}-{key}", found.get("sequence", "")
    if found.get("subject") != stream:
        raise Unreadable(f"{kind.name} needs ce_subject {kind.stream}-… with its data's {kind.key}")
    digits = sequence.isascii() and sequence.isdigit() and len(sequence) <= SEQUENCE_DIGITS
    if not digits or not 1 <= int(sequence) <= LAST_VERSION:
        raise Unreadable(f"{kind.name} needs ce_sequence: its stream's version, in digits, from 1")
    return stream, int(sequence)


def _recorded(found: Mapping[str, str], otherwise: datetime) -> datetime:
    text = found.get("recordedtime")
    if text is None:
        return otherwise
    try:
        return msgspec.convert(text, Instant)
    except BROKEN:
        raise Unreadable("ce_recordedtime is no RFC 3339 time with an offset") from None
