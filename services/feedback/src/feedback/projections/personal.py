"""How many answers lie here that are sealed with a person's key: those to their ideas."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.vocabulary import PersonId

_ANSWERS = text("""
SELECT count(*) FROM event WHERE personal IS NOT NULL AND data->>'author' = :person
""")
_ERASED = text("""
SELECT EXISTS (SELECT FROM subject_key WHERE subject = :person AND erased_at IS NOT NULL)
""")
_THESE = text("""
SELECT subject FROM subject_key WHERE subject = ANY (:persons) AND erased_at IS NOT NULL
""")


async def count_answers(connection: AsyncConnection, person: str) -> int:
    """Return how many answers to a person's ideas have words."""
    return int(await connection.scalar(_ANSWERS, {"person": person}) or 0)


async def is_erased(connection: AsyncConnection, person: str) -> bool:
    """Tell whether a person's key was destroyed."""
    return bool(await connection.scalar(_ERASED, {"person": person}))


async def who_is_erased(
    connection: AsyncConnection, persons: Collection[PersonId]
) -> frozenset[PersonId]:
    """Return whose keys of these were destroyed."""
    if not persons:
        return frozenset()
    found = await connection.execute(_THESE, {"persons": sorted(persons)})
    return frozenset(PersonId(row.subject) for row in found)
