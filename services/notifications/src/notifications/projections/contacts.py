"""How to reach people: name and address, sealed with each person's own key."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Database, Tx
from chassis.decider import Rejected
from chassis.keyring import Keyring
from contracts.vocabulary import Language, PersonId
from notifications.projections.directory import metadata

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("language", sa.Text),
    sa.Column("changed_at", sa.DateTime(timezone=True)),
)
PLACE = "contact"
_ERASED = sa.text("SELECT true FROM subject_key WHERE subject = :person AND erased_at IS NOT NULL")
_KEYS_AT_ONCE = 4  # of the connections that others need too
_KEEP = """
INSERT INTO contact (person, sealed, language, changed_at)
SELECT k.person, k.sealed, k.language, $4
FROM unnest($1::text[], $2::bytea[], $3::text[]) AS k(person, sealed, language)
ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed, language = excluded.language,
    changed_at = excluded.changed_at
"""


class ThePersonIsErased(Rejected):
    """The person's details were erased and are not kept again. Leave the person out."""


class Words(Struct, frozen=True):
    """What is sealed."""

    name: str
    mail: str | None = None


class Contact(Struct, frozen=True, kw_only=True):
    """How to address a person, and where to write to; `mail` None: in the app alone."""

    person: PersonId
    name: str
    language: Language
    mail: str | None = None


async def keep(db: Database, keyring: Keyring, given: Contact, at: datetime) -> None:
    """Keep a person's details instead of earlier ones."""
    if await keep_all(db, keyring, [given], at):
        raise ThePersonIsErased


async def keep_all(
    db: Database, keyring: Keyring, given: Sequence[Contact], at: datetime
) -> frozenset[PersonId]:
    """Keep the details of many people at once; return who is erased, and therefore is left out.

    Of two details of one person the last counts.
    """
    latest = {each.person: each for each in given}
    # Before the transaction: a new person's key is a commit of its own.
    turn = asyncio.Semaphore(_KEYS_AT_ONCE)
    sealed = await asyncio.gather(*(_sealed(keyring, each, turn) for each in latest.values()))
    # In the order of the key, so that two who keep details at once wait instead of deadlocking.
    rows = sorted(
        (each.person, words, each.language) for each, words in zip(
            latest.values(), sealed, strict=True
        ) if words is not None
    )  # fmt: skip
    if rows:
        persons, words, languages = zip(*rows, strict=True)
        async with db.transaction() as tx:
            await tx.raw.execute(_KEEP, persons, words, languages, at)
    return frozenset(latest) - {person for person, _, _ in rows}


async def _sealed(keyring: Keyring, given: Contact, turn: asyncio.Semaphore) -> bytes | None:
    words = msgspec.json.encode(Words(given.name, given.mail))
    async with turn:
        return await keyring.seal(given.person, words, PLACE)


async def find(
    db: AsyncConnection, keyring: Keyring, people: Iterable[PersonId]
) -> dict[PersonId, Contact]:
    """Return the details of those of these people whose details are known."""
    rows = await db.execute(sa.select(contact).where(contact.c.person.in_(set(people))))
    found: dict[PersonId, Contact] = {}
    for row in rows.all():
        plain = await keyring.open(row.person, row.sealed, PLACE)
        if plain is not None:
            words = msgspec.json.decode(plain, type=Words)
            found[row.person] = Contact(
                person=row.person, name=words.name, mail=words.mail, language=row.language
            )
    return found


async def count(db: AsyncConnection, person: PersonId) -> int:
    """Return 1 where a person's details are kept, else 0."""
    found = sa.select(sa.func.count()).where(contact.c.person == person)
    return int(await db.scalar(found) or 0)


async def is_erased(db: AsyncConnection, person: PersonId) -> bool:
    """Tell whether a person's key was destroyed."""
    return bool(await db.scalar(_ERASED.bindparams(person=person)))


async def forget(tx: Tx, keyring: Keyring, person: PersonId) -> None:
    """Destroy a person's details and the key that opened them, for ever."""
    await tx.sql.execute(sa.delete(contact).where(contact.c.person == person))
    await keyring.erase(tx.raw, person)
