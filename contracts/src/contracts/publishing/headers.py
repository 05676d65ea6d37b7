"""The headers that every record carries, as AsyncAPI and the page of events describe them."""

from typing import Any

from msgspec import inspect

from contracts.catalog import Declared

# Name, whether an event of ours always has it, whether one from outside must, and what it says.
HEADERS: tuple[tuple[str, bool, bool, str], ...] = (
    ("content-type", True, False, "The media type of the value; JSON is assumed without it."),
    ("ce_specversion", True, True, "The version of CloudEvents."),
    ("ce_id", True, True, "The event's id; with `ce_source` it is unique, so repeats are known."),
    ("ce_source", True, True, "Who tells it: `kiem/<service>`, or a URI of the publishing system."),
    ("ce_type", True, True, "Which event it is, with its version."),
    ("ce_time", True, False, "When it happened, RFC 3339; the same as `at` in the data."),
    ("ce_dataschema", True, False, "The URI of the data's JSON Schema."),
    ("ce_partitionkey", True, False, "The record's key, as text."),
    ("ce_subject", True, False, "The stream the event belongs to: `<category>-<id>`."),
    ("ce_sequence", True, False, "The event's version in its stream from 1 on, in 20 digits."),
    ("ce_recordedtime", True, False, "When the owner stored it, RFC 3339."),
    ("ce_correlationid", False, False, "What joins all that one idea caused: the idea's id."),
    ("ce_causationid", False, False, "The id of the event that made this one happen."),
    ("ce_traceparent", False, False, "The trace of the request that caused it (W3C)."),
    ("traceparent", False, False, "The same, where tracing libraries look for it."),
)
_FORMATS = {"ce_time": "date-time", "ce_recordedtime": "date-time", "ce_dataschema": "uri"}
_PATTERNS = {
    "ce_sequence": r"^\d{20}$",
    "ce_traceparent": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
    "traceparent": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
}


def headers_of(*, ours: bool) -> dict[str, Any]:
    """Return the schema of the headers: of events of ours, or of those from outside."""
    return {
        "type": "object",
        "description": "CloudEvents 1.0.2, Kafka protocol binding, binary mode; values are UTF-8.",
        "properties": {name: _header(name, says) for name, _, _, says in HEADERS},
        "required": [name for name, always, must, _ in HEADERS if (always if ours else must)],
    }


def _header(name: str, says: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string", "description": says, "minLength": 1}
    if name in _FORMATS:
        found["format"] = _FORMATS[name]
    if name in _PATTERNS:
        found["pattern"] = _PATTERNS[name]
    if name == "ce_specversion":
        found["const"] = "1.0"
    return found


def _id(kind: Declared) -> str:
    """Return the pattern of a stream's ids: UUIDs, save for what already had a name of its own."""
    fields = {field.name: field.type for field in inspect.type_info(kind.event).fields}  # type: ignore[attr-defined]
    return "[0-9a-f-]{36}" if isinstance(fields[kind.key], inspect.UUIDType) else r"\S{1,200}"


def headers_for(kind: Declared) -> dict[str, Any]:
    """Return the schema of the headers of one event type."""
    general = "OwnHeaders" if kind.stream else "OutsideHeaders"
    own: dict[str, Any] = {"ce_type": {"const": kind.type}}
    own["ce_dataschema"] = {"const": kind.dataschema}
    if kind.stream:
        own["ce_source"] = {"const": f"kiem/{kind.owner}"}
        own["ce_subject"] = {"pattern": f"^{kind.stream}-{_id(kind)}$"}
    return {"allOf": [{"$ref": f"#/components/schemas/{general}"}, {"properties": own}]}
