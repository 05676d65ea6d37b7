"""The directory as ideas asks it: who is here, where people work, who leads or stands in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from chassis.consuming import Heard
from chassis.database import Raw, Tx
from contracts.outside import AbsencePlanned, DeputyNamed, PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import PersonId
from ideas.domain.refusals import NobodyOfThatName

# The last word wins by the time of the fact, so that any order of arrival gives the same directory.
_LISTED = text("""
INSERT INTO person_v1 (person, lead, deputy, department, roles, listed_at)
VALUES (:person, :lead, :deputy, :department, :roles, :at)
ON CONFLICT (person) DO UPDATE SET lead = excluded.lead, deputy = excluded.deputy,
    department = excluded.department, roles = excluded.roles, listed_at = excluded.listed_at
WHERE person_v1.listed_at IS NULL OR person_v1.listed_at <= excluded.listed_at
""")
_LEFT = text("""
INSERT INTO person_v1 (person, left_at) VALUES (:person, :at)
ON CONFLICT (person) DO UPDATE SET left_at = greatest(person_v1.left_at, excluded.left_at)
""")
_ERASED = text("""
UPDATE person_v1 SET lead = NULL, deputy = NULL, chosen = NULL, department = NULL, roles = '{}',
    left_at = greatest(left_at, :at)
WHERE person = :person
""")
_NO_ABSENCES = text("DELETE FROM absence_v1 WHERE person = :person")
# Whom a person chose goes before whom the directory names, whichever came first.
_CHOSEN = text("""
INSERT INTO person_v1 (person, chosen, chosen_at) VALUES (:person, :deputy, :at)
ON CONFLICT (person) DO UPDATE SET chosen = excluded.chosen, chosen_at = excluded.chosen_at
WHERE person_v1.chosen_at IS NULL OR person_v1.chosen_at <= excluded.chosen_at
""")
_AWAY = text("""
INSERT INTO absence_v1 (person, first, last) VALUES (:person, :first, :last)
ON CONFLICT DO NOTHING
""")
_LEAD = """
SELECT l.person FROM person_v1 p JOIN person_v1 l ON l.person = p.lead
WHERE p.person = $1 AND l.listed_at IS NOT NULL
  AND (l.left_at IS NULL OR l.left_at <= l.listed_at)
"""
_STANDS_IN = """
SELECT EXISTS (
    SELECT FROM absence_v1 a WHERE a.person = l.person AND $2 BETWEEN a.first AND a.last
) AS away, (
    SELECT d.person FROM person_v1 d
    WHERE d.person = coalesce(l.chosen, l.deputy) AND d.listed_at IS NOT NULL
      AND (d.left_at IS NULL OR d.left_at <= d.listed_at) AND NOT EXISTS (
        SELECT FROM absence_v1 a WHERE a.person = d.person AND $2 BETWEEN a.first AND a.last
    )
) AS deputy
FROM person_v1 l WHERE l.person = $1
"""
# Where nobody is listed there is no directory, and every name is taken as it is given.
_STRANGERS = """
SELECT w.person FROM unnest($1::text[]) AS w(person)
WHERE EXISTS (SELECT FROM person_v1 WHERE listed_at IS NOT NULL) AND NOT EXISTS (
    SELECT FROM person_v1 p WHERE p.person = w.person AND p.listed_at IS NOT NULL
    AND (p.left_at IS NULL OR p.left_at <= p.listed_at))
"""
# Everybody below, however far; a ring in the directory ends where it began.
_PEOPLE = """
WITH RECURSIVE below (person) AS (
    SELECT person FROM person_v1 WHERE lead = $1 AND person <> $1
    UNION
    SELECT p.person FROM person_v1 p JOIN below b ON p.lead = b.person WHERE p.person <> $1
)
SELECT p.person, p.department FROM person_v1 p JOIN below b ON p.person = b.person
WHERE p.listed_at IS NOT NULL AND (p.left_at IS NULL OR p.left_at <= p.listed_at)
"""
_DEPARTMENTS = """
SELECT DISTINCT department FROM person_v1
WHERE department IS NOT NULL AND listed_at IS NOT NULL
  AND (left_at IS NULL OR left_at <= listed_at) ORDER BY department
