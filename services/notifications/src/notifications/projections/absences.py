"""Who is away when: all that was told, as none of it is ever taken back."""

from datetime import date

from chassis.database import Tx
from contracts.outside import AbsencePlanned
from contracts.vocabulary import PersonId

_PLAN = """
INSERT INTO absence (person, first, last) SELECT $1, $2, $3
WHERE NOT EXISTS (SELECT FROM person WHERE person = $1 AND erased_at IS NOT NULL)
ON CONFLICT DO NOTHING
"""
# One that goes on where another ends is one absence.
_AROUND = """
SELECT lower(away), upper(away) - 1 FROM unnest((
    SELECT range_agg(daterange(first, last, '[]')) FROM absence WHERE person = $1 AND first <= last
)) AS away WHERE away @> $2::date
"""


async def plan(tx: Tx, told: AbsencePlanned) -> None:
    """Keep when a person is away, unless they were erased."""
    await tx.raw.execute(_PLAN, told.person, told.first, told.last)


async def around(tx: Tx, who: PersonId, day: date) -> tuple[date, date] | None:
    """Return from which day through which a person is away who is away on a day."""
    row = await tx.raw.fetchrow(_AROUND, who, day)
    return (row[0], row[1]) if row else None


async def forget(tx: Tx, who: PersonId) -> None:
    """Forget when an erased person was away."""
    await tx.raw.execute("DELETE FROM absence WHERE person = $1", who)
