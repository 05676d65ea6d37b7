"""Webhooks that were registered: address and secrets, sealed with the key of whose they are."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from chassis.database import Database, Tx
from chassis.decider import NotFound, Rejected
from chassis.keyring import Keyring
from contracts.vocabulary import PersonId
from notifications.delivery.receivers import Receiver

MOST = 5  # of one owner
OVERLAP = timedelta(hours=24)  # both secrets sign, while the receiver takes up the new one
# No person's id has a space.
_ORGANISATION = "the organisation"

_KEEP = """
INSERT INTO endpoint (endpoint, person, receiver, reaches, sealed, made_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (endpoint) DO NOTHING RETURNING true
"""
_MINE = """
SELECT endpoint, person, receiver, reaches, sealed, made_at, stopped FROM endpoint
WHERE person IS NOT DISTINCT FROM $1 AND sealed IS NOT NULL ORDER BY made_at, endpoint
"""
_FIND = """
SELECT endpoint, person, receiver, reaches, sealed, made_at, stopped FROM endpoint
WHERE endpoint = $1 AND person IS NOT DISTINCT FROM $2 AND sealed IS NOT NULL FOR UPDATE
"""


class TooManyWebhooks(Rejected):
    """There are five webhooks already. Remove one that is not used."""


class Secrets(Struct, frozen=True):
    """What is sealed: where to, for whom at the receiver, and what signs."""

    url: str
    secret: str
    to: str | None = None
    earlier: str | None = None
    earlier_until: datetime | None = None


class Endpoint(Struct, frozen=True, kw_only=True):
    """A webhook; without a person it is the organisation's."""

    endpoint: UUID
    person: PersonId | None
    receiver: Receiver
    reaches: bool
    made_at: datetime
    stopped: str | None
    kept: Secrets

    @property
    def url(self) -> str:
        return self.kept.url

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what signs: the secret, and for a while the one before it."""
        until = self.kept.earlier_until
        if self.kept.earlier is None or until is None or until <= datetime.now(UTC):
            return (self.kept.secret,)
        return (self.kept.secret, self.kept.earlier)


class ItIsNobodys(Rejected):
    """The person was erased, and nothing of theirs is kept again. Leave it."""


async def keep(db: Database, keyring: Keyring, given: Endpoint) -> bool:
    """Keep a new webhook; False where it is kept already. Raises TooManyWebhooks."""
    sealed = await _seal(keyring, given.endpoint, given.person, given.kept)
    async with db.transaction() as tx:
        owner = given.person or _ORGANISATION
        await tx.raw.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 5))", owner)
        made = await tx.raw.fetchval(
            _KEEP, given.endpoint, given.person, given.receiver, given.reaches, sealed,
            given.made_at,
        )  # fmt: skip
        if made and len(await tx.raw.fetch(_MINE, given.person)) > MOST:
            raise TooManyWebhooks
    return bool(made)


async def of_owner(db: Database, keyring: Keyring, person: PersonId | None) -> list[Endpoint]:
    """Return the webhooks of a person, or of the organisation."""
    rows = await db.pool.fetch(_MINE, person)
    return [found for row in rows if (found := await opened(keyring, dict(row))) is not None]


async def opened(keyring: Keyring, row: dict[str, Any]) -> Endpoint | None:
    """Return a webhook from its row; None where it was removed, or its owner erased."""
    sealed, owner = row.pop("sealed"), row["person"] or _ORGANISATION
    plain = sealed and await keyring.open(owner, sealed, _place(row["endpoint"]))
    if not plain:
        return None
    return msgspec.convert(row | {"kept": msgspec.json.decode(plain, type=Secrets)}, Endpoint)


async def rotate(
    db: Database, keyring: Keyring, which: UUID, person: PersonId | None, secret: str
) -> None:
    """Let a new secret sign; the one before it signs along for a day. Raises NotFound."""
    async with db.transaction() as tx:
        row = await tx.raw.fetchrow(_FIND, which, person)
        found = row and await opened(keyring, dict(row))
        if not found:
            raise NotFound
        until = datetime.now(UTC) + OVERLAP
        kept = Secrets(found.url, secret, found.kept.to, found.kept.secret, until)
        sealed = await _seal(keyring, which, person, kept)
        await tx.raw.execute("UPDATE endpoint SET sealed = $2 WHERE endpoint = $1", which, sealed)


async def remove(tx: Tx, which: UUID, person: PersonId | None) -> None:
    """Forget a webhook; what waits for it falls back to another channel. Raises NotFound."""
    row = await tx.raw.fetchrow(_FIND, which, person)
    if row is None:
        raise NotFound
    await tx.raw.execute(
        "UPDATE endpoint SET sealed = NULL, stopped = 'removed' WHERE endpoint = $1", which
    )


async def stop(tx: Tx, which: UUID, cause: str) -> None:
    """Post nothing more to a webhook whose receiver says that it is no more."""
    await tx.raw.execute("UPDATE endpoint SET stopped = $2 WHERE endpoint = $1", which, cause)


async def forget(tx: Tx, person: PersonId) -> None:
    """Forget the webhooks of a person who was erased, and what waits for them."""
    await tx.raw.execute(
        "DELETE FROM webhook_call c USING notice n WHERE n.notice = c.notice AND n.person = $1 "
        "AND c.state = 'waiting'",
        person,
    )
    await tx.raw.execute(
        "UPDATE endpoint SET sealed = NULL, stopped = 'removed' WHERE person = $1", person
    )


async def count(db: Database, person: PersonId) -> int:
    """Return how many webhooks of a person are kept."""
    return len(await db.pool.fetch(_MINE, person))


async def _seal(keyring: Keyring, which: UUID, person: PersonId | None, kept: Secrets) -> bytes:
    owner = person or _ORGANISATION
    sealed = await keyring.seal(owner, msgspec.json.encode(kept), _place(which))
    if sealed is None:
        raise ItIsNobodys
    return sealed


def _place(which: UUID) -> str:
    return f"endpoint|{which}"
