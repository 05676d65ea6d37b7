"""The editions for whoever oversees them: which were made, and which groups they hide."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Caller, caller

Reader = Annotated[Caller, Depends(caller("council", "hr"))]
Teller = Annotated[Caller, Depends(caller("publisher", "hr", "operator"))]
Operator = Annotated[Caller, Depends(caller("operator"))]
MOST, MOST_RECOUNTS = 500, 50


class HiddenGroup(BaseModel):
    """A group that an edition hides; of how many persons, and why just this one, would tell."""

    cut: str = Field(description="department or attribute; empty: the organisation")
    key: str


class ToldEdition(BaseModel):
    """One number of one span as it was frozen, without the number itself."""

    model_config = ConfigDict(populate_by_name=True)

    id: int
    kpi: str
    version: int = Field(description="of the definition")
    about: str = Field(description="the tool or the measure; empty where it is about none")
    feature: str
    since: date = Field(alias="from")
    until: date = Field(alias="to")
    revision: int = Field(description="1: the first; later ones have late facts in them")
    threshold: int = Field(description="in force when it was frozen")
    made_at: datetime
    groups: int = Field(description="how many groups it has, the organisation included")
    hidden: list[HiddenGroup]


class Editions(BaseModel):
    """Editions, the latest first; `next` asks for those before."""

    items: list[ToldEdition]
    next: int | None


class Recounted(BaseModel):
    """Whether an edition is what a second way of counting comes to; no number of it."""

    model_config = ConfigDict(populate_by_name=True)

    id: int
    kpi: str
    about: str = Field(description="the tool or the measure; empty where it is about none")
    feature: str
    since: date = Field(alias="from")
    until: date = Field(alias="to")
    revision: int
    outcome: Literal["equal", "different", "gone"] = Field(
        description="gone: what it was made of is not kept any more, or somebody was erased since"
    )
    groups: list[str] = Field(description="which of the groups that are told differ")


class Recounts(BaseModel):
    """Editions, the oldest first; `next` asks for those behind."""

    items: list[Recounted]
    next: int | None


class Due(BaseModel):
    """Editions are made in a moment, one after the other."""

    made: Literal["soon"] = "soon"


Recount = Callable[[int, int], Awaitable[list[dict[str, Any]]]]
List = Callable[[str | None, int | None, int], Awaitable[list[dict[str, Any]]]]


def recounts(recount: Recount) -> APIRouter:
    """Return the route on which an operator has editions counted a second time."""
    router = APIRouter(prefix="/v1/editions", tags=["operation"])

    @router.get("/recount", summary="Whether editions are what the facts come to, counted anew")
    async def recount_editions(
        _: Operator,
        after: Annotated[int, Query(ge=0, le=2**62, description="an id")] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_RECOUNTS)] = MOST_RECOUNTS,
    ) -> Recounts:
        rows = await recount(after, limit)
        following = rows[-1]["id"] if len(rows) == limit else None
        return Recounts(items=[Recounted(**row) for row in rows], next=following)

    return router


def editions(found: List, soon: Callable[..., Awaitable[None]]) -> APIRouter:
    """Return the routes. `found` lists editions, `soon` has those made that are due."""
    router = APIRouter(prefix="/v1/editions", tags=["council"])

    @router.get("", summary="Which editions were made, and which groups they hide")
    async def list_editions(
        _: Reader,
        kpi: Annotated[str | None, Query(max_length=100)] = None,
        before: Annotated[int | None, Query(ge=1, le=2**62, description="an id")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    ) -> Editions:
        rows = await found(kpi, before, limit)
        following = rows[-1]["id"] if len(rows) == limit else None
        return Editions(items=[ToldEdition(**row) for row in rows], next=following)

    @router.post(
        "", summary="An import is complete: make what is due now",
        status_code=status.HTTP_202_ACCEPTED,
    )  # fmt: skip
    async def make_editions(_: Teller) -> Due:
        """Asked again, it changes nothing: what was made is not made twice."""
        await soon(complete=True)
        return Due()

    return router
