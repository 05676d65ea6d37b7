"""Prints of the reasons that were given: a copied one is found out, and nobody can read it."""

import hmac
from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from contracts.vocabulary import IdeaId
from feedback.domain.answering import normal

_SAME = text("""
SELECT idea FROM reason_v1 WHERE print = :print AND NOT idea = ANY (:together)
ORDER BY given_at LIMIT 1
""")
_KEEP = text("""
INSERT INTO reason_v1 (print, idea) VALUES (:print, :idea) ON CONFLICT DO NOTHING
""")


class Reasons:
    """Knows a reason again, by a print that is made with a key of the service."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def _print(self, reason: str) -> bytes:
        return hmac.new(self._key, normal(reason).encode(), sha256).digest()

    async def copied_from(
        self, connection: AsyncConnection, reason: str, together: Collection[UUID]
    ) -> IdeaId | None:
        """Return another idea that got the same reason, if not answered together with these."""
        asked = {"print": self._print(reason), "together": list(together)}
        found: UUID | None = (await connection.execute(_SAME, asked)).scalar()
        return None if found is None else IdeaId(found)

    async def keep(self, tx: Tx, idea: UUID, reason: str) -> None:
        """Remember a reason, in the transaction of the answer that gives it."""
        await tx.sql.execute(_KEEP, {"print": self._print(reason), "idea": idea})
