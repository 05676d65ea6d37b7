"""Drops what was heard before: by the stream's version, or for outsiders by source and id."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b

from chassis import decider, telemetry
from chassis.consuming import AnySubscription, Heard
from chassis.consuming.reading import Item
from chassis.database import Raw, columns
from chassis.log import log
from contracts.hearing import Mark

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
# What is taken however old it is, is known for ever: also what others told and may be forgotten.
_ENTER_FOR_EVER = """
INSERT INTO inbox SELECT DISTINCT id, NULL::timestamptz FROM unnest($1::bytea[]) AS n(id) ORDER BY 1
ON CONFLICT (id) DO UPDATE SET expires_at = NULL WHERE inbox.expires_at IS NOT NULL
RETURNING CASE WHEN xmax = 0 THEN id END AS id
"""
_FORGET = """
DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE expires_at < now() LIMIT $1)
"""
FORGOTTEN = 10_000  # ids at a time


class Gap(Exception):
    """An event came before the one that it follows: an earlier version is missing."""

    def __init__(self, item: Item) -> None:
        super().__init__("a version is missing")
        self.item = item


async def by_version(raw: Raw, items: Sequence[Item], *, lenient: bool = False) -> list[Item]:
    """Keep the events of streams that follow the version known of their stream.

    Raises Gap at the first that does not; `lenient` accepts it, for letters sent again.
    """
    marked = [(item, item.mark) for item in items if item.mark]
    if not marked:
        return []
    places = sorted({mark[:2] for _, mark in marked})
    rows = await raw.fetch(_MARKS, *columns(places, 2))
    known = {(source, stream): (at, last) for source, stream, at, last in rows}
    kept: list[Item] = []
    moved: dict[tuple[str, str], Mark] = {}
    for item, mark in marked:
        at, last = known.get(mark[:2], (0, ""))
        if mark.version <= at:
            _dropped(item, same=mark.version != at or mark.id == last)
        elif mark.version == at + 1 or lenient:
            known[mark[:2]] = mark[2:]
            moved[mark[:2]] = mark
            kept.append(item)
        elif not comes_again(items, item):
            telemetry.GAPS.inc()
            raise Gap(item)
    if moved and await raw.fetchval(_MARK, *columns(sorted(moved.values()), 4)) != len(moved):
        raise decider.ConcurrentWrite
    return kept


def comes_again(items: Sequence[Item], early: Item) -> bool:
    """Tell whether an event that came too early comes again later, after what it follows.

    A relay sends anew from the first record that Kafka did not take, and what came after that one
    may be in the log already; in a new cluster it sends everything anew, as soon as it notices.
    """
    return early.again or any(
        item.record.offset > early.record.offset and item.mark == early.mark for item in items
    )


def _dropped(item: Item, *, same: bool) -> None:
    telemetry.DROPPED.labels(reason="version" if same else "other_id").inc()
    if not same:
        # The owner was restored to an older copy and went on from there: see the runbook.
        log.error("consumer.version_with_another_id", topic=item.record.topic)


def inbox_id(source: str, event_id: str) -> bytes:
    """Return the 16 bytes under which an outsider's event is known."""
    return blake2b(f"{source}\0{event_id}".encode(), digest_size=16).digest()


async def enter(raw: Raw, heard: Sequence[Heard], max_age: timedelta | None) -> list[bool]:
    """Note outsiders' events; return for each whether it is new.

    What is known is forgotten only when it would be refused as too old, so nothing counts twice.
    """
    ids = [inbox_id(event.source, event.id) for event in heard]
    if max_age is None:
        entered = await raw.fetch(_ENTER_FOR_EVER, ids)
    else:
        expires = [event.occurred_at + max_age + SKEW for event in heard]
        entered = await raw.fetch(_ENTER, ids, expires)
    new = {row["id"] for row in entered}
    fresh: list[bool] = []
    for entry in ids:
        fresh.append(entry in new)
        new.discard(entry)
    return fresh


async def by_id(
    raw: Raw, items: Sequence[Item], hearing: AnySubscription
) -> tuple[list[Item], list[Item]]:
    """Return the outsiders' events that are new, and those that are not taken, with the reason."""
    told = [(item, event) for item in items if (event := item.heard) and not event.stream]
    why = [hearing.refusal(event, len(item.record.value)) for item, event in told]
    refused = [i._replace(reason=w, refused=True) for (i, _), w in zip(told, why, strict=True) if w]
    told = [each for each, no in zip(told, why, strict=True) if not no]
    fresh = await enter(raw, [event for _, event in told], hearing.max_age) if told else []
    telemetry.DROPPED.labels(reason="id").inc(fresh.count(False))
    return [item for (item, _), is_new in zip(told, fresh, strict=True) if is_new], refused


async def forget(raw: Raw) -> None:
    """Forget some of the ids that could no longer be accepted anyway."""
    await raw.execute(_FORGET, FORGOTTEN)
