"""What only metrics can count a second time, for an operator: of people only equal or different."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.http import Caller, caller
from metrics.domain.numbers import rounded
from metrics.recount.heard import Figure

Operator = Annotated[Caller, Depends(caller("operator"))]
Recount = Callable[[str, date, date, date], Awaitable[Figure]]
"""Recounts a number of the days [since, until), as judged at the end of a day."""


class RecountedNumber(BaseModel):
    """What a second way of counting comes to, from what was heard; a value of null is none."""

    value: float | None
    n: int | None
    beside: dict[str, float | None]


class RecountedWave(BaseModel):
    """Whether an instrument of a wave is what a second way of counting comes to; no number."""

    wave: UUID
    opened: datetime
    instrument: str
    outcome: Literal["equal", "different"]
    groups: list[str] = Field(description="which of the groups that are told differ, or what else")


class RecountedWaves(BaseModel):
    """The waves that are over, each of their instruments once."""

    items: list[RecountedWave]


def waves_again(recount: Callable[[], Awaitable[list[dict[str, Any]]]]) -> APIRouter:
    """Return the route on which an operator has waves counted a second time."""
    router = APIRouter(prefix="/v1/pulse", tags=["operation"])

    @router.get("/recount", summary="Whether waves are what their answers come to, counted anew")
    async def recount_waves(_: Operator) -> RecountedWaves:
        return RecountedWaves(items=[RecountedWave(**row) for row in await recount()])

    return router


def numbers_again(recount: Recount) -> APIRouter:
    """Return the route. What it tells is open: it is about ideas, and names nobody."""
    router = APIRouter(prefix="/v1/kpis", tags=["operation"])

    @router.get(
        "/{kpi}/recount", summary="A number that rests on the directory, counted a second time"
    )
    async def recount_kpi(
        _: Operator,
        kpi: Literal["idea_rate", "cross_department"],
        since: Annotated[date, Query(alias="from", description="first day")],
        until: Annotated[date, Query(alias="to", description="day after the last")],
        at: Annotated[date, Query(description="judged at the end of this day")],
    ) -> RecountedNumber:
        found = await recount(kpi, since, until, at)
        beside = {name: rounded(value) for name, value in found.beside.items()}
        return RecountedNumber(value=rounded(found.value), n=found.n, beside=beside)

    return router
