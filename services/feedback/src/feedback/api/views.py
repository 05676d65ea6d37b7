"""The views that somebody is asked for before an idea is answered."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from msgspec import UNSET
from pydantic import BaseModel

from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.feedback import OpinionAsked
from feedback.api.words import Reviews
from feedback.projections.opinions import Asked, find_asked


class AskedView(BaseModel):
    """A view that you are asked for; `words` is null where who asked is erased."""

    opinion: UUID
    idea: UUID
    by: str
    due: datetime
    touches_team: bool
    asked_at: datetime
    words: str | None


class AskedViews(BaseModel):
    items: list[AskedView]


def views(parts: Parts, reviews: Reviews) -> APIRouter:
    """Return the route of the views that are asked of the caller."""
    router = APIRouter(tags=["feedback"])

    @router.get("/opinions", summary="The views that you are asked for")
    async def list_asked_views(
        who: Annotated[Caller, Depends(caller())],
        limit: Annotated[int, Query(ge=1, le=50)] = 20,
    ) -> AskedViews:
        """The soonest due first; what is given, or about an idea that is answered, is left out."""
        async with parts.db.reading() as connection:
            found = await find_asked(connection, who.subject, limit)
        return AskedViews(items=[await _with_words(reviews, one) for one in found])

    return router


async def _with_words(reviews: Reviews, one: Asked) -> AskedView:
    told = (recorded.data for recorded in await reviews.history(one.idea))
    asked = next(
        (e for e in told if isinstance(e, OpinionAsked) and e.opinion == one.opinion), None
    )
    said = None if asked is None or asked.words is UNSET else str(asked.words)
    return AskedView(
        opinion=one.opinion, idea=one.idea, by=one.by, due=one.due,
        touches_team=one.touches_team, asked_at=one.asked_at, words=said,
    )  # fmt: skip
