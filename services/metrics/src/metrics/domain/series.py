"""A number through time: the spans of a series, and what each is compared with."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

Step = Literal["week", "month", "quarter", "year"]
STEPS: tuple[Step, ...] = ("week", "month", "quarter", "year")
MOST_POINTS = 120

_MONTHS: dict[Step, int] = {"month": 1, "quarter": 3, "year": 12}
_WEEK = timedelta(days=7)
_YEAR_OF_WEEKS = 52 * _WEEK


class Span(Struct, frozen=True):
    """A half-open period of local days."""

    since: date
    until: date


def spans(since: date, until: date, step: Step) -> list[Span]:
    """Return the whole weeks, months, quarters or years that lie within [since, until)."""
    begins = _begin(since, step)
    if begins < since:
        begins = _after(begins, step)
    return list(_from(begins, until, step))


def _from(begins: date, until: date, step: Step) -> Iterator[Span]:
    while (ends := _after(begins, step)) <= until:
        yield Span(begins, ends)
        begins = ends


def previous(span: Span, step: Step) -> Span:
    """Return the span right before."""
    return Span(_shifted(span.since, step, -1), span.since)


def last_year(span: Span, step: Step) -> Span:
    """Return the same span a year before; of a week, the one 52 weeks before."""
    if step == "week":
        return Span(span.since - _YEAR_OF_WEEKS, span.until - _YEAR_OF_WEEKS)
    years = -12 // _MONTHS[step]
    return Span(_shifted(span.since, step, years), _shifted(span.until, step, years))


def step_of(since: date, until: date) -> Step | None:
    """Return which kind of span a period is; None where it is none of them."""
    return next((k for k in STEPS if _begin(since, k) == since and _after(since, k) == until), None)


def containing(day: date, step: Step) -> Span:
    """Return the span in which a day lies."""
    begins = _begin(day, step)
    return Span(begins, _after(begins, step))


def _begin(day: date, step: Step) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[step]
    return day.replace(day=1, month=(day.month - 1) // months * months + 1)


def _after(begins: date, step: Step) -> date:
    return _shifted(begins, step, 1)


def _shifted(begins: date, step: Step, times: int) -> date:
    if step == "week":
        return begins + times * _WEEK
    months = begins.year * 12 + begins.month - 1 + times * _MONTHS[step]
    return date(months // 12, months % 12 + 1, 1)
