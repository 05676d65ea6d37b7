"""Numbers: a wall of them, each with what it rests on; and one with its months and its groups."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from portal import periods, telling, trend
from portal.asking import Gone, all_of
from portal.pages.home import note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/numbers")
Word = Annotated[str, Query(max_length=200)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,60}$")]
MONTHS = 12
_CUTS = ("department", "attribute", "category", "state", "kind", "level", "purpose")
_CSV = "text/csv; charset=utf-8"


@dataclass
class _About:
    """What numbers may be about: a tool, one of its features, a measure."""

    tool: Word = ""
    feature: Word = ""
    measure: Word = ""


def _choice(
    visit: Somebody, about: Annotated[_About, Depends()], period: Word = "", department: Word = "",
    known: Word = "",
) -> telling.Choice:  # fmt: skip
    """Return what the address asks for; a day that is none is left out."""
    try:
        day = date.fromisoformat(known).isoformat() if known else ""
    except ValueError:
        day = ""
    found = periods.chosen_period(period, visit.days.today)
    return telling.Choice(
        found, department.strip(), about.tool.strip(), day, about.feature.strip(),
        about.measure.strip(),
    )  # fmt: skip


Chosen = Annotated[telling.Choice, Depends(_choice)]


@router.get("")
async def wall(visit: Somebody, choice: Chosen, form: str = "") -> Response:
    """Show all numbers, or send them as CSV."""
    found = await all_of(register=telling.register(visit))
    register = found["register"]
    listed = [] if isinstance(register, Gone) else register["kpis"]
    asked = [(kpi, telling.span_of(visit, kpi, choice)) for kpi in listed]
    answers = await telling.in_turn([_of(visit, kpi, span, choice) for kpi, span in asked])
    note_away(visit, found)
    tiles = {kpi["id"]: (answer, span) for (kpi, span), answer in zip(asked, answers, strict=True)}
    if form == "csv":
        language = visit.words.language
        rows = [telling.row(k, tiles[k["id"]][1], tiles[k["id"]][0], language, choice)
                for k in listed]  # fmt: skip
        return _file(rows, "kiem")
    return visit.page(
        "numbers.html", tiles=tiles, headed=telling.headed(listed), choice=choice,
        offered=periods.offered(visit.days), departments=await _departments(visit, listed, choice),
        **found,
    )  # fmt: skip


async def _of(visit: Visit, kpi: Any, span: tuple[date, date], choice: telling.Choice) -> Any:
    if not choice.department:
        return await telling.told(visit, kpi, span, choice)
    if "department" not in kpi["by"]:
        return None
    answer = await telling.told(visit, kpi, span, choice, by="department")
    return telling.of_group(answer, choice.department)


async def _departments(visit: Visit, listed: list[Any], choice: telling.Choice) -> list[str]:
    """Return the departments that ideas came from, for the reader to choose one."""
    kpi = next((k for k in listed if k["id"] == "ideas_submitted"), None)
    if kpi is None:
        return []
    span = (choice.period.first, choice.period.until)
    found = await all_of(by=telling.told(visit, kpi, span, choice, by="department"))
    cells = [] if isinstance(found["by"], Gone) else found["by"]["cells"] or []
    return sorted({c["key"] for c in cells} | ({choice.department} - {""}))


@router.get("/{kpi}/line")
async def line(visit: Somebody, choice: Chosen, kpi: Name) -> Response:
    """Show only the trend of a number, for the wall that is open."""
    told, points = await _known(visit, kpi), []
    if told:
        points = await _points(visit, told, choice)
    return visit.page("line.html", kpi=told, points=points,
                      drawn=trend.drawn([each.value for each in points]))  # fmt: skip


@router.get("/{kpi}")
async def one_number(visit: Somebody, choice: Chosen, kpi: Name, form: str = "") -> Response:
    told = await _known(visit, kpi)
    if told is None:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    span = telling.span_of(visit, told, choice)
    cuts = [cut for cut in _CUTS if cut in told["by"]]
    found = await telling.in_turn([
        _of(visit, told, span, choice), telling.explained(visit, told, span, choice),
        _points(visit, told, choice),
        *(telling.told(visit, told, span, choice, by=cut) for cut in cuts),
    ])  # fmt: skip
    now, explained, points, *answers = found
    points = [] if isinstance(points, Gone) else points
    groups = dict(zip(cuts, answers, strict=True))
    note_away(visit, {"now": now})
    if form == "csv":
        about = (visit.words.language, choice)
        rows = [telling.row(told, span, now, *about)]
        rows += [telling.row(told, (p.since, p.until), p.answer, *about) for p in points]
        rows += telling.rows_of(told, groups, span, *about)
        return _file(rows, told["id"])
    return visit.page(
        "number.html", kpi=told, now=now, points=points, groups=groups, choice=choice, span=span,
        drawn=trend.drawn([point.value for point in points]), explained=explained,
        offered=periods.offered(visit.days),
    )  # fmt: skip


async def _known(visit: Visit, kpi: str) -> Any:
    register = await telling.register(visit)
    return next((each for each in register["kpis"] if each["id"] == kpi), None)


async def _points(visit: Visit, kpi: Any, choice: telling.Choice) -> list[trend.Point]:
    today = visit.days.today
    if telling.is_weekly(kpi):
        months = periods.last_weeks(today, MONTHS)
    else:
        months = periods.last_months(today, MONTHS, closed=kpi["kind"] == "protected")
    found = await all_of(trend=telling.trend_of(visit, kpi, months, choice))
    answers = found["trend"]
    if isinstance(answers, Gone):
        answers = [answers] * len(months)
    return [
        trend.Point(first, until, _value(answer), answer)
        for (first, until), answer in zip(months, answers, strict=False)
    ]


def _value(answer: Any) -> float | None:
    value: float | None = None if answer is None or isinstance(answer, Gone) else answer["value"]
    return value


def _file(rows: list[Any], name: str) -> Response:
    named = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(telling.as_csv(rows), media_type=_CSV, headers=named)
