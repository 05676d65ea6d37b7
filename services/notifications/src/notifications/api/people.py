"""How to reach people, and what they are called."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from chassis.clock import Clock
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from chassis.keyring import Keyring
from contracts.vocabulary import Language, PersonId
from notifications.projections import contacts

MOST_PEOPLE = 100
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


class Named(BaseModel):
    name: str


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
        async with db.transaction() as tx:
            await contacts.keep(tx, keyring, given, clock.now())

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

    return router
