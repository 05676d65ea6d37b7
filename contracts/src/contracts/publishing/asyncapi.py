"""The AsyncAPI document: every topic, every message, with headers, keys and examples."""

from collections.abc import Mapping, Sequence
from typing import Any

import contracts
from contracts import catalog
from contracts.catalog import DECLARED, Declared
from contracts.publishing.golden import Golden
from contracts.publishing.headers import headers_for, headers_of
from contracts.publishing.schemas import Schema

Document = dict[str, Any]
Examples = Mapping[str, Sequence[Golden]]

BINDING = "0.5.0"
_TOPICS = {
    "kiem.ideas.events": "The lives of ideas.",
    "kiem.feedback.events": "Who reviews an idea, and what they answered.",
    "kiem.metrics.events": "What the works council consented to, of the numbers about people.",
    "kiem.notifications.events": "Promises made, kept and broken; notices that arrived.",
    "kiem.usage.events": "Usage of tools, told by other systems. Kept for seven days.",
    "kiem.workforce.events": "The workforce in numbers, told by other systems.",
    "kiem.people.events": "Who works where, told by the directory; no name, no address.",
}


def document(schemas: Mapping[str, Schema], examples: Examples, version: str) -> Document:
    """Return the whole document."""
    return {
        "asyncapi": "3.1.0",
        "id": "urn:kiem:events",
        "info": _info(version),
        "defaultContentType": "application/json",
        "servers": {"kafka": _server()},
        "channels": {topic: _channel(topic) for topic in catalog.TOPICS},
        "operations": {_verb(topic) + topic: _operation(topic) for topic in catalog.TOPICS},
        "components": {
            "messages": {d.type: _message(d, examples[d.type]) for d in DECLARED.values()},
            "schemas": {
                "OwnHeaders": headers_of(ours=True),
                "OutsideHeaders": headers_of(ours=False),
                **{type_: _embedded(schema) for type_, schema in schemas.items()},
            },
        },
    }


def _info(version: str) -> Document:
    return {
        "title": "Kiem: events",
        "version": version,
        "description": f"{contracts.__doc__} Personal words are absent from all of it: they are "
        "asked for over HTTP, from their owner, by whom may see them. Structured mode "
        "(content-type application/cloudevents+json) is read as well.",
    }


def _server() -> Document:
    return {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "description": "Any broker of the cluster.",
        "variables": {"bootstrap": {"default": "127.0.0.1:9092", "description": "Host and port."}},
    }


def _on(topic: str) -> list[Declared]:
    return [d for d in DECLARED.values() if d.topic == topic]


def _channel(topic: str) -> Document:
    return {
        "address": topic,
        "title": topic,
        "description": _TOPICS[topic],
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {d.type: {"$ref": f"#/components/messages/{d.type}"} for d in _on(topic)},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": BINDING}},
    }


def _verb(topic: str) -> str:
    return "send." if any(d.stream for d in _on(topic)) else "receive."


def _operation(topic: str) -> Document:
    sends = _verb(topic) == "send."
    return {
        "action": "send" if sends else "receive",
        "channel": {"$ref": f"#/channels/{topic}"},
        "summary": "Kiem publishes these; read them from the start, whenever you come."
        if sends
        else "Other systems publish these, and Kiem reads them.",
        "messages": [{"$ref": f"#/channels/{topic}/messages/{d.type}"} for d in _on(topic)],
    }


def _message(kind: Declared, examples: Sequence[Golden]) -> Document:
    return {
        "name": kind.type,
        "title": kind.name,
        "summary": (kind.event.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "headers": headers_for(kind),
        "payload": {"$ref": f"#/components/schemas/{kind.type}"},
        "correlationId": {
            "description": "Joins all that one idea caused.",
            "location": "$message.header#/ce_correlationid",
        },
        "bindings": {"kafka": {"key": _key(kind), "bindingVersion": BINDING}},
        "examples": [
            {"name": f"{kind.name}{number}", "headers": one.headers, "payload": one.data}
            for number, one in enumerate(examples, 1)
        ],
    }


def _key(kind: Declared) -> Document:
    found: Document = {"type": "string", "description": f"`{kind.key}` of the data, as UTF-8."}
    return found | {"format": "uuid"} if kind.stream else found


def _embedded(schema: Schema) -> Schema:
    """A schema inside the document has no dialect and no identity of its own."""
    named = {"x-schema-id": schema["$id"]}
    return named | {name: part for name, part in schema.items() if name not in {"$schema", "$id"}}
