"""The inbox as it grows: what was told since a moment, missing nothing and repeating nothing.

A moment is a transaction and a place. What runs still may be committed with an older place: so a
reader goes only up to the oldest transaction that runs.
"""

from typing import Any

import msgspec
from msgspec import Struct

from chassis.database import Database
from contracts.vocabulary import PersonId
from notifications.projections.notices import Shown

MOST = 100
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_WHOSE = """
SELECT DISTINCT person FROM notice WHERE told_in >= $1::bigint::text::xid8
    AND told_in < $2::bigint::text::xid8 AND person = ANY($3::text[])
"""
_SINCE = """
SELECT told_in::text::bigint AS told_in, notice, kind, matter, subject, idea, owed, at, accountable,
    due, outcome, seen_at, place
FROM notice WHERE person = $1 AND shown
    AND (told_in, place) > ($2::bigint::text::xid8, $3::bigint)
    AND told_in < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY told_in, place LIMIT $4
"""


class Moment(Struct, frozen=True):
    """Up to where somebody has read; written `12-34`."""

    told_in: int
    place: int = 0

    def __str__(self) -> str:
        return f"{self.told_in}-{self.place}"

    @classmethod
    def read(cls, written: str) -> "Moment | None":
        """Return what was written; None where it is no moment."""
        first, _, second = written.partition("-")
        if not (first.isdecimal() and second.isdecimal() and len(written) < 38):  # noqa: PLR2004
            return None
        return cls(int(first), int(second))


async def now(db: Database) -> Moment:
    """Return the moment behind which everything is still to come."""
    return Moment(await db.pool.fetchval(_HORIZON))


async def whose(db: Database, since: Moment, until: Moment, people: list[str]) -> list[str]:
    """Return who of these people was told something between two moments."""
    rows = await db.pool.fetch(_WHOSE, since.told_in, until.told_in, people)
    return [row["person"] for row in rows]


async def since(db: Database, person: PersonId, moment: Moment) -> list[tuple[Moment, Shown]]:
    """Return what a person was told since a moment, the oldest first; at most `MOST`."""
    rows = await db.pool.fetch(_SINCE, person, moment.told_in, moment.place, MOST)
    return [(Moment(row["told_in"], row["place"]), _shown(dict(row))) for row in rows]


def _shown(row: dict[str, Any]) -> Shown:
    del row["told_in"]
    return msgspec.convert(row, Shown)
