"""Whom a colleague is asked to tell something in person, and the receipt that says it was done."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.clock import Clock
from chassis.commands import Context
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from contracts.vocabulary import Matter, PersonId
from notifications.delivery.recording import Recorder
from notifications.projections import hand_overs


class HandOverShown(BaseModel):
    """Tell this person that there is news of this kind; `open` until somebody has."""

    task: UUID
    person: str
    kind: str
    matter: Matter
    subject: UUID
    idea: UUID | None
    asked_at: datetime
    due: datetime
    told_at: datetime | None
    open: bool


class HandOversShown(BaseModel):
    items: list[HandOverShown]


def hand_overs_router(db: Database, clock: Clock, recorder: Recorder) -> APIRouter:
    router = APIRouter(tags=["hand-overs"])

    @router.get("/hand-overs", summary="Whom you are asked to tell something")
    async def list_hand_overs(who: Annotated[Caller, Depends(caller())]) -> HandOversShown:
        found = await hand_overs.of_colleague(db, PersonId(who.subject))
        return HandOversShown(
            items=[HandOverShown.model_validate(each, from_attributes=True) for each in found]
        )

    @router.post("/hand-overs/{task}/receipt", status_code=204, summary="Say that you told them")
    async def confirm_hand_over(
        task: UUID,
        who: Annotated[Caller, Depends(caller())],
        _: Annotated[Context, Depends(command_context)],
    ) -> None:
        colleague = PersonId(who.subject)
        async with db.transaction() as tx:
            told, turn = await hand_overs.confirm(tx, task, colleague, clock.now())
            await recorder.handed_over(tx, told, turn, colleague)

    return router
