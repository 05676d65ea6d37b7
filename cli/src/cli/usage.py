"""Rows of tool usage become events, the same ones each time: a row's id is its line."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from cli.progress import Advance
from cli.services import LONG, Services
from cli.tables import Row
from cli.tokens import PUBLISHER
from contracts.catalog import declared
from contracts.cloudevents import attributes
from contracts.outside import ToolUsageRecorded
from contracts.vocabulary import PersonId
from history.mapping.model import Sources, Usage, plain
from history.mapping.moments import Parse
from history.together import together

BATCH = "application/cloudevents-batch+json"
_MOST_EVENTS, _MOST_BYTES = 1000, 900_000
_LONGEST_WORD = 200
_YES, _NO = frozenset({"true", "yes", "ja", "1"}), frozenset({"false", "no", "nee", "0", ""})
_encoder = msgspec.json.Encoder()


class UsageAccount(Struct):
    """What became of the rows, and why where they do not count."""

    accepted: int = 0
    repeated: int = 0
    reasons: dict[int, str] = field(default_factory=dict)
    features: Counter[tuple[str, bool]] = field(default_factory=Counter)
    tools: Counter[str] = field(default_factory=Counter)


class NoUsage(Exception):
    """A row that cannot be an event; the message says why."""


class RowReader:
    """Makes events of rows by a mapping."""

    def __init__(self, usage: Usage, parse: Parse) -> None:
        self.usage, self.parse = usage, parse

    def event(self, row: Row) -> ToolUsageRecorded:
        feature = self._word(row, "feature")
        feature = self.usage.features.get(plain(feature), feature)
        tool = self.usage.tool or self._word(row, "tool")
        department = _first(row, self.usage.fields["department"])
        return ToolUsageRecorded(
            at=self._moment(row), person=PersonId(self._person(row)), tool=tool, feature=feature,
            advanced=self._advanced(row, feature), department=department or None,
        )  # fmt: skip

    def _moment(self, row: Row) -> datetime:
        try:
            return self.parse(_first(row, self.usage.fields["at"]))
        except ValueError:
            raise NoUsage("the moment is missing or written in another way") from None

    def _advanced(self, row: Row, feature: str) -> bool:
        said = _first(row, self.usage.fields["advanced"]).lower()
        if said not in _YES and said not in _NO:
            raise NoUsage("the column that says advanced holds neither true nor false")
        return said in _YES or plain(feature) in self.usage.advanced

    def _person(self, row: Row) -> str:
        person = self._word(row, "person")
        if "@" in person or " " in person:
            raise NoUsage("the person seems to be a name or an address, not a directory id")
        return person

    def _word(self, row: Row, name: str) -> str:
        found = _first(row, self.usage.fields[name])
        if not found:
            raise NoUsage(f"the {name} is missing")
        if len(found) > _LONGEST_WORD:
            raise NoUsage(f"the {name} is longer than {_LONGEST_WORD} characters")
        return found


def read_rows(
    rows: Iterable[tuple[int, Row]], reader: RowReader, account: UsageAccount
) -> Iterator[tuple[int, ToolUsageRecorded]]:
    """Yield an event for each row that can be one; note the others."""
    for line, row in rows:
        try:
            event = reader.event(row)
        except NoUsage as no:
            account.reasons[line] = str(no)
            continue
        account.features[event.feature, event.advanced] += 1
        account.tools[event.tool] += 1
        yield line, event


def send_usage(
    services: Services,
    source: str,
    events: Iterable[tuple[int, ToolUsageRecorded]],
    account: UsageAccount,
    advance: Advance,
) -> None:
    """Send events in batches to metrics, which counts each of them once."""

    def send(batch: tuple[list[int], bytes]) -> Any:
        return services.tell(
            "metrics", "/v1/usage?import=true", batch[1],
            who=PUBLISHER, media_type=BATCH, patience=LONG,
        )  # fmt: skip

    for (lines, _), answer in together(send, _batches(events, source), at_once=2):
        account.accepted += answer["accepted"]
        account.repeated += answer["repeated"]
        for refused in answer["refused"]:
            account.reasons[lines[refused["index"]]] = refused["reason"]
        advance(len(lines))
    services.tell("metrics", "/v1/editions", {}, who=PUBLISHER)  # complete: nothing is to wait for


def _batches(
    events: Iterable[tuple[int, ToolUsageRecorded]], source: str
) -> Iterator[tuple[list[int], bytes]]:
    lines: list[int] = []
    parts: list[bytes] = []
    size = 0
    for line, event in events:
        part = _written(line, event, source)
        if lines and (size + len(part) > _MOST_BYTES or len(lines) >= _MOST_EVENTS):
            yield lines, b"[" + b",".join(parts) + b"]"
            lines, parts, size = [], [], 0
        lines.append(line)
        parts.append(part)
        size += len(part) + 1
    if lines:
        yield lines, b"[" + b",".join(parts) + b"]"


def _written(line: int, event: ToolUsageRecorded, source: str) -> bytes:
    found = attributes(event, declared(event), id=str(line), source=f"kiem/import/{source}")
    return _encoder.encode({**found, "datacontenttype": "application/json", "data": event})


def _first(row: Row, sources: Sources) -> str:
    return next((row[name] for name in sources if row.get(name)), "")
