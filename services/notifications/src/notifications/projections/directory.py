"""Who works where: the part of the directory that the ladder and the letters need.

Directory facts come from outside in any order: the last one by its own time wins, by person and
kind of fact.
"""

from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database, Raw, Tx
from contracts.outside import (
    AbsencePlanned,
    DeputyNamed,
    PeopleEvent,
    PersonErased,
    PersonLeft,
    PersonListed,
)
from contracts.vocabulary import PersonId
from notifications.domain.ladder import DIRECTOR, Listed
from notifications.projections import absences

metadata = sa.MetaData()
person = sa.Table(
    "person",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("listed_at", sa.DateTime(timezone=True)),
    sa.Column("lead", sa.Text),
    sa.Column("deputy", sa.Text),
    sa.Column("chosen_at", sa.DateTime(timezone=True)),
    sa.Column("chosen", sa.Text),  # the deputy whom the person chose: goes before the other one
    sa.Column("roles", ARRAY(sa.Text)),
    sa.Column("language", sa.Text),
    sa.Column("department", sa.Text),
    sa.Column("left_at", sa.DateTime(timezone=True)),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
)

# The chain of leads above two persons, with everybody's deputy: all that a ladder may name. Asked
# for with every promise that breaks: making the statement anew took longer than sending it.
_AROUND = """
WITH RECURSIVE up AS (
    SELECT person, lead, coalesce(chosen, deputy) AS deputy FROM person WHERE person IN ($1, $2)
    UNION
    SELECT next.person, next.lead, coalesce(next.chosen, next.deputy)
    FROM up JOIN person next ON next.person = up.lead
)
SELECT person, lead, coalesce(chosen, deputy) AS deputy, roles,
    EXISTS (SELECT FROM gone g WHERE g.person = p.person) AS gone,
    EXISTS (SELECT FROM absence a WHERE a.person = p.person AND $3 BETWEEN a.first AND a.last)
        AS absent
FROM person p WHERE person IN (
    SELECT person FROM up UNION SELECT deputy FROM up WHERE deputy IS NOT NULL
)
"""

_HERE = """
SELECT listed_at IS NOT NULL AND erased_at IS NULL AND (left_at IS NULL OR left_at < listed_at)
FROM person WHERE person = $1
"""

_STANDS_IN = """
SELECT d.person FROM person p JOIN person d ON d.person = coalesce(p.chosen, p.deputy)
WHERE p.person = $1 AND p.erased_at IS NULL AND (p.left_at IS NULL OR p.left_at < p.listed_at)
    AND d.listed_at IS NOT NULL AND d.erased_at IS NULL
    AND (d.left_at IS NULL OR d.left_at < d.listed_at)
    AND NOT EXISTS (
        SELECT FROM absence a WHERE a.person = d.person AND $2 BETWEEN a.first AND a.last
    )
"""

_GONE = "SELECT EXISTS (SELECT FROM gone WHERE person = $1)"

# Many may be erased in one moment: so a page ends at a person.
_ERASED = """
SELECT person, erased_at FROM person WHERE erased_at IS NOT NULL AND ($1::text IS NULL
    OR (erased_at, person) < (SELECT erased_at, person FROM person WHERE person = $1))
ORDER BY erased_at DESC, person DESC LIMIT $2
"""

# What an erased person leaves behind: that there was somebody, who is not asked again.
_NOTHING: dict[str, object] = {
    "lead": None, "deputy": None, "chosen": None, "roles": [], "language": None,
    "department": None,
}  # fmt: skip


async def fold(tx: Tx, event: PeopleEvent) -> None:
    """Take in what the directory says, unless something later of its kind is known."""
    match event:
        case PersonListed():
            await _listed(tx, event)
        case PersonLeft(person=who, at=at):
            await _upsert(tx, "left_at", {"person": who, "left_at": at})
        case AbsencePlanned():
            await absences.plan(tx, event)
        case DeputyNamed(person=who, deputy=deputy, at=at):
            choice = {"chosen_at": at, "chosen": deputy}
            await _upsert(tx, "chosen_at", {"person": who, **choice})
        case PersonErased(person=who, at=at):
            await _upsert(tx, "erased_at", {"person": who, "erased_at": at, **_NOTHING})
            await absences.forget(tx, who)


async def _listed(tx: Tx, event: PersonListed) -> None:
    row = {
        "person": event.person,
        "listed_at": event.at,
        "lead": event.lead,
        "deputy": event.deputy,
        "roles": list(event.roles),
        "language": event.language,
        "department": event.department,
    }
    await _upsert(tx, "listed_at", row)


async def _upsert(tx: Tx, when: str, row: dict[str, object]) -> None:
    new = insert(person).values(row)
    known, told = person.c[when], new.excluded[when]
    await tx.sql.execute(
        new.on_conflict_do_update(
            index_elements=[person.c.person],
            set_={name: new.excluded[name] for name in row if name != "person"},
            where=sa.and_(person.c.erased_at.is_(None), sa.or_(known.is_(None), known <= told)),
        )
    )


async def around(raw: Raw, first: PersonId, desk: PersonId, day: date) -> dict[PersonId, Listed]:
    """Return what is known, on a day, of everybody who may follow `first` on the ladder."""
    rows = await raw.fetch(_AROUND, first, desk, day)
    return {
        PersonId(row["person"]): Listed(
            lead=row["lead"],
            deputy=row["deputy"],
            director=DIRECTOR in (row["roles"] or ()),
            left=row["gone"],
            absent=row["absent"],
        )
        for row in rows
    }


class Deputy(Struct, frozen=True):
    """Who stands in for a person, and whether they chose so themselves."""

    deputy: PersonId | None = None
    chosen: bool = False


async def deputy_of(db: Database, who: PersonId) -> Deputy:
    """Return who stands in for a person, as they chose, else as the directory says."""
    row = await db.pool.fetchrow("SELECT chosen, deputy FROM person WHERE person = $1", who)
    return Deputy(row["chosen"] or row["deputy"], row["chosen"] is not None) if row else Deputy()


async def stands_in(tx: Tx, who: PersonId, today: date) -> PersonId | None:
    """Return the deputy of a person, if there is one who is here today."""
    found: PersonId | None = await tx.raw.fetchval(_STANDS_IN, who, today)
    return found


async def has_left(tx: Tx, who: PersonId) -> bool:
    """Tell whether a person left and did not come back; whom nobody listed did not leave."""
    return bool(await tx.raw.fetchval(_GONE, who))


async def is_here(db: Database, who: PersonId) -> bool:
    """Tell whether the directory lists a person who has not left."""
    return bool(await db.pool.fetchval(_HERE, who))


async def erased(
    db: Database, before: PersonId | None, most: int
) -> list[tuple[PersonId, datetime]]:
    """Return who was erased and when, the latest first, from behind one of them."""
    rows = await db.pool.fetch(_ERASED, before, most)
    return [(PersonId(row["person"]), row["erased_at"]) for row in rows]


async def lead_of(db: AsyncConnection, who: PersonId) -> PersonId | None:
    lead = await db.scalar(sa.select(person.c.lead).where(person.c.person == who))
    return PersonId(lead) if lead else None
