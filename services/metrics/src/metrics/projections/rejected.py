"""Events from outside that were refused: kept sealed as dead letters, found by their source.

A letter says in clear neither its source nor its id, as a bad record may hold anything there. So
beside each lies a digest of its source, made when somebody first asks after it came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from chassis.consuming.letters import Kept, Letters
from chassis.consuming.reading import Item
from chassis.database import Database, columns
from contracts import cloudevents
from contracts.envelope import Unreadable
from contracts.outside import USAGE_TOPIC

HTTP = "http"  # stands where the cluster of Kafka does
_NO_PARTITION = -1
_PORTION = 1_000
_UNKNOWN = b""

_NEW = """
SELECT id, topic, part, off, raw FROM dead_letter d
WHERE NOT EXISTS (SELECT FROM letter_source s WHERE s.letter = d.id) ORDER BY id LIMIT $1
"""
_NOTE = """
INSERT INTO letter_source SELECT * FROM unnest($1::bigint[], $2::bytea[]) ON CONFLICT DO NOTHING
"""
_OF = """
SELECT d.* FROM letter_source s JOIN dead_letter d ON d.id = s.letter
WHERE s.source = $1 AND s.letter > $2 ORDER BY s.letter LIMIT $3
"""


@dataclass(frozen=True)
class Rejected:
    """A letter, with what its record says of itself as far as that can be read."""

    letter: int
    door: str
    id: str | None
    type: str | None
    topic: str
    partition: int | None
    offset: int | None
    reason: str
    status: str
    attempts: int
    first_seen: datetime


class Rejections:
    """Keeps what HTTP refused, and finds what of a source was refused on either way."""

    def __init__(self, db: Database, letters: Letters) -> None:
        self._db, self._letters = db, letters

    async def keep(self, refused: Sequence[tuple[Any, bytes, str]]) -> None:
        """Keep headers, value and reason; the same event sent again is kept once."""
        items = [
            Item(_record(headers, value), reason=reason, refused=True)
            for headers, value, reason in refused
        ]
        async with self._db.transaction() as tx:
            await self._letters.park(tx.raw, HTTP, items)

    async def of(self, source: str, after: int, limit: int) -> list[Rejected]:
        """Return what of a source was refused, oldest first, from behind a letter on."""
        while await self._note_new() == _PORTION:
            pass
        rows = await self._db.pool.fetch(_OF, _digest(source), after, limit)
        return [self._shown(row) for row in rows]

    async def _note_new(self) -> int:
        rows = await self._db.pool.fetch(_NEW, _PORTION)
        found = [(row["id"], self._source(row)) for row in rows]
        if found:
            await self._db.pool.execute(_NOTE, *columns(found, 2))
        return len(found)

    def _source(self, row: Any) -> bytes:
        kept = self._opened(row)
        source = source_of(kept.headers, kept.value) if kept else None
        return _digest(source) if source else _UNKNOWN

    def _opened(self, row: Any) -> Kept | None:
        try:
            return self._letters.open(row)
        except LookupError:  # sealed with a key that is not known here any more
            return None

    def _shown(self, row: Any) -> Rejected:
        kept = self._opened(row)
        said = attributes_of(kept.headers, kept.value) if kept else {}
        by_http = row["cluster_id"] == HTTP
        return Rejected(
            letter=row["id"], door="http" if by_http else "kafka",
            id=said.get("id"), type=said.get("type"), topic=row["topic"],
            partition=None if by_http else row["part"], offset=None if by_http else row["off"],
            reason=row["reason"], status=row["status"], attempts=row["attempts"],
            first_seen=row["first_seen"],
        )  # fmt: skip


def _record(headers: Any, value: bytes) -> Kept:
    """Make a record of what HTTP brought; its place is a digest, so that it has only one."""
    said = msgspec.msgpack.encode([list(headers), value])
    place = int.from_bytes(blake2b(said, digest_size=8).digest(), "big") >> 1
    return Kept(USAGE_TOPIC, _NO_PARTITION, place, None, value, list(headers))


def _digest(source: str) -> bytes:
    return blake2b(source.encode(), digest_size=16).digest()


def source_of(headers: Any, value: bytes | None) -> str | None:
    """Return the source that a record names, as far as it can be read."""
    return attributes_of(headers, value).get("source")


def attributes_of(headers: Any, value: bytes | None) -> dict[str, str]:
    """Return the attributes of a record, though it may be no whole CloudEvent."""
    try:
        return cloudevents.read(headers, value).attributes
    except Unreadable:
        found = {str(name).lower(): content for name, content in headers}
    try:
        said: Any = {
            name[3:]: content.decode()
            for name, content in found.items()
            if content and name[:3] == "ce_"
        } or msgspec.json.decode(value or b"")
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {name: text for name, text in said.items() if isinstance(text, str)}
