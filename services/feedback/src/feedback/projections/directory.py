"""The directory as routing asks it: who is here, where, under whom, with which roles."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.consuming import Heard
from chassis.database import Raw, Tx
from contracts.outside import AbsencePlanned, DeputyNamed, PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import PersonId
from feedback.domain.refusals import NobodyOfThatName
from feedback.domain.routing import Listed

# The last word wins by the time of the fact, so that any order of arrival gives the same directory.
_LISTED = text("""
INSERT INTO person_v1 (person, department, lead, deputy, roles, listed_at)
VALUES (:person, :department, :lead, :deputy, :roles, :at)
ON CONFLICT (person) DO UPDATE SET department = excluded.department, lead = excluded.lead,
    deputy = excluded.deputy, roles = excluded.roles, listed_at = excluded.listed_at
WHERE person_v1.listed_at IS NULL OR person_v1.listed_at <= excluded.listed_at
""")
# Whom a person chose goes before whom the directory names, whichever came first.
_CHOSEN = text("""
INSERT INTO person_v1 (person, chosen, chosen_at) VALUES (:person, :deputy, :at)
ON CONFLICT (person) DO UPDATE SET chosen = excluded.chosen, chosen_at = excluded.chosen_at
WHERE person_v1.chosen_at IS NULL OR person_v1.chosen_at <= excluded.chosen_at
""")
_LEFT = text("""
INSERT INTO person_v1 (person, left_at) VALUES (:person, :at)
ON CONFLICT (person) DO UPDATE SET left_at = greatest(person_v1.left_at, excluded.left_at)
""")
_AWAY = text("""
INSERT INTO absence_v1 (person, first, last, planned_at) VALUES (:person, :first, :last, :at)
ON CONFLICT DO NOTHING
""")
_ERASED = text("""
UPDATE person_v1 SET department = NULL, lead = NULL, deputy = NULL, chosen = NULL, roles = '{}',
    left_at = greatest(left_at, :at) WHERE person = :person
""")
_NEAR = text("""
SELECT p.person, p.department, p.lead, coalesce(p.chosen, p.deputy) AS deputy, p.roles,
    coalesce(p.left_at > p.listed_at, false) AS gone,
    p.listed_at IS NULL AS unknown,
    (SELECT array_agg(ARRAY[a.first, a.last]) FROM absence_v1 a
     WHERE a.person = p.person AND a.last >= :today) AS absences
FROM person_v1 p WHERE 'reviewer' = ANY (p.roles) OR p.person = ANY (:authors)
    OR EXISTS (SELECT FROM person_v1 d
               WHERE coalesce(d.chosen, d.deputy) = p.person AND d.person = ANY (:authors))
""")
# The queue follows a moment later: until then, who was named just now is known from here.
_NAMED = text("""
INSERT INTO named_v1 (idea, reviewer) VALUES (:idea, :reviewer)
ON CONFLICT (idea) DO UPDATE SET reviewer = excluded.reviewer
""")
# Where nobody is listed there is no directory, and every name is taken as it is given.
_STRANGERS = """
SELECT w.person FROM unnest($1::text[]) AS w(person)
WHERE EXISTS (SELECT FROM person_v1 WHERE listed_at IS NOT NULL) AND NOT EXISTS (
    SELECT FROM person_v1 p WHERE p.person = w.person AND p.listed_at IS NOT NULL
    AND (p.left_at IS NULL OR p.left_at <= p.listed_at))
"""
_GONE = """
SELECT left_at IS NOT NULL AND (listed_at IS NULL OR listed_at < left_at)
FROM person_v1 WHERE person = $1
"""
_LEAD = text("SELECT lead FROM person_v1 WHERE person = :person")
_ROLES = text("SELECT roles FROM person_v1 WHERE person = :person")
_LOAD = text("""
SELECT reviewer, count(*) AS reviews FROM (
    SELECT reviewer FROM review_queue_v1 WHERE state = 'open' AND reviewer IS NOT NULL
    UNION ALL
    SELECT n.reviewer FROM named_v1 n LEFT JOIN review_queue_v1 q USING (idea)
    WHERE q.idea IS NULL OR (q.state = 'open' AND q.reviewer IS NULL)
) AS busy GROUP BY reviewer
""")


async def fold(tx: Tx, heard: Heard) -> None:
    """Take a fact about a person into the directory."""
    match heard.data:
        case PersonListed() as fact:
            row: dict[str, Any] = {
                "person": fact.person, "department": fact.department, "lead": fact.lead,
                "deputy": fact.deputy,
                "roles": list(fact.roles), "at": fact.at,
            }  # fmt: skip
            await tx.sql.execute(_LISTED, row)
        case PersonLeft() as fact:
            await tx.sql.execute(_LEFT, {"person": fact.person, "at": fact.at})
        case AbsencePlanned() as fact:
            row = {"person": fact.person, "first": fact.first, "last": fact.last, "at": fact.at}
            await tx.sql.execute(_AWAY, row)
        case DeputyNamed() as fact:
            row = {"person": fact.person, "deputy": fact.deputy, "at": fact.at}
            await tx.sql.execute(_CHOSEN, row)
        case PersonErased() as fact:
            await tx.sql.execute(_ERASED, {"person": fact.person, "at": fact.at})
        case _:
            pass


async def find_candidates(tx: Tx, near: Iterable[PersonId], today: Any) -> list[Listed]:
    """Return the reviewers, whoever is near, and their deputies."""
    rows = await tx.sql.execute(_NEAR, {"authors": sorted(near), "today": today})
    return [
        Listed(
            person=PersonId(row.person), department=row.department, lead=row.lead,
            deputy=row.deputy, roles=frozenset(row.roles), left=row.gone or row.unknown,
            absences=tuple((first, last) for first, last in row.absences or ()),
        )
        for row in rows
    ]  # fmt: skip


async def find_lead(connection: AsyncConnection, person: PersonId) -> PersonId | None:
    """Return who leads a person, as far as the directory knows."""
    lead = (await connection.execute(_LEAD, {"person": person})).scalar()
    return PersonId(lead) if lead else None


async def find_roles(connection: AsyncConnection, person: PersonId) -> frozenset[str]:
    """Return a person's roles, as the directory has them."""
    roles = (await connection.execute(_ROLES, {"person": person})).scalar()
    return frozenset(roles or ())


async def has_left(tx: Tx, person: PersonId) -> bool:
    """Tell whether a person left and did not come back; whom nobody listed did not leave."""
    return bool(await tx.raw.fetchval(_GONE, person))


async def require_known(raw: Raw, named: Iterable[str]) -> None:
    """Refuse somebody who is not in the directory, or has left: raises NobodyOfThatName.

    What is entrusted to them would be kept by nobody.
    """
    persons = list(dict.fromkeys(named))
    if persons and (strangers := await raw.fetch(_STRANGERS, persons)):
        raise NobodyOfThatName([row["person"] for row in strangers])


async def note_named(tx: Tx, idea: UUID, reviewer: PersonId) -> None:
    """Note that somebody has one review more, before the queue knows."""
    await tx.sql.execute(_NAMED, {"idea": idea, "reviewer": reviewer})


async def count_open(tx: Tx) -> Mapping[PersonId, int]:
    """Return how many open reviews each reviewer has."""
    return {PersonId(row.reviewer): row.reviews for row in await tx.sql.execute(_LOAD)}
