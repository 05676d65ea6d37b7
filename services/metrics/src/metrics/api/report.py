"""A period as one page: every number beside the one before and last year's; it prints well."""

from collections.abc import Iterable
from datetime import date, timedelta
from html import escape
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.exceptions import RequestValidationError

from chassis.http import Caller, caller
from metrics.api.kpis import Numbers, complained
from metrics.domain.asking import Asked, Complaint
from metrics.domain.definitions import REGISTER
from metrics.domain.numbers import Number
from metrics.domain.register import Definition, Kind
from metrics.domain.series import Span, last_year, previous, step_of
from metrics.domain.wording import WORDS, Language, day_in_words, shown, written

_STYLE = """
body { font: 11pt/1.4 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #bbb; padding: .3em .5em; text-align: right; }
th:first-child, td:first-child { text-align: left; width: 45%; }
td p { margin: .2em 0 0; font-size: 9pt; color: #444; }
div { overflow-x: auto; }
tr { break-inside: avoid; } thead { display: table-header-group; }
@media print { body { margin: 0; max-width: none; font-size: 9pt; } @page { margin: 15mm; } }
"""


def report(numbers: Numbers) -> APIRouter:
    """Return the route that makes the page."""
    router = APIRouter(prefix="/v1", tags=["kpis"])

    @router.get(
        "/report", summary="A week, month, quarter or year as one page that prints well",
        response_class=Response, responses={200: {"content": {"text/html": {}}}},
    )  # fmt: skip
    async def make_report(
        _: Annotated[Caller, Depends(caller())],
        since: Annotated[date, Query(alias="from", description="first day")],
        until: Annotated[date, Query(alias="to", description="day after the last")],
        language: Annotated[Language, Query(description="of its words")] = "nl",
    ) -> Response:
        step = step_of(since, until)
        if step is None:
            why = "A report is of a whole week, month, quarter or year: [from, to) is none of them."
            raise RequestValidationError([complained(Complaint("from", why))])
        span = Span(since, until)
        around = (span, previous(span, step), last_year(span, step))
        rows = [
            (kpi, [await numbers.of(kpi, Asked(), each) for each in around])
            for kpi in REGISTER.values()
            if set(kpi.needs) <= {"from", "to"} and (kpi.kind == "open" or kpi.steps)
        ]
        judged = numbers.today().now.date()
        page = _page(span, rows, language, day_in_words(judged, language))
        return Response(page, media_type="text/html; charset=utf-8")

    return router


def _page(
    span: Span, rows: list[tuple[Definition, list[Number]]], language: Language, judged: str
) -> str:
    words = WORDS[language]
    last = day_in_words(span.until - timedelta(days=1), language)
    period = words["period"].format(since=day_in_words(span.since, language), last=last)
    tables = "".join(
        f"<h2>{words[kind]}</h2>"
        f'<div tabindex="0" role="group" aria-label="{words[kind]}">'
        f"{_table([r for r in rows if r[0].kind == kind], language)}</div>"
        for kind in _KINDS
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words['title']}, {period}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{words['title']}</h1><p>{period}. {words['judged'].format(day=judged)}</p>{tables}"
        f"<p>{words['people']} {words['no_cause']}</p></main></body></html>\n"
    )


_KINDS: tuple[Kind, ...] = ("open", "protected")


def _table(rows: Iterable[tuple[Definition, list[Number]]], language: Language) -> str:
    words = WORDS[language]
    head = "".join(
        f'<th scope="col">{words[name]}</th>'
        for name in ("kpi", "value", "n", "previous", "last_year")
    )
    body = "".join(_row(kpi, found, language) for kpi, found in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(kpi: Definition, found: list[Number], language: Language) -> str:
    title, plain = (
        (kpi.title_nl, kpi.plain_nl) if language == "nl" else (kpi.title_en, kpi.plain_en)
    )
    number, before, year = found
    n = "" if number.n is None else written(number.n, language, 0)
    told = (shown(number, kpi.unit, language), n, *(shown(x, kpi.unit, language)
            for x in (before, year)))  # fmt: skip
    cells = "".join(f"<td>{escape(text)}</td>" for text in told)
    how = f"{WORDS[language]['how']}: {escape(kpi.formula)} ({WORDS[language]['definition']} "
    return (
        f"<tr><td><strong>{escape(title)}</strong><p>{escape(plain)}</p>"
        f"<p>{how}{kpi.version})</p></td>{cells}</tr>"
    )
