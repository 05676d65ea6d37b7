"""Whose each idea is, and where it belongs: told once, at its birth, and needed at every review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from contracts.ideas import (
    AuthorRevealed,
    CoAuthorsChanged,
    IdeaAbsorbed,
    IdeaSeparated,
    IdeaSubmitted,
)
from contracts.vocabulary import ChallengeId, Event, PersonId, Way

_BORN = text("""
INSERT INTO idea_birth_v1 (idea, co_authors, department, category, challenge, told_at, way,
    decision_days)
VALUES (:idea, :co_authors, :department, :category, :challenge, :told_at, :way, :decision_days)
ON CONFLICT DO NOTHING
""")
_FIND = text("""
SELECT b.*, ARRAY(SELECT unnest(a.authors) FROM absorbed_v1 a WHERE a.idea = b.idea) AS joined
FROM idea_birth_v1 b WHERE b.idea = :idea
""")
_NAMED = text("SELECT way = 'named' FROM idea_birth_v1 WHERE idea = :idea")
_REVEALED = text("""
UPDATE idea_birth_v1 SET way = 'named', co_authors = array_append(co_authors, :author)
WHERE idea = :idea AND NOT :author = ANY (co_authors)
""")
_ABSORBED = text("""
INSERT INTO absorbed_v1 (idea, absorbed, authors) VALUES (:idea, :absorbed, :authors)
ON CONFLICT (idea, absorbed) DO UPDATE SET authors = excluded.authors
""")
_SEPARATED = text("DELETE FROM absorbed_v1 WHERE idea = :idea AND absorbed = :absorbed")
_CHANGED = text("UPDATE idea_birth_v1 SET co_authors = :co_authors WHERE idea = :idea")


class Birth(Struct, frozen=True):
    """What the birth of an idea tells that later facts do not repeat.

    Among the co-authors are the authors of ideas that became a part of it.
    """

    co_authors: tuple[PersonId, ...] = ()
    department: str | None = None
    category: str | None = None
    challenge: ChallengeId | None = None
    told_at: datetime | None = None
    way: Way = "named"
    decision_days: int | None = None


async def fold(tx: Tx, event: Event) -> bool:
    """Keep what an event says of whose an idea is; tell whether it is anybody else's by now."""
    match event:
        case IdeaSubmitted():
            await tx.sql.execute(_BORN, _born(event))
            return False
        case AuthorRevealed():
            # From here on it is a named one.
            await tx.sql.execute(_REVEALED, {"idea": event.idea, "author": event.by})
        case CoAuthorsChanged():
            row = {"idea": event.idea, "co_authors": list(event.co_authors)}
            await tx.sql.execute(_CHANGED, row)
        case IdeaAbsorbed():
            row = {"idea": event.idea, "absorbed": event.absorbed, "authors": list(event.authors)}
            await tx.sql.execute(_ABSORBED, row)
        case IdeaSeparated():
            row = {"idea": event.idea, "absorbed": event.separated}
            await tx.sql.execute(_SEPARATED, row)
        case _:
            return False
    return True


def _born(born: IdeaSubmitted) -> dict[str, Any]:
    return {
        "idea": born.idea, "co_authors": list(born.co_authors), "department": born.department,
        "category": born.category, "challenge": born.challenge, "told_at": born.at,
        "way": born.way, "decision_days": born.terms and born.terms.decision_days,
    }  # fmt: skip


async def is_named(connection: AsyncConnection, idea: UUID) -> bool:
    """Tell whether the house may know whose an idea is; of one that was never heard of, not."""
    return bool((await connection.execute(_NAMED, {"idea": idea})).scalar())


async def find_birth(tx: Tx, idea: UUID) -> Birth | None:
    """Return what was told at the birth of an idea, if it was heard."""
    row = (await tx.sql.execute(_FIND, {"idea": idea})).one_or_none()
    if row is None:
        return None
    return Birth(
        tuple(map(PersonId, dict.fromkeys([*row.co_authors, *row.joined]))),
        row.department, row.category, ChallengeId(row.challenge) if row.challenge else None,
        row.told_at, row.way, row.decision_days,
    )  # fmt: skip
