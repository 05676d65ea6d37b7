"""How to reach people: name and address, sealed with each person's own key."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
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
_PLACE = "contact"


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


async def keep(tx: Tx, keyring: Keyring, given: Contact, at: datetime) -> None:
    """Keep a person's details instead of earlier ones."""
    words = msgspec.json.encode(Words(given.name, given.mail))
    sealed = await keyring.seal(given.person, words, _PLACE)
    if sealed is None:
        raise ThePersonIsErased
    new = insert(contact).values(
        person=given.person, sealed=sealed, language=given.language, changed_at=at
    )
    changes = {c: new.excluded[c] for c in ("sealed", "language", "changed_at")}
    await tx.sql.execute(new.on_conflict_do_update(index_elements=["person"], set_=changes))


async def find(
    db: AsyncConnection, keyring: Keyring, people: Iterable[PersonId]
) -> dict[PersonId, Contact]:
    """Return the details of those of these people whose details are known."""
    rows = await db.execute(sa.select(contact).where(contact.c.person.in_(set(people))))
    found: dict[PersonId, Contact] = {}
    for row in rows.all():
        plain = await keyring.open(row.person, row.sealed, _PLACE)
        if plain is not None:
            words = msgspec.json.decode(plain, type=Words)
            found[row.person] = Contact(
                person=row.person, name=words.name, mail=words.mail, language=row.language
            )
    return found


async def forget(tx: Tx, keyring: Keyring, person: PersonId) -> None:
    """Destroy a person's details and the key that opened them, for ever."""
    await tx.sql.execute(sa.delete(contact).where(contact.c.person == person))
    await keyring.erase(tx.raw, person)
