"""Codes of ideas: whoever has one speaks for its idea, without an account.

A code is given once, to whoever submits; what is kept of it is a keyed hash.
"""

import hmac
import secrets
from hashlib import sha256
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from chassis.keyring import Keyring
from contracts.vocabulary import PersonId

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that looks like another
LENGTH, GROUP = 20, 5  # 100 bits, in groups that can be read aloud
_HEARD_AS = str.maketrans("OIL", "011", "- \t\n")
_KEEP = text("INSERT INTO idea_code (hash, idea, speaker) VALUES (:hash, :idea, :speaker)")
_FIND = text("SELECT idea, speaker FROM idea_code WHERE hash = ANY (:hashes)")
_FORGET = text("DELETE FROM idea_code WHERE idea = :idea AND speaker = :speaker")
_FORGET_ALL = text("DELETE FROM idea_code WHERE speaker = :speaker")


class Speaker(Struct, frozen=True):
    """Who speaks with a code, and for which idea."""

    idea: UUID
    who: PersonId


class Codes:
    """Gives codes, and knows them again."""

    def __init__(self, keyring: Keyring) -> None:
        # Under each wrapping key, so that a code outlives its rotation.
        self._keys = keyring.derived_all("codes")

    async def give(self, tx: Tx, idea: UUID, who: PersonId) -> str:
        """Return a new code; those that were given before go on to work."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        row = {"hash": _hash(self._keys[0], code), "idea": idea, "speaker": who}
        await tx.sql.execute(_KEEP, row)
        return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))

    async def find(self, connection: AsyncConnection, code: str) -> Speaker | None:
        """Return who speaks with a code, however it is written; None if nobody does."""
        plain = code.upper().translate(_HEARD_AS)
        hashes = [_hash(key, plain) for key in self._keys]
        row = (await connection.execute(_FIND, {"hashes": hashes})).one_or_none()
        return None if row is None else Speaker(row.idea, PersonId(row.speaker))


async def forget(tx: Tx, speaker: PersonId, idea: UUID | None = None) -> None:
    """Let the codes of somebody work no more: those of an idea, or all."""
    if idea is None:
        await tx.sql.execute(_FORGET_ALL, {"speaker": speaker})
    else:
        await tx.sql.execute(_FORGET, {"speaker": speaker, "idea": idea})


def _hash(key: bytes, code: str) -> bytes:
    return hmac.new(key, code.encode(), sha256).digest()
