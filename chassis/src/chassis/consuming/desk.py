"""The operator's desk for dead letters: look, try again, give up, let a partition go on."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from chassis.consuming.effect import Effects
from chassis.consuming.letters import Kept, Letters
from chassis.consuming.reading import read
from chassis.database import Database, Tx
from chassis.decider import NotFound, Rejected
from contracts import cloudevents
from contracts.catalog import DECLARED
from contracts.envelope import Unreadable

MOST = 1000

_LIST = """
SELECT id, topic, part, off, key, reason, fingerprint, behind, attempts, status, first_seen,
       settled_at, settled_by, settled_why
FROM dead_letter WHERE ($1::text IS NULL OR status = $1) AND id > $2 ORDER BY id LIMIT $3
"""
_ONE = "SELECT * FROM dead_letter WHERE id = $1"
_KEYS = """
SELECT DISTINCT topic, part, key FROM dead_letter
WHERE status = 'parked' AND ($1::bigint[] IS NULL OR id = ANY($1))
  AND ($2::text IS NULL OR fingerprint = $2) ORDER BY topic, part, key LIMIT $3
"""
_PARKED = """
SELECT * FROM dead_letter WHERE topic = $1 AND part = $2 AND key = $3 AND status = 'parked'
ORDER BY id
"""
_HOLD = "SELECT 1 FROM consumer_position WHERE topic = $1 AND part = $2 FOR UPDATE"
_SETTLE = """
UPDATE dead_letter SET status = $2, settled_at = kiem_now(), settled_by = $3, settled_why = $4
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


class Letter(Struct, frozen=True):
    """A dead letter as an operator sees it: where, why, and nothing of what it says."""

    id: int
    topic: str
    part: int
    off: int
    key: str
    reason: str
    fingerprint: str
    behind: bool
    attempts: int
    status: str
    first_seen: datetime
    settled_at: datetime | None
    settled_by: str | None
    settled_why: str | None


class Redriven(Struct, frozen=True):
    """What came of trying again: handled, failed again, and still waiting behind a failed one."""

    handled: int
    failed: int
    waiting: int


class LetterIsSettled(Rejected):
    """The letter was resolved or discarded before. List the parked ones."""


class LetterIsBehind(Rejected):
    """An earlier letter of the same key waits. Redrive or discard that one first."""


class Desk:
    """Works on the dead letters of one service."""

    def __init__(self, db: Database, letters: Letters, effects: Effects) -> None:
        self._db = db
        self._letters = letters
        self._effects = effects

    async def list(self, status: str | None, after: int, limit: int) -> Sequence[Letter]:
        rows = await self._db.pool.fetch(_LIST, status, after, min(limit, MOST))
        return [Letter(**dict(row)) for row in rows]

    async def show(self, letter: int) -> tuple[Letter, dict[str, Any]]:
        """Return a letter and the shape of its record: names, types and sizes, never contents."""
        row = await self._one(letter)
        kept = self._letters.open(row)
        shown = {name: row[name] for name in Letter.__struct_fields__}
        return Letter(**shown), _shape(kept)

    async def redrive(
        self, ids: Sequence[int] | None, fingerprint: str | None, *, rate: float, dry_run: bool,
        by: str,
    ) -> Redriven:  # fmt: skip
        """Handle letters again, in order per key, at most `rate` a second.

        Each key is one transaction; at the first that fails again the rest of its key waits on.
        """
        keys = await self._db.pool.fetch(_KEYS, ids, fingerprint, MOST)
        handled = failed = waiting = 0
        for key in keys:
            counts = await self._key(key, dry_run=dry_run, by=by)
            handled, failed, waiting = (
                a + b for a, b in zip((handled, failed, waiting), counts, strict=True)
            )
            await asyncio.sleep(sum(counts) / rate)
        return Redriven(handled, failed, waiting)

    async def _key(self, key: Any, *, dry_run: bool, by: str) -> tuple[int, int, int]:
        async with self._db.transaction() as tx:
            # The consumer waits meanwhile, so that nothing of the key overtakes what is tried.
            await tx.raw.fetch(_HOLD, key["topic"], key["part"])
            rows = await tx.raw.fetch(_PARKED, key["topic"], key["part"], key["key"])
            if dry_run:
                bad = sum(not row["behind"] for row in rows)
                return 0, bad, len(rows) - bad
            for number, row in enumerate(rows):
                if await self._again(tx, row, by):
                    return number, 1, len(rows) - number - 1
        return len(rows), 0, 0

    async def _again(self, tx: Tx, row: Any, by: str) -> bool:
        kept = self._letters.open(row)
        failure = await self._effects.again(tx, read((row["topic"], row["part"]), kept, ()))
        if failure:
            await tx.raw.execute(_FAILED, row["id"], failure)
            return True
        await tx.raw.execute(_SETTLE, row["id"], "resolved", by, None)
        await tx.raw.execute(_FEWER, row["topic"], row["part"])
        return False

    async def discard(self, letter: int, *, by: str, why: str) -> None:
        """Give a letter up, with a reason; its stream goes on without it."""
        row = await self._one(letter)
        async with self._db.transaction() as tx:
            await tx.raw.fetch(_HOLD, row["topic"], row["part"])
            parked = await tx.raw.fetch(_PARKED, row["topic"], row["part"], row["key"])
            if letter not in {other["id"] for other in parked}:
                raise LetterIsSettled
            # Its stream would go on from here, and what waits before would never be handled.
            if parked[0]["id"] != letter:
                raise LetterIsBehind
            await tx.raw.execute(_SETTLE, letter, "discarded", by, why)
            await tx.raw.execute(_FEWER, row["topic"], row["part"])
            if place := _place(self._letters.open(row)):
                await tx.raw.execute(_SKIP, *place)

    async def resume(self, topic: str, part: int, *, offset: int | None = None) -> int:
        """Let a stopped partition go on, from a given offset if one is named."""
        at: int | None = await self._db.pool.fetchval(_RESUME, topic, part, offset)
        if at is None:
            raise NotFound
        return at

    async def _one(self, letter: int) -> Any:
        row = await self._db.pool.fetchrow(_ONE, letter)
        if row is None:
            raise NotFound
        return row


def _place(kept: Kept) -> tuple[str, str, int, str] | None:
    """Return source, stream, version and id, as far as the headers can be read."""
    try:
        found = cloudevents.read(kept.headers, kept.value).attributes
    except Unreadable:
        return None
    kind = DECLARED.get(found["type"])
    sequence = found.get("sequence", "")
    if kind is None or kind.stream is None or not sequence.isdigit() or "subject" not in found:
        return None
    return found["source"], found["subject"], int(sequence), found["id"]


def _shape(kept: Kept) -> dict[str, Any]:
    names = [
        name if name.startswith(("ce_", "content-type", "trace")) else "…"
        for name, _ in kept.headers
    ]
    found = _place(kept)
    return {
        "headers": names,
        "key_bytes": None if kept.key is None else len(kept.key),
        "value_bytes": None if kept.value is None else len(kept.value),
        "stream": found[1] if found else None,
        "version": found[2] if found else None,
    }
