"""The rubrics that were published: which holds for an idea of a category, submitted at a moment."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Column, DateTime, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.feedback import Criterion, RubricPublished
from feedback.domain.rubric import RUBRIC, Rubric

RUBRICS = Table(
    "rubric_v1", MetaData(), Column("rubric", Text, primary_key=True), Column("category", Text),
    Column("published_at", DateTime(timezone=True)), Column("criteria", JSONB),
)  # fmt: skip
_criteria = msgspec.json.Decoder(tuple[Criterion, ...])


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold feedback's own events into the rubrics."""
    for recorded in events:
        if isinstance(recorded.data, RubricPublished):
            event = recorded.data
            row = {
                "rubric": event.rubric, "category": event.category, "published_at": event.at,
                "criteria": msgspec.json.encode(event.criteria).decode(),
            }  # fmt: skip
            await tx.sql.execute(insert(RUBRICS).values(row).on_conflict_do_nothing())


PROJECTION = Projection("rubrics", 1, apply)


async def find_rubric(connection: AsyncConnection, *, category: str | None, at: datetime) -> Rubric:
    """Return the rubric that holds: the category's own, else the house's, else the built-in one."""
    fits = RUBRICS.c.category.is_(None) | (RUBRICS.c.category == category)
    found = select(RUBRICS).where(fits, RUBRICS.c.published_at <= at)
    newest = (RUBRICS.c.category.is_(None), RUBRICS.c.published_at.desc())
    row = (await connection.execute(found.order_by(*newest).limit(1))).one_or_none()
    return _rubric(row.rubric, row.criteria) if row else RUBRIC


async def find_named(connection: AsyncConnection, name: str | None) -> Rubric:
    """Return a rubric by its name; the built-in one where nothing was published under it."""
    row = (await connection.execute(select(RUBRICS).where(RUBRICS.c.rubric == name))).one_or_none()
    return _rubric(row.rubric, row.criteria) if row else RUBRIC


def _rubric(name: str, criteria: str) -> Rubric:
    return Rubric.of(name, _criteria.decode(criteria))
