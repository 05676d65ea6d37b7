"""Views that people are asked for: who asks, about which idea, and until when it helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.feedback import OpinionAsked, OpinionGiven

_ASKED = text("""
INSERT INTO opinion_v1 (opinion, idea, by, asked, due, touches_team, asked_at)
VALUES (:opinion, :idea, :by, :asked, :due, :touches_team, :asked_at) ON CONFLICT DO NOTHING
""")
_GIVEN = text("UPDATE opinion_v1 SET given_at = :at WHERE opinion = :opinion")
# Once the idea is answered nobody waits for a view of it; one of an earlier answer is over too.
_WAITING = text("""
SELECT o.opinion, o.idea, o.by, o.due, o.touches_team, o.asked_at
FROM opinion_v1 o JOIN review_queue_v1 q USING (idea)
WHERE o.asked = :asked AND o.given_at IS NULL AND q.state = 'open' AND o.asked_at >= q.requested_at
ORDER BY o.due, o.opinion LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """A view that somebody waits for."""

    opinion: UUID
    idea: UUID
    by: str
    due: datetime
    touches_team: bool
    asked_at: datetime


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold feedback's own events into the views that are asked for."""
    for recorded in events:
        match recorded.data:
            case OpinionAsked() as event:
                row = {
                    "opinion": event.opinion, "idea": event.idea, "by": event.by,
                    "asked": event.asked, "due": event.due, "touches_team": event.touches_team,
                    "asked_at": event.at,
                }  # fmt: skip
                await tx.sql.execute(_ASKED, row)
            case OpinionGiven() as event:
                await tx.sql.execute(_GIVEN, {"opinion": event.opinion, "at": event.at})


PROJECTION = Projection("opinions", 1, apply)


async def find_asked(connection: AsyncConnection, person: str, limit: int) -> list[Asked]:
    """Return the views that somebody is asked for, the soonest due first."""
    rows = await connection.execute(_WAITING, {"asked": person, "limit": limit})
    return [Asked(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
