"""Open numbers that only metrics can count a second time, for an operator to compare."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

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
