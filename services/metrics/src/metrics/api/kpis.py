"""The numbers: which there are, and what they are."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError

from chassis.decider import NotFound
from chassis.http import Caller, caller
from contracts.vocabulary import Origin
from metrics.api.answers import Register, ToldKpi, registered, told
from metrics.domain.answers import Question, answer
from metrics.domain.asking import Asked, Complaint, Day, complaints, question
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import Facts
from metrics.domain.register import Cut

Read = Callable[[Question], Awaitable[Facts]]
Today = Callable[[], Day]

_NAMES = frozenset(
    {"from", "to", "at", "by", "as_known_at", "origin", "tool", "feature", "measure"}
)
_WORD = Query(min_length=1, max_length=200)


class NoSuchKpi(NotFound):
    """There is no KPI of this name. GET /v1/kpis lists the ones there are."""


def kpis(read: Read, today: Today) -> APIRouter:
    """Return the routes that tell numbers. `read` fetches the facts of a question."""
    router = APIRouter(prefix="/v1/kpis", tags=["kpis"])

    @router.get("", summary="The register: every KPI, what it means and how it may be asked")
    async def list_kpis(_: Annotated[Caller, Depends(caller())]) -> Register:
        return Register(kpis=[registered(kpi) for kpi in REGISTER.values()])

    @router.get("/{kpi}", summary="One KPI, of a period, as judged at a day, cut by groups")
    async def ask_kpi(
        _: Annotated[Caller, Depends(caller())],
        kpi: Annotated[str, Path(max_length=100)],
        asked: Annotated[Asked, Depends(_asked)],
    ) -> ToldKpi:
        definition = REGISTER.get(kpi)
        if definition is None:
            raise NoSuchKpi
        day = today()
        if wrong := complaints(definition, asked, day):
            raise RequestValidationError([_error(each) for each in wrong])
        meant = question(definition, asked, day)
        facts = await read(meant)
        # Beside the event loop: a long history takes longer than others want to wait.
        found = await asyncio.to_thread(answer, meant, facts, day.zone, day.is_working_day)
        return told(meant, asked, found)

    return router


async def _asked(
    request: Request,
    *,
    since: Annotated[date | None, Query(alias="from", description="first day")] = None,
    until: Annotated[date | None, Query(alias="to", description="day after the last")] = None,
    at: Annotated[date | None, Query(description="judged at the end of this day")] = None,
    known: Annotated[
        date | None,
        Query(alias="as_known_at", description="only what was recorded by the end of this day"),
    ] = None,
    by: Annotated[Cut | None, Query(description="one number for each group")] = None,
    origin: Annotated[Origin | None, Query(description="only ideas born so")] = None,
    tool: Annotated[str | None, _WORD] = None,
    feature: Annotated[str | None, _WORD] = None,
    measure: Annotated[str | None, _WORD] = None,
) -> Asked:
    return Asked(
        since=since, until=until, at=at, known=known, by=by, origin=origin, tool=tool,
        feature=feature, measure=measure, others=frozenset(request.query_params) - _NAMES,
    )  # fmt: skip


def _error(complaint: Complaint) -> dict[str, object]:
    return {
        "type": "value_error", "loc": ("query", complaint.parameter), "msg": complaint.problem,
        "input": None,
    }  # fmt: skip
