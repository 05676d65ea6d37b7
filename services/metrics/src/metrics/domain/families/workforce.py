"""Numbers that other systems report as sums: absence, who leaves, and what came of it all."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial

from contracts.outside import ORGANISATION
from metrics.domain import people
from metrics.domain.facts import Report
from metrics.domain.families import ALL, Draft, Key, is_month, months_of
from metrics.domain.numbers import Number
from metrics.domain.series import Span, containing

_NUMBERS: dict[str, Callable[[people.Workforce], Number]] = {
    "absence": people.absence,
    "turnover_total": partial(people.turnover, kind="leavers"),
    "turnover_voluntary": partial(people.turnover, kind="leavers_voluntary"),
    "turnover_first_year": partial(people.turnover, kind="leavers_first_year"),
}


def of_workforce(reports: Sequence[Report], span: Span) -> list[Draft]:
    """Return absence and turnover of a span; nothing while a month of it was not reported."""
    told = people.latest(r for r in reports if r.type == "WorkforceReported")
    months = {m: _of_month(told, m) for m in months_of(span)}
    if not months or not all(months.values()):
        return []
    groups: dict[Key, list[Report]] = {ALL: [r for found in months.values() for r in found]}
    for report in groups[ALL] if is_month(span) else ():
        if report.department != ORGANISATION:
            groups.setdefault(("department", report.department), []).append(report)
    counted = {key: people.add_up(found) for key, found in groups.items()}
    parts = {} if is_month(span) else {
        containing(_begins(month), "month"): people.add_up(found) for month, found in months.items()
    }  # fmt: skip
    return [
        Draft(
            kpi=kpi, basis=span, numbers={key: number(found) for key, found in counted.items()},
            persons={key: _persons(found) for key, found in counted.items()}, adds_up=True,
            parts={part: number(found) for part, found in parts.items()},
        )
        for kpi, number in _NUMBERS.items()
    ]  # fmt: skip


def _persons(found: people.Workforce) -> int:
    """Return of how many persons sums are told; days or leavers of nobody are somebody's."""
    return found.persons or int(any(found.amounts.values()))


def _of_month(told: Sequence[Report], month: str) -> list[Report]:
    """Return the reports of a month by department, or of the whole where there are none."""
    found = [report for report in told if report.period == month]
    return [report for report in found if report.department != ORGANISATION] or found


def _begins(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def of_outcomes(reports: Sequence[Report], measure: str, span: Span) -> list[Draft]:
    """Return what was reported of a measure for exactly this span; of a week, nothing is."""
    name = _named(span)
    told = {
        r.department: r
        for r in people.latest(r for r in reports if r.type == "OutcomeReported")
        if r.measure == measure and r.period == name
    }
    if not told:
        return []
    found: dict[Key, Report] = {
        ALL if department == ORGANISATION else ("department", department): report
        for department, report in told.items()
        if department == ORGANISATION or is_month(span)
    }
    numbers = {key: _outcome(report) for key, report in found.items()}
    # Of how many it is, is not known without n: then it counts as one, and is hidden as a group.
    persons = {key: report.persons or 0 for key, report in found.items() if key == ALL}
    persons |= {key: report.persons or 1 for key, report in found.items() if key != ALL}
    draft = Draft(kpi="outcome", basis=span, numbers=numbers, persons=persons, adds_up=True)
    return [draft] if numbers else []


def measures(reports: Iterable[Report]) -> list[str]:
    """Return what is measured."""
    return sorted({r.measure for r in reports if r.type == "OutcomeReported"})


def _named(span: Span) -> str:
    """Return how a report names a span: 2025-03, 2025-Q1 or 2025."""
    match len(months_of(span)):
        case 1:
            return f"{span.since:%Y-%m}"
        case 3:
            return f"{span.since.year}-Q{(span.since.month + 2) // 3}"
        case 12:
            return str(span.since.year)
        case _:
            return ""


def _outcome(report: Report) -> Number:
    value = Fraction(Decimal(repr(report.amounts["value"])))
    return Number(value=value, n=report.persons, unit=report.unit or None)
