"""Numbers that other systems report as sums: absence, who leaves, and what came of it all."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from contracts.outside import ORGANISATION
from metrics.domain import people
from metrics.domain.facts import Report
from metrics.domain.families import ALL, Draft, Key, is_month, months_of
from metrics.domain.numbers import Number
from metrics.domain.series import Span

_LEAVERS = {
    "turnover_total": "leavers",
    "turnover_voluntary": "leavers_voluntary",
    "turnover_first_year": "leavers_first_year",
}


def of_workforce(reports: Sequence[Report], span: Span) -> list[Draft]:
    """Return absence and turnover of a span; nothing while a month of it was not reported."""
    months = months_of(span)
    told = [r for r in _latest(reports, "WorkforceReported") if r.period in months]
    if not months or {r.period for r in told} != set(months):
        return []
    parts = [r for r in told if r.department != ORGANISATION]
    groups: dict[Key, list[Report]] = {ALL: parts or told}
    for report in parts if is_month(span) else ():
        groups.setdefault(("department", report.department), []).append(report)
    counted = {key: people.add_up(found) for key, found in groups.items()}
    persons = {key: found.persons for key, found in counted.items()}

    def draft(kpi: str, numbers: dict[Key, Number]) -> Draft:
        return Draft(kpi=kpi, basis=span, numbers=numbers, persons=persons, adds_up=True)

    absence = {key: people.absence(found) for key, found in counted.items()}
    turnover = {
        kpi: {key: people.turnover(found, kind) for key, found in counted.items()}
        for kpi, kind in _LEAVERS.items()
    }
    return [draft("absence", absence), *(draft(kpi, told) for kpi, told in turnover.items())]


def of_outcomes(reports: Sequence[Report], measure: str, span: Span) -> list[Draft]:
    """Return what was reported of a measure for exactly this span; of a week, nothing is."""
    name = _named(span)
    told = {
        r.department: r
        for r in _latest(reports, "OutcomeReported")
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


def _latest(reports: Sequence[Report], kind: str) -> list[Report]:
    return people.latest(report for report in reports if report.type == kind)


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
    return Number(value=value, n=report.persons)
