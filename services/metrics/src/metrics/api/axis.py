"""What leads and what lags, on one time axis. That two lines move together tells no cause."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Caller, caller
from metrics.api.answers import Told, number_told
from metrics.api.kpis import Numbers, complained
from metrics.domain.asking import Asked, Complaint
from metrics.domain.closing import Subject
from metrics.domain.definitions import REGISTER
from metrics.domain.series import Span, spans

LEADING = (
    "ideas_submitted", "participation", "first_response", "sla_attainment", "closed_loop",
    "lead_time_to_pilot", "time_granted",
)  # fmt: skip
LAGGING = ("absence", "turnover_total", "turnover_voluntary")
MOST = 24
NO_CAUSE = {
    "en": "That lines move together, or one after the other, says nothing of a cause.",
    "nl": "Dat lijnen samen of na elkaar bewegen, zegt niets over een oorzaak.",
}
OF_TOOLS = ("active_users", "adoption_rate")
Subjects = Callable[[], Awaitable[list[Subject]]]


class Line(BaseModel):
    """One number along the axis: a value for each period, null with a reason where none is told."""

    kpi: str
    measure: str | None = Field(default=None, description="of an outcome: what is measured")
    tool: str | None = Field(default=None, description="of a number of a tool: which")
    title: dict[str, str]
    unit: str
    values: list[Told]


class Period(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    since: date = Field(alias="from")
    until: date = Field(alias="to")


class Axis(BaseModel):
    """What is done now (leading), and what may come of it later (lagging), period by period."""

    periods: list[Period]
    leading: list[Line]
    lagging: list[Line]
    note: dict[str, str]


def axis(numbers: Numbers, subjects: Subjects) -> APIRouter:
    """Return the route. `subjects` names the tools and outcomes that have editions."""
    router = APIRouter(prefix="/v1/axis", tags=["kpis"])

    async def line(subject: Subject, along: list[Span]) -> Line:
        definition, tool, measure = REGISTER[subject.kpi], subject.tool, subject.measure
        told = await numbers.along(definition, Asked(measure=measure, tool=tool), set(along))
        units = [told[span].unit for span in along if told[span].unit]
        return Line(
            kpi=subject.kpi, measure=measure, tool=tool,
            unit=(units[-1] if units else None) or definition.unit,
            title={"en": definition.title_en, "nl": definition.title_nl},
            values=[Told(**number_told(told[span])) for span in along],
        )  # fmt: skip

    @router.get("", summary="Leading and lagging numbers beside each other; no claim of a cause")
    async def ask_axis(
        _: Annotated[Caller, Depends(caller())],
        since: Annotated[date, Query(alias="from", description="first day")],
        until: Annotated[date, Query(alias="to", description="day after the last")],
        step: Annotated[Literal["month", "quarter", "year"], Query()] = "month",
    ) -> Axis:
        along = spans(since, until, step)
        if not 0 < len(along) <= MOST:
            why = f"[from, to) holds {len(along)} whole spans of a {step}; ask 1 to {MOST}."
            raise RequestValidationError([complained(Complaint("step", why))])
        told = await subjects()
        leading = [*map(_plain, LEADING), *(s for s in told if s.kpi in OF_TOOLS)]
        lagging = [*map(_plain, LAGGING), *(s for s in told if s.kpi == "outcome")]
        return Axis(
            periods=[Period.model_validate({"from": s.since, "to": s.until}) for s in along],
            leading=[await line(each, along) for each in leading],
            lagging=[await line(each, along) for each in lagging], note=NO_CAUSE,
        )  # fmt: skip

    return router


def _plain(kpi: str) -> Subject:
    return Subject(kpi=kpi)
