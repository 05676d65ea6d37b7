"""How numbers look when they leave: rounded once, with what they mean and what was asked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from metrics.domain.answers import Answer, Question
from metrics.domain.asking import Asked
from metrics.domain.definitions.dutch import DUTCH, Dutch
from metrics.domain.definitions.reads import READS, retention_of
from metrics.domain.numbers import Number, Reason, rounded
from metrics.domain.register import Compared, Cut, Definition, Kind
from metrics.domain.series import Span, Step


class Told(BaseModel):
    """A number; where `value` is null, `reason` says why."""

    value: int | float | None
    numerator: int | None
    denominator: int | None
    n: int | None = Field(description="how many cases it rests on; null where that is hidden")
    reason: Reason | None = None
    beside: dict[str, int | float | None] = Field(description="what is told along with it")
    unit: str | None = Field(
        default=None, description="its unit, where each number has one of its own: as reported"
    )


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
    measure: str | None = None
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
    plain: dict[str, str] = Field(description="what it tells, in everyday words")
    definition: str
    formula: str
    source: str = Field(description="where the formula comes from")
    period: str = Field(description="what lies in a period")
    owner: str
    legal_basis: str
    version: int
    purpose: str
    unit: str
    kind: Kind
    threshold: int | None
    parameters: list[str]
    needs: list[str]
    by: list[Cut]
    steps: list[Step] = Field(description="of which spans it is told; empty: of any days")
    beside: dict[str, str]
    definitions: dict[str, str] = Field(description="the definition, by language")
    reads: dict[str, list[str]] = Field(
        description="which fields of which events it reads, and of nothing else"
    )
    retention: dict[str, str] = Field(description="how long what it rests on is kept, by language")
    compared_with: list[Compared] = Field(description="which other spans it may be compared with")
    purposes: dict[str, str] = Field(description="what it is for, by language")
    current: Told | None = Field(
        default=None, description="its value now, over all time; with ?values=true, of open ones"
    )


class Register(BaseModel):
    """Every KPI there is."""

    kpis: list[Registered]


def told(question: Question, asked: Asked, answer: Answer) -> ToldKpi:
    """Return an answer as it leaves."""
    kpi = question.kpi
    cells = answer.cells
    return ToldKpi(
        **number_told(answer.number) | {"unit": answer.number.unit or kpi.unit},
        kpi=kpi.id, title=_title(kpi),
        definition=kpi.definition, version=kpi.version, kind=kpi.kind,
        threshold=answer.threshold or kpi.threshold, asked=_asking(question, asked),
        cells=None if cells is None else [Cell(key=k, **number_told(n)) for k, n in cells.items()],
    )  # fmt: skip


def registered(kpi: Definition, current: Number | None = None) -> Registered:
    """Return what the register says of a KPI, and its value now where that is known."""
    dutch = DUTCH.get(kpi.id) or Dutch(kpi.definition, kpi.purpose)
    kept = retention_of(kpi.id)
    return Registered(
        definitions={"en": kpi.definition, "nl": dutch.definition},
        purposes={"en": kpi.purpose, "nl": dutch.purpose},
        reads={name: list(fields) for name, fields in READS[kpi.id].items()},
        retention={"en": kept.en, "nl": kept.nl}, compared_with=list(kpi.compared_with),
        id=kpi.id, title=_title(kpi), definition=kpi.definition, version=kpi.version,
        plain={"en": kpi.plain_en, "nl": kpi.plain_nl}, formula=kpi.formula, source=kpi.source,
        period=kpi.period, owner=kpi.owner, legal_basis=kpi.legal_basis,
        current=None if current is None else Told(**number_told(current)),
        purpose=kpi.purpose, unit=kpi.unit, kind=kpi.kind, threshold=kpi.threshold,
        parameters=list(kpi.parameters), needs=list(kpi.needs), by=list(kpi.cuts),
        steps=list(kpi.steps), beside=kpi.beside,
    )  # fmt: skip


def _title(kpi: Definition) -> dict[str, str]:
    return {"en": kpi.title_en, "nl": kpi.title_nl}


def _asking(question: Question, asked: Asked) -> Asking:
    return Asking.model_validate({
        "from": asked.since, "to": asked.until, "at": asked.at, "as_known_at": asked.known,
        "by": asked.by, "origin": asked.origin, "tool": asked.tool, "feature": asked.feature,
        "measure": asked.measure, "judged_at": question.window.at,
    })  # fmt: skip


class Point(Told):
    """The number of one span, and those that it is compared with."""

    since: date = Field(serialization_alias="from")
    until: date = Field(serialization_alias="to")
    previous: Told = Field(
        description="the span right before; all null where the number is not compared with it, "
        "as `compared_with` of the register says"
    )
    last_year: Told = Field(description="the same span a year before; of weeks, 52 weeks before")


class Trend(BaseModel):
    """A number through time. That two numbers move together says nothing of a cause."""

    kpi: str
    title: dict[str, str]
    unit: str
    definition: str
    version: int
    step: Step
    points: list[Point]


def trend(kpi: Definition, step: Step, found: Sequence[tuple[Span, Sequence[Number]]]) -> Trend:
    """Return a series as it leaves: of each span its number, the one before, the year before."""
    points = [
        Point(
            **number_told(number), since=span.since, until=span.until,
            previous=Told(**number_told(before)), last_year=Told(**number_told(year)),
        )
        for span, (number, before, year) in found
    ]  # fmt: skip
    units = [number.unit for _, (number, *_) in found if number.unit]
    return Trend(
        kpi=kpi.id, title=_title(kpi), unit=units[-1] if units else kpi.unit, step=step,
        definition=kpi.definition, version=kpi.version, points=points,
    )  # fmt: skip


def number_told(number: Number) -> dict[str, Any]:
    return {
        "value": rounded(number.value),
        "numerator": number.numerator,
        "denominator": number.denominator,
        "n": number.n,
        "reason": number.reason,
        "beside": {name: rounded(value) for name, value in number.beside.items()},
        "unit": number.unit,
    }
