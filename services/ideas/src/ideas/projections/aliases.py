"""Whose an alias is, and its end. Of a sealed idea nobody knows, and nothing is here."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.keyring import Keyring
from chassis.store import Append, Context, EventStore
from contracts.ideas import AliasErased
from contracts.vocabulary import PersonId
from ideas.projections import codes, index, photos

_KEEP = text("""
INSERT INTO alias_owner (alias, idea, owner, sealed) VALUES (:alias, :idea, :owner, :sealed)
ON CONFLICT DO NOTHING
""")
_OWNER = text("SELECT sealed FROM alias_owner WHERE alias = :alias")
_OWNED = text("SELECT alias FROM alias_owner WHERE owner = ANY (:owners) ORDER BY alias")
_FORGET = text("DELETE FROM alias_owner WHERE alias = :alias")
PREFIX = "alias-"


def new_alias() -> PersonId:
    """Return an alias for one idea; nothing about it says whose it is."""
    return PersonId(f"{PREFIX}{uuid4()}")


class Aliases:
    """Knows whose an alias is: found by a keyed hash of the person, read with the alias's key."""

    def __init__(self, keyring: Keyring, store: EventStore) -> None:
        self._keyring, self._store = keyring, store
        self._keys = keyring.derived_all("aliases")

    async def keep(self, tx: Tx, alias: PersonId, idea: UUID, owner: PersonId) -> None:
        """Keep whose an alias is."""
        sealed = await self._keyring.seal(alias, owner.encode(), _place(alias))
        row = {"alias": alias, "idea": idea, "owner": self._hashes(owner)[0], "sealed": sealed}
        await tx.sql.execute(_KEEP, row)

    async def owner(self, connection: AsyncConnection, alias: PersonId) -> PersonId | None:
        """Return whose an alias is; None where nobody knows."""
        sealed = (await connection.execute(_OWNER, {"alias": alias})).scalar()
        plain = await self._keyring.open(alias, bytes(sealed), _place(alias)) if sealed else None
        return None if plain is None else PersonId(plain.decode())

    async def owned(self, connection: AsyncConnection, person: PersonId) -> list[PersonId]:
        """Return every alias of a person."""
        rows = await connection.execute(_OWNED, {"owners": self._hashes(person)})
        return [PersonId(row.alias) for row in rows]

    async def erase(self, tx: Tx, alias: PersonId, at: datetime, context: Context) -> None:
        """Destroy what an alias said, everywhere: the others hear that its key is gone."""
        await self._keyring.erase(tx.raw, alias)
        await index.forget(tx, alias)
        await codes.forget(tx, alias)
        await photos.forget(tx, alias)
        await tx.sql.execute(_FORGET, {"alias": alias})
        stream = f"alias-{alias}"
        if not await self._store.load(stream, raw=tx.raw):
            told = AliasErased(at=at, alias=alias)
            await self._store.append([Append(stream, 0, [told])], context, tx.raw)

    def _hashes(self, person: PersonId) -> Sequence[bytes]:
        return [hmac.new(key, person.encode(), sha256).digest() for key in self._keys]


def _place(alias: PersonId) -> str:
    return f"alias_owner|{alias}"
