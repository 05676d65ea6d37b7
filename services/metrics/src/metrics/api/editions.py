"""The editions for whoever oversees them: which were made, and which groups they hide."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Caller, caller

Reader = Annotated[Caller, Depends(caller("council", "hr"))]
Teller = Annotated[Caller, Depends(caller("publisher", "hr", "operator"))]
MOST = 500


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


class Due(BaseModel):
    """Editions are made in a moment, one after the other."""

    made: Literal["soon"] = "soon"


List = Callable[[str | None, int | None, int], Awaitable[list[dict[str, Any]]]]


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
        await soon(complete=True)
        return Due()

    return router
