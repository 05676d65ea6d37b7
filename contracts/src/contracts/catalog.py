"""Every declared event by its wire type: where it travels, in which stream, under which key."""

from collections.abc import Iterator
from types import MappingProxyType, ModuleType
from typing import Any, get_args

from msgspec import Struct

from contracts import (
    challenges,
    feedback,
    ideas,
    metrics,
    notifications,
    outside,
    pulse,
    room,
    talk,
    terms,
    tools,
)
from contracts.vocabulary import Event


class Declared(Struct, frozen=True, kw_only=True):
    """One event type: `type` is its `ce_type`, `key` the field that holds the Kafka key.

    A second version of an event is a class beside the first: `IdeaRevisedV2`, with `VERSION = 2`.
    """

    event: type[Event]
    type: str
    name: str
    version: int
    owner: str
    topic: str
    stream: str | None
    key: str

    @property
    def dataschema(self) -> str:
        """The URI of its schema, for ever: what the schema may become is compatible with it."""
        return f"urn:kiem:schema:{self.type}"


def _members(union: Any) -> tuple[type[Event], ...]:
    return get_args(union) or (union,)


def _owned(module: ModuleType) -> Iterator[Declared]:
    for stream, union in module.STREAMS.items():
        for event in _members(union):
            yield _declare(event, module.OWNER, module.TOPIC, stream, _OWN_KEYS[stream])


def _declare(event: type[Event], owner: str, topic: str, stream: str | None, key: str) -> Declared:
    version = getattr(event, "VERSION", 1)
    name = event.__name__.removesuffix(f"V{version}")
    return Declared(
        type=f"kiem.{owner}.{name}.v{version}", name=name, version=version,
        owner=owner, topic=topic, event=event, stream=stream, key=key,
    )  # fmt: skip


def _outside() -> Iterator[Declared]:
    for event in _members(outside.UsageEvent):
        key = "person" if event is outside.ToolUsageRecorded else "department"
        yield _declare(event, "usage", outside.USAGE_TOPIC, None, key)
    for event in _members(outside.WorkforceEvent):
        yield _declare(event, "workforce", outside.WORKFORCE_TOPIC, None, "department")
    for event in _members(outside.PeopleEvent):
        yield _declare(event, "people", outside.PEOPLE_TOPIC, None, "person")


# The aggregate behind each stream category, whose id is the key of its events.
_OWN_KEYS = {
    "idea": "idea", "alias": "alias", "talk": "idea", "challenge": "challenge",
    "barrier": "barrier", "time": "request", "experiment": "experiment", "learning": "learning",
    "thanks": "thanks", "tool": "tool", "help": "help",
    "review": "idea", "rubric": "rubric", "routing": "routing", "terms": "terms", "loop": "subject",
    "notice": "notice",
    "kpi": "kpi",
    "pulse": "pulse", "answer": "answer", "instrument": "instrument",
}  # fmt: skip
_OWNED = (ideas, talk, challenges, terms, room, tools, feedback, pulse, notifications, metrics)

DECLARED: MappingProxyType[str, Declared] = MappingProxyType(
    {d.type: d for d in (*(d for module in _OWNED for d in _owned(module)), *_outside())}
)
UNSHOWN = tuple(d.type for d in DECLARED.values() if d.stream == "answer")
"""Counted and told in numbers of many, and shown to nobody one by one."""
_BY_EVENT = {d.event: d for d in DECLARED.values()}
TOPICS: tuple[str, ...] = tuple(sorted({d.topic for d in DECLARED.values()}))


def declared(event: Event | type[Event]) -> Declared:
    """Return the declaration of an event or its class; KeyError if it is in no contract."""
    return _BY_EVENT[event if isinstance(event, type) else type(event)]
