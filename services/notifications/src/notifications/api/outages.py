"""When the house was away, and what piled up meanwhile: looked at, held, and released."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from chassis.commands import Context
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from contracts.vocabulary import Matter, PersonId
from notifications.projections import outages

Responsible = Annotated[Caller, Depends(caller("operator", "desk"))]
Once = Annotated[Context, Depends(command_context)]


class OutageShown(BaseModel):
    """From when to when the house was away. Until it is released, its notices are kept back.

    It is released by itself once it has settled, unless somebody holds it.
    """

    outage: UUID
    began_at: datetime
    ended_at: datetime
    settles_at: datetime
    held_by: str | None
    released_at: datetime | None
    released_by: str | None


class OutagesShown(BaseModel):
    """The last outages, the newest first, and how many mails are kept back now."""

    kept_back: int
    items: list[OutageShown]


class KeptBack(BaseModel):
    """A notice whose mail is kept back. Its person sees it in the app all the same."""

    notice: UUID
    place: int
    person: str
    kind: str
    matter: Matter
    subject: UUID
    owed: bool
    at: datetime


class KeptBackPage(BaseModel):
    items: list[KeptBack]
    next: int | None


def outages_router(db: Database) -> APIRouter:
    router = APIRouter(tags=["outages"])

    @router.get("/outages", summary="When the house was away, and what is kept back")
    async def list_outages(_: Responsible) -> OutagesShown:
        found = await outages.all_of(db)
        return OutagesShown(
            kept_back=await outages.count(db),
            items=[OutageShown.model_validate(each, from_attributes=True) for each in found],
        )

    @router.get("/outages/kept-back", summary="The notices whose mails are kept back")
    async def list_kept_back(
        _: Responsible,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> KeptBackPage:
        found = await outages.kept_back(db, after, limit)
        return KeptBackPage(
            items=[KeptBack.model_validate(each, from_attributes=True) for each in found],
            next=found[-1].place if len(found) == limit else None,
        )

    @router.post("/outages/hold", status_code=204, summary="Keep back what piled up")
    async def hold_outages(who: Responsible, _: Once) -> None:
        """Let nobody be told of what piled up by mail or webhook until it is released."""
        async with db.transaction() as tx:
            await outages.hold(tx, PersonId(who.subject))

    @router.post("/outages/release", status_code=204, summary="Tell everybody what piled up")
    async def release_outages(who: Responsible, _: Once) -> None:
        """Send what piled up, as one mail a person."""
        async with db.transaction() as tx:
            await outages.release(tx, PersonId(who.subject))

    return router
