"""How many support an idea, and who follows it: the counts beside the list of ideas."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Text, Uuid, bindparam, delete, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts import talk

SUPPORTS = Table(
    "support_v1", MetaData(), Column("idea", Uuid, primary_key=True),
    Column("person", Text, primary_key=True),
)  # fmt: skip


_COUNT = text("""
SELECT w.idea, count(DISTINCT s.person) AS supporters
FROM unnest(:ideas) AS w(idea)
JOIN idea_v2 part ON part.idea = w.idea OR (part.merged_into = w.idea AND part.state = 'merged')
JOIN support_v1 s ON s.idea = part.idea GROUP BY w.idea
""").bindparams(bindparam("ideas", type_=ARRAY(Uuid)))


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold ideas' own events into the supports."""
    for recorded in events:
        match recorded.data:
            case talk.IdeaSupported(idea=idea, by=by):
                row = insert(SUPPORTS).values(idea=idea, person=by)
                await tx.sql.execute(row.on_conflict_do_nothing())
            case talk.SupportWithdrawn(idea=idea, by=by):
                gone = delete(SUPPORTS).where(SUPPORTS.c.idea == idea, SUPPORTS.c.person == by)
                await tx.sql.execute(gone)
            case _:
                pass


PROJECTION = Projection("supports", 1, apply)


async def count_supports(connection: AsyncConnection, ideas: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many support each idea, or one that became a part of it, each person once."""
    rows = await connection.execute(_COUNT, {"ideas": list(ideas)})
    return {row.idea: row.supporters for row in rows}
