"""Whose each idea is, and where it belongs: told once, at its birth, and needed at every review."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from chassis.database import Tx
from contracts.ideas import IdeaSubmitted
from contracts.vocabulary import ChallengeId, PersonId, Way

_BORN = text("""
INSERT INTO idea_birth_v1 (idea, co_authors, department, category, challenge, told_at, way)
VALUES (:idea, :co_authors, :department, :category, :challenge, :told_at, :way)
ON CONFLICT DO NOTHING
""")
_FIND = text("SELECT * FROM idea_birth_v1 WHERE idea = :idea")
_REVEALED = text("""
UPDATE idea_birth_v1 SET way = 'named', co_authors = array_append(co_authors, :author)
WHERE idea = :idea AND NOT :author = ANY (co_authors)
""")
_CHANGED = text("UPDATE idea_birth_v1 SET co_authors = :co_authors WHERE idea = :idea")


class Birth(Struct, frozen=True):
    """What the birth of an idea tells that later facts do not repeat."""

    co_authors: tuple[PersonId, ...] = ()
    department: str | None = None
    category: str | None = None
    challenge: ChallengeId | None = None
    told_at: datetime | None = None
    way: Way = "named"


async def fold(tx: Tx, born: IdeaSubmitted) -> None:
    """Keep what the birth of an idea tells."""
    row = {
        "idea": born.idea, "co_authors": list(born.co_authors), "department": born.department,
        "category": born.category, "challenge": born.challenge, "told_at": born.at,
        "way": born.way,
    }  # fmt: skip
    await tx.sql.execute(_BORN, row)


async def change(tx: Tx, idea: UUID, co_authors: Sequence[PersonId]) -> None:
    """Keep who has an idea now beside its author."""
    await tx.sql.execute(_CHANGED, {"idea": idea, "co_authors": list(co_authors)})


async def reveal(tx: Tx, idea: UUID, author: PersonId) -> None:
    """Keep who says that an idea under an alias is theirs: from here on it is a named one."""
    await tx.sql.execute(_REVEALED, {"idea": idea, "author": author})


async def find_birth(tx: Tx, idea: UUID) -> Birth | None:
    """Return what was told at the birth of an idea, if it was heard."""
    row = (await tx.sql.execute(_FIND, {"idea": idea})).one_or_none()
    if row is None:
        return None
    return Birth(
        tuple(map(PersonId, row.co_authors)), row.department, row.category,
        ChallengeId(row.challenge) if row.challenge else None,
        row.told_at, row.way,
    )  # fmt: skip
