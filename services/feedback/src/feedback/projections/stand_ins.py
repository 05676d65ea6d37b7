"""Confidential reviews that wait for a deputy: `ideas` is to be asked whether they stand apart."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from contracts.vocabulary import IdeaId, PersonId

_WAIT = text("""
INSERT INTO stand_in_v1 (idea, absent, last, cause) VALUES (:idea, :absent, :last, :cause)
ON CONFLICT (idea) DO UPDATE SET absent = excluded.absent, last = excluded.last,
    cause = excluded.cause
""")
_FIND = text("SELECT idea, absent, last, cause FROM stand_in_v1 ORDER BY idea LIMIT :limit")
_DONE = text("DELETE FROM stand_in_v1 WHERE idea = :idea AND cause = :cause")


@dataclass(frozen=True, slots=True)
class Passing:
    """A review that a deputy may have while its reviewer is away, up to the `last` day of it.

    `cause` makes the command's id, so that it is carried out once.
    """

    idea: UUID
    absent: PersonId
    last: date
    cause: str


async def wait(tx: Tx, passing: Passing) -> None:
    """Let a review wait until it is known whether the deputy stands apart."""
    row: dict[str, Any] = {
        "idea": passing.idea, "absent": passing.absent, "last": passing.last,
        "cause": passing.cause,
    }  # fmt: skip
    await tx.sql.execute(_WAIT, row)


async def find(connection: AsyncConnection, limit: int) -> list[Passing]:
    """Return what waits."""
    rows = await connection.execute(_FIND, {"limit": limit})
    return [Passing(IdeaId(r.idea), PersonId(r.absent), r.last, r.cause) for r in rows]


async def done(tx: Tx, passing: Passing) -> None:
    """Let a review wait no longer, however it went."""
    await tx.sql.execute(_DONE, {"idea": passing.idea, "cause": passing.cause})
