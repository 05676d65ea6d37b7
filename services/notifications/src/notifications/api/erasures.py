"""Erasing a person: what it would destroy here, and the word that makes every service do it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.clock import Clock
from chassis.commands import Commands, Context
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from contracts.outside import PersonErased
from contracts.vocabulary import PersonId
from notifications.api.people import PersonInPath
from notifications.domain.erasure import ErasePerson
from notifications.projections import contacts, directory, endpoints, notices

HumanResources = Annotated[Caller, Depends(caller("hr"))]
Erasures = Commands[bool, ErasePerson, PersonErased]


class Erasure(BaseModel):
    """Whether a person is erased here, and how much of what is still there would go."""

    person: str
    erased: bool
    holds: dict[str, int]


class Erased(BaseModel):
    """Who was erased, and when that was said; a pseudonym, and nothing else of them is left."""

    person: str
    at: datetime


class ErasedPage(BaseModel):
    items: list[Erased]
    next: str | None = Field(description="`before` of the next page")


class Erasing(BaseModel):
    """The word is given; every service destroys what it has as soon as it hears it."""

    person: str
    repeated: bool


def erased_router(db: Database) -> APIRouter:
    router = APIRouter(tags=["people"])

    @router.get("/erasures", summary="Who was erased, the latest first")
    async def list_erasures(
        _: HumanResources,
        before: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> ErasedPage:
        found = await directory.erased(db, PersonId(before) if before else None, limit)
        return ErasedPage(
            items=[Erased(person=person, at=at) for person, at in found],
            next=found[-1][0] if len(found) == limit else None,
        )

    return router


def erasures_router(db: Database, clock: Clock, erasures: Erasures) -> APIRouter:
    router = APIRouter(tags=["people"])

    @router.get("/people/{person}/erasure")
    async def look_before_erasing(person: PersonInPath, _: HumanResources) -> Erasure:
        """Say what erasing this person would destroy here."""
        async with db.reading() as connection:
            holds = {
                "contact_details": await contacts.count(connection, PersonId(person)),
                "waiting_mails": await notices.count_waiting(connection, PersonId(person)),
                "webhooks": await endpoints.count(db, PersonId(person)),
            }
            erased = await contacts.is_erased(connection, PersonId(person))
        return Erasure(person=person, erased=erased, holds=holds)

    @router.post("/people/{person}/erasure", status_code=202)
    async def erase_person(
        person: PersonInPath, _: HumanResources, once: Annotated[Context, Depends(command_context)]
    ) -> Erasing:
        """Erase a person in every service, for ever. There is no way back."""
        command = ErasePerson(PersonId(person), clock.now())
        done = await erasures.handle(person, command, once)
        return Erasing(person=person, repeated=not done.events)

    return router
