"""How many support an idea, and who follows it: the counts beside the list of ideas."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts import talk

SUPPORTS = Table(
    "support_v1", MetaData(), Column("idea", Uuid, primary_key=True),
    Column("person", Text, primary_key=True),
)  # fmt: skip


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
    """Return how many support each idea; one that nobody supports is left out."""
    counted = select(SUPPORTS.c.idea, func.count()).where(SUPPORTS.c.idea.in_(list(ideas)))
    rows: Any = await connection.execute(counted.group_by(SUPPORTS.c.idea))
    return {row[0]: row[1] for row in rows}
