"""Traces from the span files of the services: OTLP as JSON, one export a line."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

_KINDS = ("", "internal", "server", "client", "producer", "consumer")


class Span(Struct, frozen=True):
    """A piece of work of one service."""

    trace: str
    id: str
    parent: str
    service: str
    name: str
    kind: str
    start: int
    end: int
    failed: bool
    database: bool = False
    links: tuple[str, ...] = ()

    def milliseconds(self) -> float:
        return (self.end - self.start) / 1e6


class Branch(Struct):
    """A span with what it caused, in order of time; `calls` of a database may be left out."""

    span: Span
    children: list["Branch"]
    calls: int = 0


def read_trace(folder: Path, trace: str) -> list[Span]:
    """Return the spans of a trace, and those that are linked to it, of every service."""
    found: dict[str, Span] = {}
    for path in sorted(folder.glob("*.jsonl*")):
        for span in _spans(path, trace):
            if span.trace == trace or trace in span.links:
                found[span.id] = span
    return sorted(found.values(), key=lambda span: (span.start, span.end))


def _spans(path: Path, trace: str) -> Iterator[Span]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if trace in line:
                try:
                    yield from _read(json.loads(line))
                except (ValueError, KeyError, TypeError):  # a line that is being written
                    continue


def _read(export: dict[str, Any]) -> Iterator[Span]:
    for resource in export.get("resourceSpans", ()):
        attributes = resource.get("resource", {}).get("attributes", ())
        service = next((a["value"]["stringValue"] for a in attributes if a["key"] == _NAME), "?")
        for scope in resource.get("scopeSpans", ()):
            for span in scope.get("spans", ()):
                yield _span(span, service)


_NAME = "service.name"
_DATABASE = frozenset({"db.system.name", "db.system"})


def _span(span: dict[str, Any], service: str) -> Span:
    kind = span.get("kind", 0)
    return Span(
        trace=span["traceId"], id=span["spanId"], parent=span.get("parentSpanId", ""),
        service=service, name=span["name"],
        kind=_KINDS[kind] if isinstance(kind, int) else str(kind).rpartition("_")[2].lower(),
        start=int(span["startTimeUnixNano"]), end=int(span["endTimeUnixNano"]),
        failed=span.get("status", {}).get("code") in (2, "STATUS_CODE_ERROR"),
        database=any(a["key"] in _DATABASE for a in span.get("attributes", ())),
        links=tuple(link["traceId"] for link in span.get("links", ())),
    )  # fmt: skip


def as_trees(spans: list[Span]) -> list[Branch]:
    """Return the spans as trees; a span whose parent is in no file begins one."""
    known = {span.id for span in spans}
    below: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        below[span.parent if span.parent in known else ""].append(span)

    def branch(span: Span) -> Branch:
        return Branch(span, [branch(child) for child in below[span.id]])

    return [branch(span) for span in below[""]]


def services_in(spans: list[Span], trace: str) -> set[str]:
    """Return which services worked within a trace."""
    return {span.service for span in spans if span.trace == trace}
