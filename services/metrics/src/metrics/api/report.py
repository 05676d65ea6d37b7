"""A period as one page: every number beside the one before and last year's; it prints well."""

from collections.abc import Iterable
from datetime import date, timedelta
from html import escape
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.exceptions import RequestValidationError
from msgspec import Struct

from chassis.http import Caller, caller
from metrics.api.axis import Subjects
from metrics.api.kpis import Numbers, beside, complained
from metrics.domain.asking import Asked, Complaint
from metrics.domain.closing import Subject
from metrics.domain.definitions import REGISTER
from metrics.domain.numbers import Number, nothing
from metrics.domain.register import Definition, Kind
from metrics.domain.series import Span, Step, step_of
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


class Line(Struct, frozen=True):
    """A number of the period, with those that it is compared with; None: with that it is not."""

    subject: Subject
    found: list[Number | None]

    @property
    def kpi(self) -> Definition:
        return REGISTER[self.subject.kpi]

    @property
    def about(self) -> str:
        """Return of what it is: a tool, its feature, a measure; empty of the whole."""
        s = self.subject
        return ", ".join(word for word in (s.tool, s.feature, s.measure) if word)

    @property
    def is_shown(self) -> bool:
        """Tell whether there is anything to say: of a tool of another time there is not."""
        said = (number for number in self.found if number is not None)
        return not self.about or any(number.reason != "no_data" for number in said)


async def _asked(subjects: Subjects, step: Step) -> list[Subject]:
    """Return what is told of such a span: every number, and those of each tool and measure."""
    named = await subjects()
    found: list[Subject] = []
    for kpi in REGISTER.values():
        if kpi.kind == "protected" and step not in kpi.steps:
            continue
        if set(kpi.needs) <= {"from", "to"}:
            found.append(Subject(kpi=kpi.id))
        else:
            found += [s for s in named if s.kpi == kpi.id and set(kpi.needs) <= s.names]
    return found


async def _line(
    numbers: Numbers, subject: Subject, span: Span, step: Step, known: date | None
) -> Line:
    kpi, s = REGISTER[subject.kpi], subject
    asked = Asked(tool=s.tool, feature=s.feature, measure=s.measure, known=known)
    around = (span, *beside(kpi, span, step))
    return Line(subject, [await numbers.of(kpi, asked, s) if s else None for s in around])


def report(numbers: Numbers, subjects: Subjects) -> APIRouter:
    """Return the route that makes the page. `subjects` names what there are editions of."""
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
        known: Annotated[
            date | None,
            Query(alias="as_known_at", description="as it was known when this day ended"),
        ] = None,
    ) -> Response:
        step = step_of(since, until)
        if step is None:
            why = "A report is of a whole week, month, quarter or year: [from, to) is none of them."
            raise RequestValidationError([complained(Complaint("from", why))])
        span = Span(since, until)
        named = await _asked(subjects, step)
        rows = [await _line(numbers, each, span, step, known) for each in named]
        today = numbers.today()
        judged = known or today.now.astimezone(today.zone).date()
        shown = [row for row in rows if row.is_shown]
        page = _page(span, shown, language, day_in_words(judged, language))
        return Response(page, media_type="text/html; charset=utf-8")

    return router


def _page(span: Span, rows: list[Line], language: Language, judged: str) -> str:
    words = WORDS[language]
    last = day_in_words(span.until - timedelta(days=1), language)
    period = words["period"].format(since=day_in_words(span.since, language), last=last)
    tables = "".join(
        f"<h2>{words[kind]}</h2>"
        f'<div tabindex="0" role="group" aria-label="{words[kind]}">'
        f"{_table([r for r in rows if r.kpi.kind == kind], language)}</div>"
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


def _table(rows: Iterable[Line], language: Language) -> str:
    words = WORDS[language]
    head = "".join(
        f'<th scope="col">{words[name]}</th>'
        for name in ("kpi", "value", "n", "previous", "last_year")
    )
    body = "".join(_row(line, language) for line in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(line: Line, language: Language) -> str:
    kpi, number = line.kpi, line.found[0] or nothing()
    title, plain = (
        (kpi.title_nl, kpi.plain_nl) if language == "nl" else (kpi.title_en, kpi.plain_en)
    )
    n = "" if number.n is None else written(number.n, language, 0)
    values = ["–" if x is None else shown(x, x.unit or kpi.unit, language) for x in line.found]
    cells = "".join(f"<td>{escape(text)}</td>" for text in (values[0], n, *values[1:]))
    how = f"{WORDS[language]['how']}: {escape(kpi.formula)} ({WORDS[language]['definition']} "
    named = f"{title}: {line.about}" if line.about else title
    return (
        f"<tr><td><strong>{escape(named)}</strong><p>{escape(plain)}</p>"
        f"<p>{how}{kpi.version})</p></td>{cells}</tr>"
    )
