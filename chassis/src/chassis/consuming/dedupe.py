"""Drops what was heard before: by the stream's version, or for outsiders by source and id."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

import structlog

from chassis import telemetry
from chassis.consuming.reading import Item
from chassis.database import Raw
from chassis.decider import ConcurrentWrite
from contracts.catalog import DECLARED
from contracts.cloudevents import LAST_VERSION, SEQUENCE_DIGITS

log = structlog.get_logger()

SKEW = timedelta(days=1)  # how wrong an outsider's clock may be

_MARKS = """
SELECT m.source, m.stream, m.version, m.event_id FROM stream_mark m
JOIN unnest($1::text[], $2::text[]) AS w(source, stream) USING (source, stream)
ORDER BY m.source, m.stream FOR UPDATE OF m
"""
# A mark that is known was locked when it was read; one that somebody else makes meanwhile is found
# out: where a topic got more partitions, a stream may lie in two, in the hands of two processes.
_MARK = """
WITH w AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
    AS w(source, stream, version, event_id)
), moved AS (
    UPDATE stream_mark m SET version = w.version, event_id = w.event_id FROM w
    WHERE (m.source, m.stream) = (w.source, w.stream) AND w.version > m.version RETURNING 1
), made AS (
    INSERT INTO stream_mark SELECT w.* FROM w LEFT JOIN stream_mark m USING (source, stream)
    WHERE m.source IS NULL ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM made)
"""
_ENTER = """
INSERT INTO inbox SELECT DISTINCT ON (id) id, expires FROM
    unnest($1::bytea[], $2::timestamptz[]) AS n(id, expires) ORDER BY id
ON CONFLICT DO NOTHING RETURNING id
"""
_FORGET = """
DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE expires_at < now() LIMIT $1)
"""
FORGOTTEN = 10_000  # ids at a time

Place = tuple[str, str]
_OWNERS = {f"kiem/{kind.owner}" for kind in DECLARED.values() if kind.stream}


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
            if comes_again(items, item):
                continue
            telemetry.GAPS.inc()
            raise Gap(item)
        else:
            known[place] = (version, event_id)
            kept.append(item)
    await _advance(raw, kept, known)
    return kept


def comes_again(items: Sequence[Item], early: Item) -> bool:
    """Tell whether an event that came too early comes again later, after what it follows.

    A relay sends anew from the first record that Kafka did not take, and what came after that one
    may be in the log already.
    """
    place, version = _place(early), _version(early)
    return any(
        item.record.offset > early.record.offset
        and _version(item) == version
        and _place(item) == place
        for item in items
    )


async def _advance(raw: Raw, kept: Sequence[Item], known: dict[Place, tuple[int, str]]) -> None:
    moved = sorted({place for item in kept if (place := _place(item))})
    if moved:
        count = await raw.fetchval(
            _MARK, [p[0] for p in moved], [p[1] for p in moved],
            [known[p][0] for p in moved], [known[p][1] for p in moved],
        )  # fmt: skip
        if count != len(moved):
            raise ConcurrentWrite


def _dropped(item: Item, *, same: bool) -> None:
    telemetry.DROPPED.labels(reason="version" if same else "other_id").inc()
    if not same:
        # The owner was restored to an older copy and went on from there: see the runbook.
        log.error("consumer.version_with_another_id", topic=item.record.topic)


def _place(item: Item) -> Place | None:
    if item.heard is not None:
        return (item.heard.source, item.heard.stream) if item.heard.stream else None
    found = item.unknown.attributes if item.unknown is not None else {}
    # An outsider's sequence and subject may mean anything; ours mean version and stream.
    if found.get("source") in _OWNERS and found.get("subject") and _sequence(found):
        return found["source"], found["subject"]
    return None


def _sequence(found: Mapping[str, str]) -> int:
    text = found.get("sequence", "")
    digits = text.isascii() and text.isdigit() and len(text) <= SEQUENCE_DIGITS
    return int(text) if digits and int(text) <= LAST_VERSION else 0


def _version(item: Item) -> tuple[int, str]:
    if item.heard is not None:
        return item.heard.version or 0, item.heard.id
    if item.unknown is not None:
        found = item.unknown.attributes
        return _sequence(found), found["id"]
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


async def forget(raw: Raw) -> None:
    """Forget some of the ids that could no longer be accepted anyway."""
    await raw.execute(_FORGET, FORGOTTEN)
