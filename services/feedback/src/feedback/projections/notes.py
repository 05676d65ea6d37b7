"""What a reviewer notes for themselves: sealed with their own key, and told to nobody."""

from uuid import UUID

from sqlalchemy import text

from chassis.database import Database, Tx
from chassis.keyring import Keyring
from contracts.vocabulary import PersonId

_KEEP = text("""
INSERT INTO note_v1 (idea, reviewer, sealed) VALUES (:idea, :reviewer, :sealed)
ON CONFLICT (idea, reviewer) DO UPDATE SET sealed = excluded.sealed, written_at = kiem_now()
""")
_FIND = text("SELECT sealed FROM note_v1 WHERE idea = :idea AND reviewer = :reviewer")
_DROP = text("DELETE FROM note_v1 WHERE idea = :idea AND reviewer = :reviewer")
_FORGET = text("DELETE FROM note_v1 WHERE reviewer = :reviewer")


class Notes:
    """The notes of reviewers, each read by its writer alone."""

    def __init__(self, db: Database, keyring: Keyring) -> None:
        self._db = db
        self._keyring = keyring

    async def keep(self, idea: UUID, reviewer: PersonId, words: str) -> None:
        """Keep a note in place of the one before; without words there is none."""
        row = {"idea": idea, "reviewer": reviewer}
        sealed = await self._keyring.seal(reviewer, words.encode(), _place(idea)) if words else None
        async with self._db.transaction() as tx:
            if sealed is None:
                await tx.sql.execute(_DROP, row)
            else:
                await tx.sql.execute(_KEEP, row | {"sealed": sealed})

    async def find(self, idea: UUID, reviewer: PersonId) -> str:
        """Return the reviewer's own note, empty where there is none."""
        async with self._db.reading() as connection:
            row = {"idea": idea, "reviewer": reviewer}
            sealed = (await connection.execute(_FIND, row)).scalar()
        plain = await self._keyring.open(reviewer, bytes(sealed), _place(idea)) if sealed else None
        return plain.decode() if plain else ""


async def forget(tx: Tx, reviewer: PersonId) -> None:
    """Forget the notes of a person who is erased."""
    await tx.sql.execute(_FORGET, {"reviewer": reviewer})


def _place(idea: UUID) -> str:
    return f"note|{idea}"
