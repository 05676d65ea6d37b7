"""What was learned: in pilots and experiments, and what people share; a list without words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.ideas import PilotConcluded

_LEARNINGS = UUID("0f6f8a0e-3f0b-4b0e-9a57-7f4f0f1a2c61")
_CONCLUDED = text("""
INSERT INTO pilot_learning_v1 (learning, idea, version, person, told_at)
VALUES (:learning, :idea, :version, :person, :told_at) ON CONFLICT DO NOTHING
""")
# What is asked for may be None: then it is not asked for.
_FIND = text("""
WITH learned AS (
    SELECT matter AS learning, idea, NULL::bigint AS version, author AS person, told_at,
        'shared' AS source
    FROM matter_v1 WHERE kind = 'learning'
    UNION ALL SELECT matter, idea, NULL::bigint, author, ended_at, 'experiment'
    FROM matter_v1 WHERE kind = 'experiment' AND ended_at IS NOT NULL
    UNION ALL SELECT learning, idea, version, person, told_at, 'pilot' FROM pilot_learning_v1
)
SELECT l.* FROM learned l LEFT JOIN learned last ON last.learning = CAST(:after AS uuid)
WHERE (CAST(:person AS text) IS NULL OR l.person = :person)
  AND (CAST(:ideas AS uuid[]) IS NULL OR l.idea = ANY (CAST(:ideas AS uuid[])))
  AND (last.learning IS NULL OR (l.told_at, l.learning) < (last.told_at, last.learning))
ORDER BY l.told_at DESC, l.learning DESC LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Learned:
    """A learning: shared by somebody, or what an experiment or a pilot taught.

    `learning` is the id of that experiment; `version` the step of the idea that was piloted.
    """

    learning: UUID
    idea: UUID | None
    version: int | None
    person: str
    told_at: datetime
    source: Literal["shared", "experiment", "pilot"] = "shared"


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold how pilots ended into the list; a pilot that was extended may teach more than once."""
    for recorded in events:
        match recorded.data:
            case PilotConcluded(learning=str()) as event:
                row = {
                    "learning": uuid5(_LEARNINGS, f"{event.idea}|{recorded.version}"),
                    "idea": event.idea, "version": recorded.version, "told_at": event.at,
                    "person": event.by or event.author,
                }  # fmt: skip
                await tx.sql.execute(_CONCLUDED, row)
            case _:
                pass


PROJECTION = Projection("pilot_learnings", 1, apply)


async def find_learnings(
    connection: AsyncConnection, *, person: str | None = None,
    ideas: Sequence[UUID] | None = None, after: UUID | None = None, limit: int = 50,
) -> list[Learned]:  # fmt: skip
    """Return what was learned, the newest first."""
    asked = {
        "person": person, "ideas": None if ideas is None else list(ideas), "after": after,
        "limit": limit,
    }  # fmt: skip
    rows = await connection.execute(_FIND, asked)
    return [Learned(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
