"""Cleans what leaves a process as a trace: no words, no addresses, no drivers' messages."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

# A path or a query may hold a person's id or whatever a client mistook for one; the route says it.
_LEFT_OUT = frozenset({
    "url.path", "url.query", "http.target", "client.address", "user_agent.original", "net.peer.ip",
    "db.statement.parameters", "exception.message", "exception.stacktrace",
})  # fmt: skip
_ORIGIN_ONLY = frozenset({"url.full", "http.url"})


class RedactedExporter(SpanExporter):
    """Hands spans on without what could be personal."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([_cleaned(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _cleaned(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name, context=span.context, parent=span.parent, resource=span.resource,
        attributes=_kept(span.attributes or {}), links=span.links, kind=span.kind,
        events=[Event(e.name, _kept(e.attributes or {}), e.timestamp) for e in span.events],
        status=Status(span.status.status_code), start_time=span.start_time,
        end_time=span.end_time, instrumentation_scope=span.instrumentation_scope,
    )  # fmt: skip


def _kept(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _origin(str(value)) if key in _ORIGIN_ONLY else value
        for key, value in attributes.items()
        if key not in _LEFT_OUT
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"


class RotatingFile:
    """A text file that starts anew when it is full, keeping the one before."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")

    @property
    def closed(self) -> bool:
        return self._file.closed

    def write(self, line: str) -> int:
        if self._file.tell() + len(line) > self._limit:
            self._file.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._path.open("a", encoding="utf-8")
        return self._file.write(line)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()
