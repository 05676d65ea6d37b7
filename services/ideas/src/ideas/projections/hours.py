"""Hours for ideas, by department and month: asked and granted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Float, MetaData, Table, Text, Uuid, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.projection import Projection
from chassis.store import Recorded
from contracts.room import TimeAsked, TimeGranted

HOURS = Table(
    "hours_v1", MetaData(), Column("request", Uuid, primary_key=True), Column("department", Text),
    Column("month", Text), Column("asked", Float), Column("granted", Float),
)  # fmt: skip
_PERSONS = text("""
SELECT count(*) FROM person_v1 WHERE department = :department AND listed_at IS NOT NULL
  AND (left_at IS NULL OR left_at <= listed_at)
""")


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a department in a month, and how many people work there now."""

    persons: int
    asked: float
    granted: float


async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
    """Fold ideas' own events into the hours."""
    for recorded in events:
        match recorded.data:
            case TimeAsked() as event:
                row = {
                    "request": event.request, "department": event.department,
                    "month": event.month, "asked": event.hours, "granted": 0,
                }  # fmt: skip
                await tx.sql.execute(insert(HOURS).values(row).on_conflict_do_nothing())
            case TimeGranted(request=request, hours=hours):
                granted = update(HOURS).where(HOURS.c.request == request).values(granted=hours)
                await tx.sql.execute(granted)
            case _:
                pass


PROJECTION = Projection("hours", 1, apply)


async def find_hours(connection: AsyncConnection, department: str, month: str) -> Hours:
    """Return the hours of a department in a month."""
    total = func.coalesce
    asked = select(total(func.sum(HOURS.c.asked), 0.0), total(func.sum(HOURS.c.granted), 0.0))
    where = (HOURS.c.department == department) & (HOURS.c.month == month)
    row = (await connection.execute(asked.where(where))).one()
    persons = (await connection.execute(_PERSONS, {"department": department})).scalar() or 0
    return Hours(persons, row[0], row[1])
