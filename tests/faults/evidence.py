"""What a town kept: stores, journals, tables, Kafka and mails, read as they lie there."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from contracts.catalog import DECLARED
from local.databases import connect
from tests.faults.talk import records_of

TELLS = {"ideas": "kiem.ideas.events", "feedback": "kiem.feedback.events",
         "notifications": "kiem.notifications.events"}  # fmt: skip
HEARS = {
    "ideas": ("feedback",),
    "feedback": ("ideas",),
    "notifications": ("ideas", "feedback"),
    "metrics": ("ideas", "feedback", "notifications"),
}
"""Which service keeps in its journal what which other tells."""
USAGE = "kiem.usage.events"
ZONE = ZoneInfo("Europe/Amsterdam")
"""Where the days of a town begin."""
Used = tuple[str, date]
"""A feature, and a day on which it was used."""


@dataclass(frozen=True)
class Stored:
    """An event of a store."""

    id: str
    stream: str
    version: int
    type: str
    at: datetime
    command: UUID | None = None
    causation: str | None = None
    position: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """A record of a topic."""

    part: int
    offset: int
    id: str
    stream: str
    version: int


@dataclass(frozen=True)
class Notice:
    """A notice and how far its mail came."""

    id: str
    person: str
    kind: str
    idea: str
    cause: str
    mail: str


@dataclass
class Evidence:
    """All of it, at one moment of rest."""

    stores: dict[str, list[Stored]] = field(default_factory=dict)
    log: list[Any] = field(default_factory=list)
    """The events of all stores as the contracts have them, each store in its own order."""
    topics: dict[str, list[Record]] = field(default_factory=dict)
    journals: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Of each service: (source, id) of what it heard, as often as it noted it."""
    facts: list[tuple[str, int, str | None]] = field(default_factory=list)
    """Metrics' rows about ideas: idea, version, state."""
    states: dict[str, str] = field(default_factory=dict)
    """The list of ideas: idea, state."""
    uses: Counter[Used] = field(default_factory=Counter)
    users: Counter[Used] = field(default_factory=Counter)
    """The ledger: how often a feature was used on a day, and by how many persons."""
    used: set[tuple[str, str]] = field(default_factory=set)
    """(source, id) of what lies in the topic of usage."""
    notices: list[Notice] = field(default_factory=list)
    mails: Counter[str] = field(default_factory=Counter)
    """How often a mail of each Message-ID arrived."""
    letters: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What metrics answers, by KPI."""
    again: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What it comes to by its second way of counting, for numbers that rest on the directory."""
    editions: list[dict[str, Any]] = field(default_factory=list)
    """Of each number about people: whether that second way comes to the same."""


_EVENTS = """
SELECT e.event_id::text AS id, e.stream, e.version, e.type, e.occurred_at AS at, e.command,
       e.causation, p.gpos AS position, e.data::text AS data
FROM event e LEFT JOIN event_position p USING (event_id) ORDER BY e.stream, e.version
"""
_USES = """
SELECT k.feature, l.day, sum(l.uses)::bigint, count(DISTINCT l.person)
FROM usage_ledger l JOIN usage_kind k USING (kind) GROUP BY 1, 2
"""


class Witness:
    """Reads a town's databases past the wire, as its superuser."""

    def __init__(self, address: Any, bootstrap: str, mails: Path) -> None:
        self._address, self._bootstrap, self._mails = address, bootstrap, mails

    async def tell(self) -> Evidence:
        """Read everything."""
        found = Evidence()
        for service in TELLS:
            rows = await self._rows(service, _EVENTS)
            found.stores[service] = [_stored(dict(row)) for row in rows]
            found.log += [_told(row) for row in sorted(rows, key=lambda row: row["position"] or 0)]
        for service in HEARS:
            rows = await self._rows(service, "SELECT source, id FROM journal")
            found.journals[service] = [(row[0], row[1]) for row in rows]
            rows = await self._rows(service, "SELECT count(*) FROM dead_letter")
            found.letters[service] = rows[0][0]
        await self._tables(found)
        for topic in (*TELLS.values(), USAGE):
            records, ids = _read(await records_of(self._bootstrap, topic))
            found.topics[topic] = records
            found.used |= ids if topic == USAGE else set()
        found.mails = Counter(_message_ids(self._mails))
        return found

    async def _tables(self, found: Evidence) -> None:
        rows = await self._rows("metrics", "SELECT idea::text, version, state FROM idea_fact_v1")
        found.facts = [tuple(row) for row in rows]
        rows = await self._rows("ideas", "SELECT idea::text, state FROM idea_v2")
        found.states = {row[0]: row[1] for row in rows}
        for feature, day, uses, persons in await self._rows("metrics", _USES):
            found.uses[feature, day], found.users[feature, day] = uses, persons
        notices = "SELECT notice::text AS id, person, kind, idea::text, cause, mail FROM notice"
        found.notices = [Notice(**row) for row in await self._rows("notifications", notices)]

    async def _rows(self, service: str, sql: str) -> list[Any]:
        admin = await connect(self._address(f"kiem_{service}"))
        try:
            rows: list[Any] = await admin.fetch(sql, timeout=120)
        finally:
            await admin.close()
        return rows


def _stored(row: dict[str, Any]) -> Stored:
    name = row["type"].split(".")[2]  # kiem.<owner>.<name>.v1
    return Stored(**{**row, "type": name, "data": json.loads(row["data"])})


def _told(row: Any) -> Any:
    return msgspec.convert(json.loads(row["data"]), DECLARED[row["type"]].event)


def _read(raw: Iterable[Any]) -> tuple[list[Record], set[tuple[str, str]]]:
    records, ids = [], set()
    for record in raw:
        told = {name: value for name, value in record.headers if value is not None}
        if b"" in {told.get("ce_id", b""), told.get("ce_source", b"")}:
            continue  # poison: no event at all
        ids.add((told["ce_source"].decode(), told["ce_id"].decode()))
        if "ce_sequence" in told:
            records.append(Record(
                record.partition, record.offset, told["ce_id"].decode(),
                told["ce_subject"].decode(), int(told["ce_sequence"]),
            ))  # fmt: skip
    return records, ids


def _message_ids(folder: Path) -> Iterable[str]:
    """Yield the Message-ID of each mail that arrived."""
    wanted = re.compile(rb"^message-id:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
    for path in folder.glob("[0-9]*.eml"):
        if found := wanted.search(path.read_bytes()):
            yield found.group(1).decode()
