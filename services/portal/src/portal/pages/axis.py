"""What leads and what lags, month by month, one line below the other: no cause is claimed."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal import periods, trend
from portal.asking import Gone, all_of
from portal.pages.home import note_away
from portal.visit import Somebody

router = APIRouter(prefix="/axis")
MONTHS = 12


@router.get("")
async def axis(visit: Somebody) -> Response:
    months = periods.last_months(visit.days.today, MONTHS, closed=True)
    asked = {"from": months[0][0].isoformat(), "to": months[-1][1].isoformat()}
    found = await all_of(axis=visit.services.get("metrics", "/v1/axis", **asked))
    note_away(visit, found)
    told = found["axis"]
    headings = {"leading": "axis.leading", "lagging": "axis.lagging"}
    lines = {} if isinstance(told, Gone) else {
        headings[name]: [(line, trend.drawn(_values(line))) for line in told[name]]
        for name in headings
    }  # fmt: skip
    return visit.page("axis.html", months=[first for first, _ in months], lines=lines, **found)


def _values(line: Any) -> list[float | None]:
    return [value["value"] for value in line["values"]]
