"""What other systems report as sums: absence, who leaves, outcomes. The last report holds."""

from calendar import monthrange
from decimal import Decimal
from fractions import Fraction
from typing import Any

from metrics.recount.heard import ALL, Figure, Figures, Key, Log, Period

Said = dict[str, Any]
_LEAVERS = {
    "turnover_total": "leavers",
    "turnover_voluntary": "leavers_voluntary",
    "turnover_first_year": "leavers_first_year",
}


def of_workforce(log: Log, kpi: str, period: Period) -> Figures:
    """Return absence or turnover of whole months, each of which somebody reported."""
    last: dict[tuple[str, str], Said] = {}
    for fact in log.of("WorkforceReported"):
        last[fact.data["month"], fact.data["department"]] = dict(fact.data)
    cells: dict[Key, list[Said]] = {ALL: []}
    for month in period.months:
        parts = {where: said for (when, where), said in last.items() if when == month}
        whole = parts.pop("organisation", None)
        if not parts and whole is None:
            return {}
        cells[ALL] += list(parts.values()) or [whole or {}]
        for where, said in parts.items() if period.is_month else ():
            cells["department", where] = [said]
    made = _absence if kpi == "absence" else lambda told: _turnover(told, _LEAVERS[kpi])
    return {key: made(told) for key, told in cells.items() if told}


def _n(told: list[Said]) -> int:
    persons = sum(int(said["persons"]) for said in told)
    return persons // len({said["month"] for said in told})


def _exact(number: float) -> Fraction:
    return Fraction(Decimal(str(float(number))))


def _absence(told: list[Said]) -> Figure:
    sick = sum((_exact(said["sick_days"]) for said in told), Fraction(0))
    there = sum((_exact(said["available_days"]) for said in told), Fraction(0))
    beside = {"sick_days": sick, "available_days": there}
    return Figure(sick / there, _n(told), beside=beside) if there else Figure(None, 0, None, None,
                                                                              beside)  # fmt: skip


def _turnover(told: list[Said], which: str) -> Figure:
    months = {said["month"] for said in told}
    length = {m: monthrange(*map(int, m.split("-")))[1] for m in months}
    person_days = sum(said["persons"] * length[said["month"]] for said in told)
    if not person_days:
        return Figure(None, 0)
    headcount = Fraction(person_days, sum(length.values()))
    left = sum(said.get(which, 0) for said in told)
    return Figure(left / headcount, _n(told), left, None, {"headcount": headcount})


def of_outcome(log: Log, measure: str, period: Period) -> Figures:
    """Return what was reported of a measure for exactly this month, quarter or year."""
    names = {
        1: f"{period.since:%Y-%m}", 3: f"{period.since.year}-Q{(period.since.month + 2) // 3}",
        12: f"{period.since.year}",
    }  # fmt: skip
    name = names.get(len(period.months))
    last: Figures = {}
    for fact in log.of("OutcomeReported"):
        where = fact.data.get("department", "organisation")
        if (fact.data["measure"], fact.data["period"]) != (measure, name):
            continue
        key = ALL if where == "organisation" else ("department", where)
        if key == ALL or period.is_month:
            last[key] = Figure(_exact(fact.data["value"]), fact.data.get("n"))
    return last


def of_reported(log: Log, about: str, period: Period) -> Figures:
    """Return how often a feature was used in a week, as its own system said last."""
    year, number, _ = period.since.isocalendar()
    week = f"{year}-W{number:02}"
    last: dict[str, Said] = {}
    for fact in log.of("ToolUsageReported"):
        tool = fact.data["tool"].replace("%", "%25").replace("/", "%2F")
        if (f"{tool}/{fact.data['feature']}", fact.data["week"]) == (about, week):
            last[fact.data.get("department", "organisation")] = dict(fact.data)
    counted = [last["organisation"]] if "organisation" in last else list(last.values())
    users = sum(said["users"] for said in counted)
    uses = Fraction(sum(said["uses"] for said in counted))
    return {ALL: Figure(uses, users, beside={"users": Fraction(users)})} if counted else {}
