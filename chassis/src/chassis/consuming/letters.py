"""Dead letters: the records that could not be handled, whole and sealed, and what waits behind.

At the operator's desk they are looked at, tried again or given up, and a partition is let go on.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import msgspec
from aiokafka import TopicPartition
from cryptography.exceptions import InvalidTag

from chassis import failpoints
from chassis.consuming.reading import Item, Record, read
from chassis.database import Database, Raw, Tx, columns
from chassis.decider import NotFound, Rejected
from chassis.keyring import Keyring, open_with, seal_with
from contracts import cloudevents
from contracts.cloudevents import Header
from contracts.envelope import Unreadable
from contracts.hearing import mark_in

MOST = 1000  # keys of a redrive
PORTION = 500  # letters of a key in one transaction: the partition waits for it

_PARK = """
INSERT INTO dead_letter (cluster_id, topic, part, off, key, raw, digest, reason, fingerprint,
                         behind)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[],
                         $8::text[], $9::text[], $10::bool[])
ON CONFLICT (cluster_id, topic, part, off, digest) DO NOTHING RETURNING topic, part
"""
_BLOCKED = """
SELECT DISTINCT key FROM dead_letter WHERE topic = $1 AND part = $2 AND status = 'parked'
"""
# What an operator sees of a letter: where, why, and nothing of what it says.
_SHOWN = (
    "id, topic, part, off, key, reason, fingerprint, behind, attempts, status, first_seen, "
    "settled_at, settled_by, settled_why"
)
_LIST = f"""
SELECT {_SHOWN} FROM dead_letter
WHERE ($1::text IS NULL OR status = $1) AND id > $2 ORDER BY id LIMIT $3
"""  # noqa: S608 - a constant
_ONE = "SELECT * FROM dead_letter WHERE id = $1"
_KEYS = """
SELECT DISTINCT topic, part, key FROM dead_letter
WHERE status = 'parked' AND ($1::bigint[] IS NULL OR id = ANY($1))
  AND ($2::text IS NULL OR fingerprint = $2) ORDER BY topic, part, key LIMIT $3
"""
_PARKED = """
SELECT * FROM dead_letter WHERE topic = $1 AND part = $2 AND key = $3 AND status = 'parked'
ORDER BY id LIMIT $4
"""
_WAITING = """
SELECT count(*) FILTER (WHERE NOT behind) AS bad, count(*) FILTER (WHERE behind) AS behind
FROM dead_letter WHERE topic = $1 AND part = $2 AND key = $3 AND status = 'parked'
"""
_HOLD = "SELECT 1 FROM consumer_position WHERE topic = $1 AND part = $2 FOR UPDATE"
_SETTLE = """
UPDATE dead_letter
SET status = $2, settled_at = kiem_now(), settled_by = $3, settled_why = $4, raw = $5
WHERE id = $1 AND status = 'parked'
"""
_FAILED = "UPDATE dead_letter SET attempts = attempts + 1, reason = $2 WHERE id = $1"
_FEWER = "UPDATE consumer_position SET parked = parked - 1 WHERE topic = $1 AND part = $2"
_SKIP = """
INSERT INTO stream_mark VALUES ($1, $2, $3, $4) ON CONFLICT (source, stream) DO UPDATE
SET version = excluded.version, event_id = excluded.event_id
WHERE stream_mark.version < excluded.version
"""
_RESUME = """
UPDATE consumer_position SET stopped = NULL, epoch = epoch + 1,
    next_offset = coalesce($3, next_offset)
WHERE topic = $1 AND part = $2 RETURNING next_offset
"""


_STAYS = ("id", "source", "type", "specversion")  # a partition key may be a person's id


class Kept(msgspec.Struct, frozen=True):
    """A record as it is kept; it has the fields that a Kafka record is read by."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


class LetterIsSettled(Rejected):
    """The letter was resolved or discarded before. List the parked ones."""


class LetterIsBehind(Rejected):
    """An earlier letter of the same key waits. Redrive or discard that one first."""


