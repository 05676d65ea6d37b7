"""What a person was told: their own notices in the app."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from chassis.clock import Clock
from chassis.database import Database
from chassis.http import Caller, caller, command_context
from contracts.vocabulary import Matter, PersonId
from notifications.projections import notices


class NoticeShown(BaseModel):
    """A notice in the app; whoever shows it asks the owner for the words."""

    notice: UUID
    kind: str
    matter: Matter
    subject: UUID
    idea: UUID | None
    owed: bool
    at: datetime
    accountable: str | None
    due: datetime | None
    outcome: str | None
    seen_at: datetime | None


class Inbox(BaseModel):
    """A page of notices; `next` is what to ask `after`, null on the last page.

    `unread` counts all that the caller has not seen yet.
    """

    items: list[NoticeShown]
    unread: int
    next: int | None


def notices_router(db: Database, clock: Clock) -> APIRouter:
    router = APIRouter(tags=["notices"])
    me = caller()

    @router.get("/notices")
    async def list_notices(
        who: Annotated[Caller, Depends(me)],
        after: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
        unread: Annotated[bool, Query(description="only what was not seen yet")] = False,
    ) -> Inbox:
        """Return the caller's own notices, newest first."""
        async with db.reading() as connection:
            person = PersonId(who.subject)
            found = await notices.inbox(connection, person, after, limit + 1, unread=unread)
            left = await notices.count_unread(connection, person)
        page = found[:limit]
        items = [NoticeShown.model_validate(shown, from_attributes=True) for shown in page]
        return Inbox(items=items, unread=left, next=page[-1].place if len(found) > limit else None)

    @router.get("/ideas/{idea}/notices")
    async def list_notices_of_idea(
        idea: UUID, who: Annotated[Caller, Depends(caller("alias"))]
    ) -> Inbox:
        """Return what waits behind the code of an idea: the newest hundred notices of it."""
        person = PersonId(who.subject)
        async with db.reading() as connection:
            found = await notices.inbox(connection, person, None, 100, idea=idea)
            left = await notices.count_unread(connection, person)
        items = [NoticeShown.model_validate(shown, from_attributes=True) for shown in found]
        return Inbox(items=items, unread=left, next=None)

    router.include_router(_seeing(db, clock))
    return router


def _seeing(db: Database, clock: Clock) -> APIRouter:
    """Return the routes that note what was seen."""
    router = APIRouter()
    me = caller()

    @router.post("/notices/{notice}/seen", status_code=204)
    async def see_notice(
        notice: UUID,
        who: Annotated[Caller, Depends(me)],
        _: Annotated[Any, Depends(command_context)],
    ) -> None:
        """Note that the caller has seen a notice of theirs; the first time counts."""
        async with db.transaction() as tx:
            await notices.see(tx, PersonId(who.subject), notice, clock.now())

    @router.delete("/notices/{notice}/seen", status_code=204)
    async def keep_unread(
        notice: UUID,
        who: Annotated[Caller, Depends(me)],
        _: Annotated[Any, Depends(command_context)],
    ) -> None:
        """Let a notice of the caller's be unread again."""
        async with db.transaction() as tx:
            await notices.see(tx, PersonId(who.subject), notice, None)

    return router
