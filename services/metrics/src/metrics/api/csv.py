"""Numbers as lines of CSV: one for the whole, and one for each cell or span."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from fastapi import Request, Response

from metrics.api.answers import Told, ToldKpi, Trend

MEDIA_TYPE = "text/csv"
_NUMBERS = ("value", "numerator", "denominator", "n", "reason")
_FIELDS = ("kpi", "version", "unit", "from", "to", "cut", "key", *_NUMBERS, "beside")


def wanted(request: Request) -> bool:
    """Tell whether the caller asks for CSV."""
    return MEDIA_TYPE in request.headers.get("accept", "")


def of_kpi(told: ToldKpi) -> Response:
    asked = told.asked
    head = {"from": asked.since, "to": asked.until, "cut": asked.by}
    rows = [head | {"key": None} | _numbers(told)]
    rows += [head | {"key": cell.key} | _numbers(cell) for cell in told.cells or ()]
    return _answer(told, rows)


def of_trend(told: Trend) -> Response:
    rows = [{"from": p.since, "to": p.until} | _numbers(p) for p in told.points]
    return _answer(told, rows)


def _answer(told: ToldKpi | Trend, rows: list[dict[str, Any]]) -> Response:
    text = StringIO()
    writer = csv.DictWriter(text, _FIELDS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {"kpi": told.kpi, "version": told.version, "unit": told.unit} | r for r in rows
    )
    return Response(text.getvalue(), media_type=f"{MEDIA_TYPE}; charset=utf-8")


def _numbers(told: Told) -> dict[str, Any]:
    beside = "; ".join(_pairs(told))
    return {name: getattr(told, name) for name in _NUMBERS} | {"beside": beside}


def _pairs(told: Told) -> Iterator[str]:
    return (f"{name}={value}" for name, value in told.beside.items() if value is not None)
