"""The JSON Schema of an event as it is published: closed, and without its personal fields."""

import hashlib
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

import msgspec

from contracts.catalog import Declared
from contracts.personal import personal_fields

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# What people read and programs do not: a better sentence is no new schema.
ANNOTATIONS = frozenset({"$schema", "$id", "title", "description", "examples", "x-since"})


def schema_of(kind: Declared) -> Schema:
    """Return the schema of what a writer publishes; readers must accept more than it says."""
    stored = stored_schema(kind)
    withheld = personal_fields(kind.event)
    return {
        "$schema": DIALECT,
        "$id": kind.dataschema,
        "title": kind.name,
        "description": cleandoc(kind.event.__doc__ or ""),
        "x-topic": kind.topic,
        "x-key": kind.key,
        "x-stream": kind.stream,
        "type": "object",
        "properties": {n: s for n, s in stored["properties"].items() if n not in withheld},
        "required": [name for name in stored["required"] if name not in withheld],
        "additionalProperties": False,
    }


def stored_schema(kind: Declared) -> Schema:
    """Return the schema of the event as its owner knows it, personal fields and all."""
    _, components = msgspec.json.schema_components([kind.event])
    found: Schema = _inlined(components[kind.event.__name__], components)
    plain: Schema = msgspec.json.decode(
        msgspec.json.encode(found)
    )  # as a reader of the file has it
    return plain


def _inlined(schema: Any, components: Mapping[str, Schema]) -> Any:
    """Replace references by what they refer to: every file can be read alone."""
    if isinstance(schema, dict):
        if reference := schema.get("$ref"):
            return _inlined(components[reference.rpartition("/")[2]], components)
        found = {name: _inlined(part, components) for name, part in schema.items()}
        if isinstance(said := found.get("description"), str):
            found["description"] = cleandoc(said)  # Python 3.13 unindents docstrings, 3.11 not
        return found
    if isinstance(schema, list):
        return [_inlined(part, components) for part in schema]
    return schema


def shape(schema: Any) -> Any:
    """Return what decides whether data fits: the schema without its words to people."""
    if isinstance(schema, list):
        return [shape(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: part for name, part in schema.items() if name not in ANNOTATIONS}
    if "properties" in kept:  # here names are names of fields, whatever they say
        fields = {name: shape(part) for name, part in kept.pop("properties").items()}
        return {"properties": fields, **shape(kept)}
    return {name: shape(part) for name, part in kept.items()}


def fingerprint(schema: Schema) -> str:
    """Return eight hexadecimal digits that change when the shape does."""
    content = msgspec.json.encode(shape(schema), order="sorted")
    return hashlib.sha256(content).hexdigest()[:8]


def brief(schema: Schema) -> str:
    """Say in a few words what a schema takes."""
    if "anyOf" in schema:
        return " or ".join(brief(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {brief(schema['items'])}"
    if isinstance(inner := schema.get("additionalProperties"), dict):
        return f"object of {brief(inner)}"
    return str(schema.get("format") or schema.get("type") or "anything")


def text(document: Any) -> str:
    """Write a document as it is committed: for people to read, and the same every time."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
