"""How to reach people, and what they are called."""

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SkipValidation,
    ValidationError,
    field_validator,
)

from chassis.clock import Clock
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from chassis.keyring import Keyring
from contracts.vocabulary import Language, PersonId
from notifications.projections import contacts, naming

MOST_PEOPLE = 100
MOST_CONTACTS = 200
MOST_FOUND = 10
PersonInPath = Annotated[str, Path(min_length=1, max_length=200)]
_ADDRESS = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,189}")


class ContactBody(BaseModel):
    """How to address and reach a person."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    mail: str | None = None
    language: Language = "nl"

    @field_validator("name")
    @classmethod
    def _on_one_line(cls, name: str) -> str:
        if not name.strip() or not name.isprintable():
            raise ValueError("a name is one line of printable characters")
        return name.strip()

    @field_validator("mail")
    @classmethod
    def _an_address(cls, mail: str | None) -> str | None:
        if mail is not None and not (_ADDRESS.fullmatch(mail) and mail.isprintable()):
            raise ValueError("a mail address looks like name@example.org, without spaces")
        return mail


class PersonContact(ContactBody):
    """How to address and reach a person, in a list of people."""

    person: Annotated[str, Field(min_length=1, max_length=200)]

    @field_validator("person")
    @classmethod
    def _an_id(cls, person: str) -> str:
        if "@" in person or not person.isprintable() or person.split() != [person]:
            raise ValueError("an id of the directory is one word without @")
        return person


class Contacts(BaseModel):
    """The details of several people, each of which is looked at by itself."""

    items: Annotated[
        list[SkipValidation[PersonContact]], Field(min_length=1, max_length=MOST_CONTACTS)
    ]


class ContactKept(BaseModel):
    """What became of one person's details; `reason` says why they were refused."""

    person: str | None
    result: Literal["kept", "refused"]
    reason: str | None = None


class ContactsKept(BaseModel):
    """What became of each, in their order."""

    items: list[ContactKept]


class Named(BaseModel):
    name: str


class Found(BaseModel):
    """Somebody who is called so, with the code by which forms and services name them."""

    person: str
    name: str


class PeopleFound(BaseModel):
    """Who is called so; with `more`, others too, and a longer name tells them apart."""

    items: list[Found]
    more: bool


def people_router(db: Database, keyring: Keyring, clock: Clock) -> APIRouter:
    router = APIRouter(tags=["people"])

    @router.put("/people/{person}/contact", status_code=204)
    async def keep_contact(
        person: PersonInPath,
        body: ContactBody,
        _: Annotated[Caller, Depends(caller("operator", "hr"))],
        __: Annotated[Any, Depends(command_context)],
    ) -> None:
        """Keep a person's name and address; the same request again changes nothing."""
        given = contacts.Contact(
            person=PersonId(person), name=body.name, mail=body.mail, language=body.language
        )
        await contacts.keep(db, keyring, given, clock.now())

    @router.put("/people/contacts")
    async def keep_contacts(
        body: Contacts,
        _: Annotated[Caller, Depends(caller("operator", "hr"))],
        __: Annotated[Any, Depends(command_context)],
    ) -> ContactsKept:
        """Keep the details of many people; one that is refused takes no other along."""
        read = [_read(item) for item in body.items]
        sound = [each for each in read if not isinstance(each, ContactKept)]
        erased = await contacts.keep_all(db, keyring, sound, clock.now())
        return ContactsKept(
            items=[each if isinstance(each, ContactKept) else _kept(each, erased) for each in read]
        )

    router.include_router(_naming(db, keyring))
    return router


def _naming(db: Database, keyring: Keyring) -> APIRouter:
    """Return the routes that tell what people are called, and who is called so."""
    router = APIRouter()

    @router.get("/people")
    async def name_people(
        ids: Annotated[str, Query(max_length=10_000, description="ids, separated by commas")],
        _: Annotated[Caller, Depends(caller("employee", "service"))],
    ) -> dict[str, Named]:
        """Return the names of those of these people whose names are known."""
        wanted = [PersonId(each) for each in ids.split(",") if each][:MOST_PEOPLE]
        async with db.reading() as connection:
            found = await contacts.find(connection, keyring, wanted)
        return {person: Named(name=contact.name) for person, contact in found.items()}

    @router.get("/people/search", summary="Who is called so: some of them, never everybody")
    async def find_people(
        name: Annotated[
            str,
            Query(min_length=2, max_length=200, description="beginnings of words, or a code"),
        ],
        _: Annotated[Caller, Depends(caller("employee"))],
    ) -> PeopleFound:
        """Names alone are told, as for codes: no address, and nobody who left or was erased."""
        found = await naming.called_so(db, keyring, name.strip())
        shown = [Found(person=each.person, name=each.name) for each in found[:MOST_FOUND]]
        return PeopleFound(items=shown, more=len(found) > MOST_FOUND)

    return router


def _read(item: Any) -> contacts.Contact | ContactKept:
    """Return one person's details, or why they are refused: without quoting them."""
    try:
        sound = PersonContact.model_validate(item)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False, include_url=False)
        )
        person = item.get("person") if isinstance(item, dict) else None
        named = person if isinstance(person, str) else None
        return ContactKept(person=named, result="refused", reason=wrong)
    return contacts.Contact(
        person=PersonId(sound.person), name=sound.name, mail=sound.mail, language=sound.language
    )


def _kept(given: contacts.Contact, erased: frozenset[PersonId]) -> ContactKept:
    if given.person in erased:
        reason = str(contacts.ThePersonIsErased())
        return ContactKept(person=given.person, result="refused", reason=reason)
    return ContactKept(person=given.person, result="kept")
