"""How much a person said that lies here, sealed with their key."""

from collections.abc import Collection

from chassis.database import Tx

# What `by` says of an idea of somebody else has the key of `by`: plans, remarks, learnings.
_WORDS = """
SELECT count(DISTINCT stream) FILTER (WHERE data->>'author' = $1) AS ideas,
    count(*) FILTER (WHERE data->>'author' <> $1) AS others
FROM event WHERE personal IS NOT NULL AND (data->>'author' = $1
    OR data->>'by' = $1 AND type ~ '^kiem[.]ideas[.](Pilot|IdeaRealised)')
"""
_ERASED = "SELECT subject FROM subject_key WHERE subject = ANY ($1) AND erased_at IS NOT NULL"


async def count_words(tx: Tx, person: str) -> tuple[int, int]:
    """Return how many ideas a person has words in as an author, and facts of others' ideas."""
    row = await tx.raw.fetchrow(_WORDS, person)
    return row["ideas"], row["others"]


async def find_erased(tx: Tx, persons: Collection[str]) -> frozenset[str]:
    """Return those of some persons whose key was destroyed."""
    return frozenset(row[0] for row in await tx.raw.fetch(_ERASED, list(persons)))
