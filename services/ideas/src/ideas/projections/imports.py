"""Imported lines: what became of each, and those that no mapping has placed yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Database, Tx
from chassis.keyring import Keyring, open_with, seal_with

_KNOWN = "SELECT command, idea, verdict FROM imported_line WHERE command = ANY ($1::uuid[])"
_NOTE = """
INSERT INTO imported_line (command, idea, verdict, reason)
SELECT c, $2, v, r FROM unnest($1::uuid[], $3::text[], $4::text[]) AS n(c, v, r)
ON CONFLICT (command) DO UPDATE SET idea = excluded.idea, verdict = excluded.verdict,
    reason = excluded.reason
"""
_KEEP = """
INSERT INTO unplaced_line (source, line, reason, raw)
SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bytea[])
ON CONFLICT (source, line) DO UPDATE SET reason = excluded.reason, raw = excluded.raw,
    placed_at = NULL
"""
_PLACED = """
UPDATE unplaced_line SET placed_at = kiem_now()
WHERE source = $1 AND line = ANY ($2::bigint[]) AND placed_at IS NULL
"""
_LIST = """
SELECT source, line, reason, raw, kept_at FROM unplaced_line
WHERE source = $1 AND placed_at IS NULL AND line > $2 ORDER BY line LIMIT $3
"""
_PURPOSE = "unplaced lines"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A line that waits for a better mapping."""

    source: str
    line: int
    reason: str
    raw: str
    kept_at: datetime


async def find_known(tx: Tx, commands: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """Return those that were carried out before, with the idea that each was a step of.

    What was refused is not among them: a better mapping may have made it right.
    """
    rows = await tx.raw.fetch(_KNOWN, list(commands))
    return {row["command"]: row["idea"] for row in rows if row["verdict"] != "refused"}


async def note(tx: Tx, idea: UUID, rows: Sequence[tuple[UUID, str, str | None]]) -> None:
    """Note what became of lines, in the transaction that carried them out."""
    await tx.raw.execute(
        _NOTE, [r[0] for r in rows], idea, [r[1] for r in rows], [r[2] for r in rows]
    )


async def note_placed(tx: Tx, source: str, lines: Sequence[int]) -> None:
    """What was unplaced before may be placed now."""
    await tx.raw.execute(_PLACED, source, list(lines))


class UnplacedLines:
    """Keeps whole lines sealed with a key of the service: they may hold anybody's words."""

    def __init__(self, db: Database, keyring: Keyring) -> None:
        self._db = db
        self._keyring = keyring

    async def keep(self, source: str, lines: Sequence[tuple[int, str, str]]) -> None:
        """Keep lines, given as number, reason and text."""
        key = self._keyring.derived(_PURPOSE)
        sealed = [seal_with(key, raw.encode(), f"{source}/{line}") for line, _, raw in lines]
        numbers, reasons = [entry[0] for entry in lines], [entry[1] for entry in lines]
        await self._db.pool.execute(_KEEP, source, numbers, reasons, sealed)

    async def find(self, source: str, after: int, limit: int) -> list[Unplaced]:
        """Return the lines of a source that still wait."""
        return [self._open(row) for row in await self._db.pool.fetch(_LIST, source, after, limit)]

    def _open(self, row: Any) -> Unplaced:
        place = f"{row['source']}/{row['line']}"
        raw = b""
        for key in self._keyring.derived_all(_PURPOSE):
            try:
                raw = open_with(key, row["raw"], place)
                break
            except Exception:  # noqa: BLE001, S112 - another key sealed it
                continue
        return Unplaced(row["source"], row["line"], row["reason"], raw.decode(), row["kept_at"])