class Letters:
    """Seals and opens dead letters with a key of the service: they may hold anything."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def park(self, raw: Raw, cluster: str, items: Sequence[Item]) -> Counter[TopicPartition]:
        """Keep records that could not be handled; return how many each partition got."""
        if not items:
            return Counter()
        rows = [(*i.partition, i.record.offset, i.key, *self._seal(i.record)) for i in items]
        why = [(i.reason, fingerprint(i), i.behind) for i in items]
        kept = await raw.fetch(_PARK, cluster, *columns(rows, 6), *columns(why, 3))
        # What is kept already is not counted again, or its partition would look parked for ever.
        return Counter(TopicPartition(*row) for row in kept)

    def _seal(self, record: Record) -> tuple[bytes, bytes]:
        """Return a record as it is kept, and by what it is told from others of its place."""
        kept = Kept(*(getattr(record, name) for name in Kept.__struct_fields__))
        key, raw = self._keyring.derived("dead letters"), msgspec.msgpack.encode(kept)
        place = f"{record.topic}/{record.partition}/{record.offset}"
        return seal_with(key, raw, place), blake2b(raw, digest_size=16, key=key).digest()

    def emptied(self, kept: Kept) -> bytes:
        """Return what stays of a letter that is settled: which event it was, of nobody."""
        said: Mapping[str, str] = {}
        with suppress(Unreadable):  # what is no event may hold anything anywhere
            said = cloudevents.read(kept.headers, kept.value).attributes
        stays: list[Header] = [(f"ce_{n}", said[n].encode()) for n in _STAYS if n in said]
        return self._seal(Kept(kept.topic, kept.partition, kept.offset, None, None, stays))[0]

    def open(self, row: Any) -> Kept:
        """Open a letter; LookupError where no key of the service fits."""
        place = f"{row['topic']}/{row['part']}/{row['off']}"
        for key in self._keyring.derived_all("dead letters"):
            try:
                return msgspec.msgpack.decode(open_with(key, row["raw"], place), type=Kept)
            except InvalidTag:
                continue
        raise LookupError("the letter was sealed with a key that KIEM_KEYS does not hold any more")


async def blocked(raw: Raw, topic: str, part: int) -> set[str]:
    """Return the keys that wait behind a parked letter of this partition."""
    return {row["key"] for row in await raw.fetch(_BLOCKED, topic, part)}


def fingerprint(item: Item) -> str:
    """Tell kinds of trouble apart: the same topic and reason are one kind."""
    return blake2b(f"{item.record.topic}|{item.reason}".encode(), digest_size=5).hexdigest()


class Desk:
    """Works on the dead letters of one service; `attempt` handles a record again."""

    def __init__(
        self, db: Database, letters: Letters, attempt: Callable[..., Awaitable[Item | None]]
    ) -> None:
        self._db, self._letters, self._attempt = db, letters, attempt

    async def list(self, status: str | None, after: int, limit: int) -> list[dict[str, Any]]:
        return [dict(row) for row in await self._db.pool.fetch(_LIST, status, after, limit)]

    async def show(self, letter: int) -> dict[str, Any]:
        """Return a letter and the shape of its record: names, types and sizes, never contents."""
        row = await self._one(letter)
        shown = {name: row[name] for name in _SHOWN.split(", ")}
        return shown | {"record": _shape(self._letters.open(row))}

    async def redrive(
        self, ids: Sequence[int] | None, fingerprint: str | None, *, rate: float, dry_run: bool,
        by: str,
    ) -> dict[str, int]:  # fmt: skip
        """Handle letters again, in order per key, at most `rate` a second; return what came of it.

        A portion of a key is one transaction; at the first that fails again the rest of the key
        waits on.
        """
        total = Counter(handled=0, failed=0, waiting=0)
        for key in await self._db.pool.fetch(_KEYS, ids, fingerprint, MOST):
            more = not dry_run
            if dry_run:
                bad, behind = await self._db.pool.fetchrow(_WAITING, *key)
                total.update(failed=bad, waiting=behind)
            while more:
                done = await self._portion(key, by)
                failpoints.reach("letters.redriven")
                total.update(done)
                await asyncio.sleep(sum(done.values()) / rate)
                more = done["handled"] == PORTION
        return dict(total)

    async def _portion(self, key: Any, by: str) -> Counter[str]:
        async with self._db.transaction() as tx:
            rows = await _held(tx, key, PORTION)
            for number, row in enumerate(rows):
                kept = self._letters.open(row)
                if failed := await self._attempt(tx, read(kept, ()), lenient=True):
                    await tx.raw.execute(_FAILED, row["id"], failed.reason)
                    left = sum(await tx.raw.fetchrow(_WAITING, *key)) - 1
                    failpoints.reach("letters.failed_before_commit")
                    return Counter(handled=number, failed=1, waiting=left)
                await self._settle(tx, (row, kept), "resolved", by, None)
        return Counter(handled=len(rows))

    async def discard(self, letter: int, *, by: str, why: str) -> None:
        """Give a letter up, with a reason; its stream goes on without it."""
        row = await self._one(letter)
        async with self._db.transaction() as tx:
            first = await _held(tx, (row["topic"], row["part"], row["key"]), 1)
            # Its stream would go on from here, and what waits before would never be handled.
            if [each["id"] for each in first] != [letter]:
                parked = (await self._one(letter))["status"] == "parked"
                raise LetterIsBehind if parked else LetterIsSettled
            kept = self._letters.open(row)
            await self._settle(tx, (row, kept), "discarded", by, why)
            if mark := mark_in(kept.headers, kept.value, kept.topic):
                await tx.raw.execute(_SKIP, *mark)
        failpoints.reach("letters.discarded")

    async def resume(self, topic: str, part: int, *, offset: int | None = None) -> int:
        """Let a stopped partition go on, from a given offset if one is named."""
        return int(_found(await self._db.pool.fetchval(_RESUME, topic, part, offset)))

    async def _settle(
        self, tx: Tx, letter: tuple[Any, Kept], status: str, by: str, why: str | None
    ) -> None:
        row, kept = letter
        await tx.raw.execute(_SETTLE, row["id"], status, by, why, self._letters.emptied(kept))
        await tx.raw.execute(_FEWER, row["topic"], row["part"])
        failpoints.reach("letters.settled_before_commit")

    async def _one(self, letter: int) -> Any:
        return _found(await self._db.pool.fetchrow(_ONE, letter))


def _found(what: Any) -> Any:
    if what is None:
        raise NotFound
    return what


async def _held(tx: Tx, key: Any, most: int) -> Any:
    """Return the first letters of a key; the consumer waits, so that nothing overtakes them."""
    topic, part, _ = key
    await tx.raw.fetch(_HOLD, topic, part)
    return await tx.raw.fetch(_PARKED, *key, most)


def _shape(kept: Kept) -> dict[str, Any]:
    telling = ("ce_", "content-type", "trace")
    mark = mark_in(kept.headers, kept.value, kept.topic)
    return {
        "headers": [name if name.startswith(telling) else "…" for name, _ in kept.headers],
        "key_bytes": None if kept.key is None else len(kept.key),
        "value_bytes": None if kept.value is None else len(kept.value),
        "stream": mark and mark.stream,
        "version": mark and mark.version,
    }
