"""Who stands in for me: chosen by whoever reviews or leads, else as the directory says."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.clock import Clock
from chassis.commands import Commands, Context
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from contracts.outside import DeputyNamed
from contracts.vocabulary import PersonId
from notifications.domain.deputies import Choice, NameDeputy, NobodyOfThatName
from notifications.projections import directory

Deputies = Commands[Choice, NameDeputy, DeputyNamed]
Responsible = Annotated[Caller, Depends(caller("reviewer", "lead", "director", "desk"))]


class DeputyBody(BaseModel):
    """Who stands in for you; null: as the directory says."""

    deputy: Annotated[str, Field(min_length=1, max_length=200)] | None


class DeputyShown(BaseModel):
    """Who stands in for you in an absence, and whether you chose them yourself."""

    deputy: str | None
    chosen: bool


def deputies_router(db: Database, clock: Clock, deputies: Deputies) -> APIRouter:
    router = APIRouter(tags=["people"])

    @router.get("/deputy", summary="Who stands in for you in an absence")
    async def read_deputy(who: Responsible) -> DeputyShown:
        found = await directory.deputy_of(db, PersonId(who.subject))
        return DeputyShown(deputy=found.deputy, chosen=found.chosen)

    @router.put("/deputy", status_code=202, summary="Choose who stands in for you")
    async def name_deputy(
        who: Responsible, body: DeputyBody, once: Annotated[Context, Depends(command_context)]
    ) -> DeputyShown:
        """Choose a colleague of the directory; every service knows as soon as it hears it."""
        deputy = None if body.deputy is None else PersonId(body.deputy.strip())
        if deputy is not None and not await directory.is_here(db, deputy):
            raise NobodyOfThatName
        me = PersonId(who.subject)
        done = await deputies.handle(me, NameDeputy(me, deputy, clock.now()), once)
        return DeputyShown(deputy=done.state.deputy, chosen=done.state.deputy is not None)

    return router
