"""Traces from the files that the services write where no collector is at hand."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NAME = "service.name"
_DATABASE = frozenset({"db.system.name", "db.system"})
MOST = 300
WIDTH, LEAST = 300.0, 1.5


@dataclass(frozen=True)
class Bar:
    """A piece of work of one service, and where it stands in the time of all of them."""

    trace: str
    service: str
    name: str
    begins: float
    lasts: float
    depth: int
    failed: bool
    left: float
    wide: float


def waterfall(folder: Path, traces: Iterable[str]) -> list[Bar]:
    """Return the work of some traces, in order of time; calls of a database are left out."""
    wanted = {trace for trace in traces if len(trace) == 32}  # noqa: PLR2004 - hexadecimal digits
    spans = {span["spanId"]: span for span in _read(folder, wanted)}
    ordered = sorted(spans.values(), key=lambda span: int(span["startTimeUnixNano"]))[:MOST]
    if not ordered:
        return []
    # Traces of one idea lie days apart: each begins at its own first moment.
    first: dict[str, int] = {}
    ends: dict[str, list[int]] = {}
    for span in ordered:
        first.setdefault(span["traceId"], int(span["startTimeUnixNano"]))
        ends.setdefault(span["traceId"], []).append(int(span["endTimeUnixNano"]))
    # A mail that rested some seconds would leave the rest no width: it stands at the edge.
    last = {trace: sorted(each)[math.ceil(0.9 * len(each)) - 1] for trace, each in ends.items()}
    return [_bar(span, spans, first[span["traceId"]], last[span["traceId"]]) for span in ordered]


def _bar(span: dict[str, Any], spans: dict[str, Any], first: int, last: int) -> Bar:
    whole = max(1, last - first)
    begins, ends = int(span["startTimeUnixNano"]) - first, int(span["endTimeUnixNano"]) - first
    return Bar(
        trace=span["traceId"], service=span["service"], name=span["name"],
        begins=begins / 1e6, lasts=(ends - begins) / 1e6, depth=_depth(span, spans),
        failed=span.get("status", {}).get("code") in {2, "STATUS_CODE_ERROR"},
        left=min(WIDTH - LEAST, round(begins / whole * WIDTH, 1)),
        wide=max(LEAST, round((min(ends, whole) - min(begins, whole)) / whole * WIDTH, 1)),
    )  # fmt: skip


def _depth(span: dict[str, Any], spans: dict[str, Any]) -> int:
    depth, above = 0, span.get("parentSpanId", "")
    while above in spans and depth < 12:  # noqa: PLR2004 - deeper is no easier to read
        depth, above = depth + 1, spans[above].get("parentSpanId", "")
    return depth


def _read(folder: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl*")):
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if any(trace in line for trace in wanted):
                    try:
                        yield from _spans(json.loads(line), wanted)
                    except (ValueError, KeyError, TypeError):  # a line that is being written
                        continue


def _spans(export: dict[str, Any], wanted: set[str]) -> Iterator[dict[str, Any]]:
    for resource in export.get("resourceSpans", ()):
        told = resource.get("resource", {}).get("attributes", ())
        service = next((a["value"]["stringValue"] for a in told if a["key"] == _NAME), "?")
        for scope in resource.get("scopeSpans", ()):
            for span in scope.get("spans", ()):
                own = any(a["key"] in _DATABASE for a in span.get("attributes", ()))
                if span["traceId"] in wanted and not own:
                    yield {**span, "service": service}