"""
# Who leads somebody who is here, or has a role that leads; where there is no directory, anybody.
_LEADS = """
SELECT EXISTS (
    SELECT FROM person_v1 WHERE person = $1 AND roles && ARRAY['lead', 'director', 'desk']
) OR EXISTS (
    SELECT FROM person_v1 WHERE lead = $1 AND person <> $1 AND listed_at IS NOT NULL
      AND (left_at IS NULL OR left_at <= listed_at)
) OR NOT EXISTS (SELECT FROM person_v1 WHERE listed_at IS NOT NULL)
"""
_DEPARTMENT = "SELECT department FROM person_v1 WHERE person = $1"


@dataclass(frozen=True, slots=True)
class People:
    """Who is led by somebody, and the departments that they work in."""

    persons: tuple[str, ...]
    departments: tuple[str, ...]


async def fold(tx: Tx, heard: Heard) -> None:
    """Take a fact about a person into the directory."""
    match heard.data:
        case PersonListed() as fact:
            row = {"lead": fact.lead, "deputy": fact.deputy, "department": fact.department}
            who = {"person": fact.person, "roles": list(fact.roles), "at": fact.at}
            await tx.sql.execute(_LISTED, {**who, **row})
        case PersonLeft() as fact:
            await tx.sql.execute(_LEFT, {"person": fact.person, "at": fact.at})
        case PersonErased() as fact:
            await tx.sql.execute(_ERASED, {"person": fact.person, "at": fact.at})
            await tx.sql.execute(_NO_ABSENCES, {"person": fact.person})
        case DeputyNamed() as fact:
            row = {"person": fact.person, "deputy": fact.deputy}
            await tx.sql.execute(_CHOSEN, {**row, "at": fact.at})
        case AbsencePlanned() as fact:
            span = {"person": fact.person, "first": fact.first, "last": fact.last}
            await tx.sql.execute(_AWAY, span)
        case _:
            pass


async def find_lead(raw: Raw, person: PersonId) -> PersonId | None:
    """Return who leads a person, if the directory knows them and they are here."""
    found = await raw.fetchval(_LEAD, person)
    return None if found is None else PersonId(found)


async def find_answering(raw: Raw, person: PersonId, day: date) -> PersonId | None:
    """Return who answers for a person's ideas on a day: the lead, or the deputy of an absent one.

    None where that is nobody who is here.
    """
    lead = await find_lead(raw, person)
    found = await raw.fetchrow(_STANDS_IN, lead, day) if lead else None
    if found is None or not found["away"]:
        return lead
    return PersonId(found["deputy"]) if found["deputy"] else None


async def find_people(raw: Raw, lead: str) -> People:
    """Return everybody here whom a person leads, themselves or through those whom they lead."""
    found = await raw.fetch(_PEOPLE, lead)
    departments = {row["department"] for row in found if row["department"]}
    return People(tuple(row["person"] for row in found), tuple(sorted(departments)))


async def leads(raw: Raw, person: str) -> bool:
    """Tell whether somebody leads people, by their roles or as somebody's lead."""
    return bool(await raw.fetchval(_LEADS, person))


async def find_departments(raw: Raw) -> tuple[str, ...]:
    """Return the departments in which somebody works, by name."""
    return tuple(row["department"] for row in await raw.fetch(_DEPARTMENTS))


async def find_department(raw: Raw, person: str) -> str | None:
    """Return where a person works, as far as the directory knows; every idea asks."""
    found: str | None = await raw.fetchval(_DEPARTMENT, person)
    return found


async def those_here(raw: Raw, named: Iterable[PersonId]) -> tuple[PersonId, ...]:
    """Return of persons who were named once those who are here, in order."""
    persons = tuple(dict.fromkeys(named))
    gone = {row["person"] for row in await raw.fetch(_STRANGERS, persons)} if persons else set()
    return tuple(person for person in persons if person not in gone)


async def known(raw: Raw, named: Iterable[str]) -> tuple[PersonId, ...]:
    """Return the persons named, each once and in order; raises NobodyOfThatName for a stranger.

    What is entrusted to somebody who is not here would be kept by nobody.
    """
    persons = tuple(PersonId(person) for person in dict.fromkeys(named))
    if persons and (strangers := await raw.fetch(_STRANGERS, persons)):
        raise NobodyOfThatName([row["person"] for row in strangers])
    return persons
