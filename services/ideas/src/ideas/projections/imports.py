"""Imported lines: what became of each, and those that no mapping has placed yet."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from chassis.database import Database, Tx
from chassis.keyring import Keyring, open_with, seal_with
from ideas.projections.personal import find_erased

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
UPDATE unplaced_line SET placed_at = kiem_now(), raw = NULL, reason = ''
WHERE source = $1 AND line = ANY ($2::bigint[]) AND placed_at IS NULL
"""
_LIST = """
SELECT source, line, reason, raw, kept_at FROM unplaced_line
WHERE source = $1 AND placed_at IS NULL AND line > $2 ORDER BY line LIMIT $3
"""
_KEPT = """
SELECT source, line, raw FROM unplaced_line
WHERE raw IS NOT NULL AND (source, line) > ($1, $2) ORDER BY source, line LIMIT 1000
"""
_FORGET = """
UPDATE unplaced_line u SET raw = NULL, reason = $3
FROM unnest($1::text[], $2::bigint[]) AS f(source, line)
WHERE (u.source, u.line) = (f.source, f.line)
"""
# A reason may quote what stood in the line.
_ERASED = "The line names somebody who is erased, so nothing of it is kept."
_PURPOSE = "unplaced lines"
_WORDS = re.compile(r"[^\s\"'\[\]{}(),;:|+&/=]+")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A line that waits for a better mapping; `raw` is None once a person it names is erased."""

    source: str
    line: int
    reason: str
    raw: str | None
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
    """Keeps whole lines sealed with a key of the service: they may hold anybody's words.

    Nobody understood them, so whoever is erased takes along the text of every line in which their
    id stands.
    """

    def __init__(self, db: Database, keyring: Keyring) -> None:
        self._db = db
        self._keyring = keyring

    async def keep(self, source: str, lines: Sequence[tuple[int, str, str]]) -> None:
        """Keep lines, given as number, reason and text; of who is erased only the number."""
        key = self._keyring.derived(_PURPOSE)
        lines = list({entry[0]: entry for entry in lines}.values())  # of one line, what came last
        named = {line: _named(raw) for line, _, raw in lines}
        async with self._db.transaction() as tx:
            gone = await find_erased(tx, set().union(*named.values()))
            sealed = [
                None if named[line] & gone else seal_with(key, raw.encode(), f"{source}/{line}")
                for line, _, raw in lines
            ]
            numbers = [entry[0] for entry in lines]
            reasons = [_ERASED if named[line] & gone else why for line, why, _ in lines]
            await tx.raw.execute(_KEEP, source, numbers, reasons, sealed)

    async def find(self, source: str, after: int, limit: int) -> list[Unplaced]:
        """Return the lines of a source that still wait."""
        rows = await self._db.pool.fetch(_LIST, source, after, limit)
        return [
            Unplaced(row["source"], row["line"], row["reason"], self._open(row), row["kept_at"])
            for row in rows
        ]

    async def forget(self, tx: Tx, person: str) -> None:
        """Destroy the text of every line that names a person, and its reason; its number stays."""
        found = await self.naming(tx, person)
        sources, lines = [source for source, _ in found], [line for _, line in found]
        await tx.raw.execute(_FORGET, sources, lines, _ERASED)

    async def naming(self, tx: Tx, person: str) -> list[tuple[str, int]]:
        """Return source and number of every line whose text names a person."""
        found: list[tuple[str, int]] = []
        place = ("", 0)
        while rows := await tx.raw.fetch(_KEPT, *place):
            place = rows[-1]["source"], rows[-1]["line"]
            named = (row for row in rows if person in _named(self._open(row) or ""))
            found += [(row["source"], row["line"]) for row in named]
        return found

    def _open(self, row: Any) -> str | None:
        if row["raw"] is None:
            return None
        place = f"{row['source']}/{row['line']}"
        for key in self._keyring.derived_all(_PURPOSE):
            with suppress(InvalidTag):
                return open_with(key, row["raw"], place).decode()
        return None  # sealed under a key that is no longer among ours


def _named(raw: str) -> set[str]:
    """Return every text and every word of a line, as any of them may be the id of a person."""
    try:
        texts = _texts(json.loads(raw))
    except (ValueError, RecursionError):
        texts = {raw}
    words = texts | {word for text in texts for word in _WORDS.findall(text)}
    return {word for word in words if "\0" not in word}  # which is in no id of a person


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_texts, value.values()), value)
    if isinstance(value, list):
        return set().union(*map(_texts, value))
    return {str(value)}
