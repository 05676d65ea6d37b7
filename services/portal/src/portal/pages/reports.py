"""Reports that print well: a month, a quarter or a year as one page, made by metrics."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.periods import chosen_period, last_months
from portal.visit import Somebody

router = APIRouter()


@router.get("/report")
async def report(visit: Somebody, period: Annotated[str, Query(max_length=7)] = "") -> Response:
    """Show the report of a period; without one, of the last month that is over."""
    found = chosen_period(period, visit.days.today)
    first, until = found.first, found.until
    if not found.name:
        first, until = last_months(visit.days.today, 2, closed=False)[0]
    page = await visit.services.page(
        "metrics", "/v1/report", **{"from": first.isoformat(), "to": until.isoformat()},
        language=visit.words.language,
    )  # fmt: skip
    return visit.document(page)
