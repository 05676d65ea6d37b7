"""How numbers look when they leave: rounded once, with what they mean and what was asked."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from metrics.domain.answers import Answer, Question
from metrics.domain.asking import Asked
from metrics.domain.numbers import Number, Reason, rounded
from metrics.domain.register import Cut, Definition, Kind


class Told(BaseModel):
    """A number; where `value` is null, `reason` says why."""

    value: int | float | None
    numerator: int | None
    denominator: int | None
    n: int | None = Field(description="how many cases it rests on; null where that is hidden")
    reason: Reason | None = None
    beside: dict[str, int | float | None] = Field(description="what is told along with it")


class Cell(Told):
    """The number of one group of the cut."""

    key: str


class Asking(BaseModel):
    """What the number answers, with the instant of judging."""

    model_config = ConfigDict(populate_by_name=True)

    since: date | None = Field(alias="from")
    until: date | None = Field(alias="to")
    at: date | None
    as_known_at: date | None
    by: Cut | None
    origin: str | None
    tool: str | None
    feature: str | None
    judged_at: datetime


class ToldKpi(Told):
    """A number with its definition, and its cells where a cut was asked for."""

    kpi: str
    title: dict[str, str]
    unit: str
    definition: str
    version: int
    kind: Kind
    threshold: int | None
    asked: Asking
    cells: list[Cell] | None = None


class Registered(BaseModel):
    """What the register says of one KPI."""

    id: str
    title: dict[str, str]
    definition: str
    version: int
    purpose: str
    unit: str
    kind: Kind
    threshold: int | None
    parameters: list[str]
    needs: list[str]
    by: list[Cut]
    beside: dict[str, str]


class Register(BaseModel):
    """Every KPI there is."""

    kpis: list[Registered]


def told(question: Question, asked: Asked, answer: Answer) -> ToldKpi:
    """Return an answer as it leaves."""
    kpi = question.kpi
    cells = answer.cells
    return ToldKpi(
        **_number(answer.number), kpi=kpi.id, title=_title(kpi), unit=kpi.unit,
        definition=kpi.definition, version=kpi.version, kind=kpi.kind, threshold=kpi.threshold,
        asked=_asking(question, asked),
        cells=None if cells is None else [Cell(key=k, **_number(n)) for k, n in cells.items()],
    )  # fmt: skip


def registered(kpi: Definition) -> Registered:
    """Return what the register says of a KPI."""
    return Registered(
        id=kpi.id, title=_title(kpi), definition=kpi.definition, version=kpi.version,
        purpose=kpi.purpose, unit=kpi.unit, kind=kpi.kind, threshold=kpi.threshold,
        parameters=list(kpi.parameters), needs=list(kpi.needs), by=list(kpi.cuts),
        beside=kpi.beside,
    )  # fmt: skip


def _title(kpi: Definition) -> dict[str, str]:
    return {"en": kpi.title_en, "nl": kpi.title_nl}


def _asking(question: Question, asked: Asked) -> Asking:
    return Asking.model_validate({
        "from": asked.since, "to": asked.until, "at": asked.at, "as_known_at": asked.known,
        "by": asked.by, "origin": asked.origin, "tool": asked.tool, "feature": asked.feature,
        "judged_at": question.window.at,
    })  # fmt: skip


def _number(number: Number) -> dict[str, Any]:
    return {
        "value": rounded(number.value),
        "numerator": number.numerator,
        "denominator": number.denominator,
        "n": number.n,
        "reason": number.reason,
        "beside": {name: rounded(value) for name, value in number.beside.items()},
    }
