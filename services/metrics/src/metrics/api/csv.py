"""Numbers as lines of CSV: one for the whole, and one for each cell or span."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from fastapi import Request, Response

from metrics.api.answers import Asking, Told, ToldKpi, Trend
from metrics.domain.asking import Asked

MEDIA_TYPE = "text/csv"
_NUMBERS = ("value", "numerator", "denominator", "n", "reason")
_ABOUT = ("tool", "feature", "measure", "origin", "as_known_at")
_FIELDS = ("kpi", "version", "unit", "from", "to", "cut", "key", *_NUMBERS, "beside", *_ABOUT)


def wanted(request: Request) -> bool:
    """Tell whether the caller asks for CSV."""
    return MEDIA_TYPE in request.headers.get("accept", "")


def of_kpi(told: ToldKpi) -> Response:
    asked = told.asked
    head = {"from": asked.since, "to": asked.until, "cut": asked.by} | _about(asked)
    rows = [head | {"key": None} | _numbers(told)]
    rows += [head | {"key": cell.key} | _numbers(cell) for cell in told.cells or ()]
    return _answer(told, rows)


def of_trend(told: Trend, asked: Asked) -> Response:
    about = {"tool": asked.tool, "feature": asked.feature, "measure": asked.measure,
             "origin": asked.origin, "as_known_at": asked.known}  # fmt: skip
    rows = [{"from": p.since, "to": p.until} | about | _numbers(p) for p in told.points]
    return _answer(told, rows)


def _answer(told: ToldKpi | Trend, rows: list[dict[str, Any]]) -> Response:
    text = StringIO()
    writer = csv.DictWriter(text, _FIELDS, lineterminator="\r\n")
    writer.writeheader()
    head = {"kpi": told.kpi, "version": told.version, "unit": told.unit}
    writer.writerows({name: _plain(value) for name, value in (head | r).items()} for r in rows)
    return Response(text.getvalue(), media_type=f"{MEDIA_TYPE}; charset=utf-8")


def _about(asked: Asking) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in _ABOUT}


def _plain(value: Any) -> Any:
    """Return a word that somebody chose so that no spreadsheet takes it for a formula."""
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if risky else value


def _numbers(told: Told) -> dict[str, Any]:
    beside = "; ".join(_pairs(told))
    own = {"unit": told.unit} if told.unit else {}
    return {name: getattr(told, name) for name in _NUMBERS} | {"beside": beside} | own


def _pairs(told: Told) -> Iterator[str]:
    return (f"{name}={value}" for name, value in told.beside.items() if value is not None)
