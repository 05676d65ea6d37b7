"""Drafts of ideas: sealed whole with their writer's key, told to nobody, gone when they are told.

They are no events: what is not said yet is no fact.
"""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.decider import NotFound, Rejected
from chassis.keyring import Keyring
from contracts.vocabulary import PersonId

_SAVE = text("""
INSERT INTO draft (draft, person, sealed, saved_at) VALUES (:draft, :person, :sealed, kiem_now())
ON CONFLICT (draft) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at
WHERE draft.person = excluded.person RETURNING saved_at
""")
_COUNT = text("SELECT count(*) FROM draft WHERE person = :person AND draft <> :draft")
_FIND = text("""
SELECT draft, sealed, saved_at FROM draft WHERE person = :person
AND (draft = :draft OR CAST(:draft AS uuid) IS NULL) ORDER BY saved_at DESC, draft
""")
_DROP = text("DELETE FROM draft WHERE person = :person AND draft = :draft")
_FORGET = text("DELETE FROM draft WHERE person = :person")


class ThereAreTooManyDrafts(Rejected):
    """You have as many drafts as there may be. Throw one away, or submit it."""


class Kept(Struct, frozen=True):
    """A draft as it was saved; what it says is JSON."""

    draft: UUID
    said: bytes
    saved_at: datetime


class Drafts:
    """Keeps drafts for their writers."""

    def __init__(self, keyring: Keyring, most: int) -> None:
        self._keyring, self._most = keyring, most

    async def save(self, tx: Tx, person: PersonId, draft: UUID, said: bytes) -> datetime:
        """Keep a draft, the first time or anew. Raises Rejected; NotFound where it is another's."""
        row = {"draft": draft, "person": person}
        if int((await tx.sql.execute(_COUNT, row)).scalar_one()) >= self._most:
            raise ThereAreTooManyDrafts
        sealed = await self._keyring.seal(person, said, _place(draft))
        if sealed is None:
            raise NotFound  # whoever is erased writes no more
        saved: datetime | None = (await tx.sql.execute(_SAVE, row | {"sealed": sealed})).scalar()
        if saved is None:
            raise NotFound
        return saved

    async def find(
        self, connection: AsyncConnection, person: PersonId, draft: UUID | None = None
    ) -> list[Kept]:
        """Return somebody's drafts, the latest first, or one of them."""
        rows = await connection.execute(_FIND, {"person": person, "draft": draft})
        found = []
        for row in rows.all():
            said = await self._keyring.open(person, bytes(row.sealed), _place(row.draft))
            if said is not None:
                found.append(Kept(row.draft, said, row.saved_at))
        return found

    async def drop(self, tx: Tx, person: PersonId, draft: UUID) -> None:
        """Throw a draft away."""
        await tx.sql.execute(_DROP, {"person": person, "draft": draft})


async def forget(tx: Tx, person: PersonId) -> None:
    """Throw away what an erased person had not told yet."""
    await tx.sql.execute(_FORGET, {"person": person})


async def count(tx: Tx, person: str) -> int:
    """Return how many drafts somebody has."""
    return int(await tx.raw.fetchval("SELECT count(*) FROM draft WHERE person = $1", person))


def _place(draft: UUID) -> str:
    return f"draft|{draft}"
