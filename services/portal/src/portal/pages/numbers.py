"""Numbers: a tile each with what it rests on, and one of them with its months and its groups."""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from portal import trend
from portal.asking import Gone, all_of
from portal.pages.home import note_away
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/numbers")
Tool = Annotated[str, Query(max_length=200)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,60}$")]
MONTHS, _YEAR = 12, 12
_AT_ONCE = 4  # a page of numbers must not keep a service from everybody else
_CLOSED_AFTER = 7  # days; the month before may still wait for its last numbers until then


@router.get("")
async def numbers(visit: Somebody, tool: Tool = "") -> Response:
    found = await all_of(register=visit.services.get("metrics", "/v1/kpis"))
    note_away(visit, found)
    register = found["register"]
    listed = [] if isinstance(register, Gone) else register["kpis"]
    told = await _in_turn([_told(visit, kpi, _period(visit, kpi), tool=tool) for kpi in listed])
    tiles = list(zip(listed, told, strict=True))
    first, last = _year(visit)
    return visit.page("numbers.html", tiles=tiles, tool=tool, since=first, until=last,
                      **found)  # fmt: skip


@router.get("/{kpi}")
async def one_number(visit: Somebody, kpi: Name, tool: Tool = "") -> Response:
    register = await visit.services.get("metrics", "/v1/kpis")
    told = next((each for each in register["kpis"] if each["id"] == kpi), None)
    if told is None:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    months = _months(visit.days.today, MONTHS, closed=told["kind"] == "protected")
    cuts = [cut for cut in told["by"] if cut in {"department", "category"}]
    asked = [_told(visit, told, _period(visit, told), tool=tool)]
    asked += [_told(visit, told, month, tool=tool) for month in months]
    asked += [_told(visit, told, _period(visit, told), tool=tool, by=cut) for cut in cuts]
    found = await _in_turn(asked)
    points = [
        trend.Point(month[0], _value(answer), answer)
        for month, answer in zip(months, found[1:], strict=False)
    ]
    groups = dict(zip(cuts, found[1 + MONTHS :], strict=True))
    drawn = trend.drawn([point.value for point in points])
    return visit.page("number.html", kpi=told, now=found[0], points=points, drawn=drawn,
                      groups=groups, tool=tool)  # fmt: skip


def _value(answer: Any) -> float | None:
    value: float | None = None if answer is None or isinstance(answer, Gone) else answer["value"]
    return value


async def _in_turn(asked: list[Any]) -> list[Any]:
    """Ask some at once, not all; what is away is Gone."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(question: Any) -> Any:
        async with gate:
            return (await all_of(answer=question))["answer"]

    return list(await asyncio.gather(*(one(each) for each in asked)))


async def _told(
    visit: Visit, kpi: Any, period: tuple[date, date], *, tool: str, by: str | None = None
) -> Any:
    if "tool" in kpi["needs"] and not tool:
        return None  # the page asks its reader which tool is meant
    asked = {name: day.isoformat() for name, day in zip(("from", "to"), period, strict=True)}
    asked["tool"] = tool
    usable = {name: value for name, value in asked.items() if name in kpi["parameters"]}
    return await visit.services.get("metrics", f"/v1/kpis/{kpi['id']}", by=by, **usable)


def _period(visit: Visit, kpi: Any) -> tuple[date, date]:
    """Return the year of an open number; of one about people, its last closed month."""
    if kpi["kind"] == "protected":
        return _months(visit.days.today, 1, closed=True)[0]
    return _year(visit)


def _year(visit: Visit) -> tuple[date, date]:
    months = _months(visit.days.today, MONTHS, closed=False)
    return months[0][0], months[-1][1]


def _months(today: date, count: int, *, closed: bool) -> list[tuple[date, date]]:
    """Return whole months, the oldest first; the running one only where it may be asked for."""
    last = today.year * _YEAR + today.month - 1
    if closed:
        last -= 1 if today.day > _CLOSED_AFTER else 2
    return [(_first(month), _first(month + 1)) for month in range(last - count + 1, last + 1)]


def _first(month: int) -> date:
    return date(month // _YEAR, month % _YEAR + 1, 1)
