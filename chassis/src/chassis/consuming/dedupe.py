"""Drops what was heard before: by the stream's version, or for outsiders by source and id."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

import structlog

from chassis import telemetry
from chassis.consuming.reading import Item
from chassis.database import Raw

log = structlog.get_logger()

SKEW = timedelta(days=1)  # how wrong an outsider's clock may be

_MARKS = """
SELECT m.source, m.stream, m.version, m.event_id FROM stream_mark m
JOIN unnest($1::text[], $2::text[]) AS w(source, stream) USING (source, stream)
"""
_MARK = """
INSERT INTO stream_mark SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
ON CONFLICT (source, stream) DO UPDATE
SET version = excluded.version, event_id = excluded.event_id
WHERE stream_mark.version < excluded.version
"""
_ENTER = """
INSERT INTO inbox SELECT DISTINCT ON (id) id, expires FROM
    unnest($1::bytea[], $2::timestamptz[]) AS n(id, expires) ORDER BY id
ON CONFLICT DO NOTHING RETURNING id
"""
_FORGET = "DELETE FROM inbox WHERE expires_at < $1"

Place = tuple[str, str]


class Gap(Exception):
    """An event came before the one that it follows: an earlier version is missing."""

    def __init__(self, item: Item) -> None:
        super().__init__("a version is missing")
        self.item = item


async def by_version(raw: Raw, items: Sequence[Item], *, lenient: bool = False) -> list[Item]:
    """Keep the events of streams that follow the version known of their stream.

    Raises Gap at the first that does not; `lenient` accepts it, for letters sent again.
    """
    places = sorted({place for item in items if (place := _place(item))})
    if not places:
        return []
    rows = await raw.fetch(_MARKS, [p[0] for p in places], [p[1] for p in places])
    known = {(r["source"], r["stream"]): (r["version"], r["event_id"]) for r in rows}
    kept: list[Item] = []
    for item in items:
        place, version, event_id = _place(item), *_version(item)
        if place is None:
            continue
        at, last_id = known.get(place, (0, ""))
        if version <= at:
            _dropped(item, same=version != at or event_id == last_id)
        elif version > at + 1 and not lenient:
            telemetry.GAPS.inc()
            raise Gap(item)
        else:
            known[place] = (version, event_id)
            kept.append(item)
    await _advance(raw, kept, known)
    return kept


async def _advance(raw: Raw, kept: Sequence[Item], known: dict[Place, tuple[int, str]]) -> None:
    moved = sorted({place for item in kept if (place := _place(item))})
    if moved:
        await raw.execute(
            _MARK, [p[0] for p in moved], [p[1] for p in moved],
            [known[p][0] for p in moved], [known[p][1] for p in moved],
        )  # fmt: skip


def _dropped(item: Item, *, same: bool) -> None:
    telemetry.DROPPED.labels(reason="version" if same else "other_id").inc()
    if not same:
        # The owner was restored to an older copy and went on from there: see the runbook.
        log.error("consumer.version_with_another_id", topic=item.record.topic)


def _place(item: Item) -> Place | None:
    if item.heard is not None:
        return (item.heard.source, item.heard.stream) if item.heard.stream else None
    if item.unknown is not None and item.unknown.attributes.get("sequence", "").isdigit():
        found = item.unknown.attributes
        return (found["source"], found["subject"]) if found.get("subject") else None
    return None


def _version(item: Item) -> tuple[int, str]:
    if item.heard is not None:
        return item.heard.version or 0, item.heard.id
    if item.unknown is not None:
        found = item.unknown.attributes
        return int(found.get("sequence") or 0) if _place(item) else 0, found["id"]
    return 0, ""


def inbox_id(source: str, event_id: str) -> bytes:
    """Return the 16 bytes under which an outsider's event is known."""
    return blake2b(f"{source}\0{event_id}".encode(), digest_size=16).digest()


async def enter(
    raw: Raw, events: Sequence[tuple[str, str]], expires: Sequence[datetime | None]
) -> list[bool]:
    """Note outsiders' events, given as (source, id); return for each whether it is new."""
    ids = [inbox_id(*event) for event in events]
    new = {bytes(row["id"]) for row in await raw.fetch(_ENTER, ids, list(expires))}
    fresh: list[bool] = []
    for entry in ids:
        fresh.append(entry in new)
        new.discard(entry)
    return fresh


async def by_id(raw: Raw, items: Sequence[Item], max_age: timedelta | None) -> list[Item]:
    """Keep the outsiders' events that were not heard before.

    What is known is forgotten only when it would be refused as too old, so nothing counts twice.
    """
    if not items:
        return []
    expires = [
        None if max_age is None or i.heard is None else i.heard.occurred_at + max_age + SKEW
        for i in items
    ]
    events = [(i.heard.source, i.heard.id) for i in items if i.heard]
    fresh = await enter(raw, events, expires)
    telemetry.DROPPED.labels(reason="id").inc(fresh.count(False))
    return [item for item, is_new in zip(items, fresh, strict=True) if is_new]


async def forget(raw: Raw, now: datetime) -> None:
    """Forget ids that could no longer be accepted anyway."""
    await raw.execute(_FORGET, now)
