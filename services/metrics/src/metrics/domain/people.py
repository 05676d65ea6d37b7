"""The numbers about people: how many take part, stay, are well. Counted, and about no one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from msgspec import Struct

from metrics.domain.facts import Report
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact, Number, nothing
from metrics.domain.scene import Scene

PROMOTER, PASSIVE = 9, 7
_MARGIN = Decimal("1.96")
_DIGITS = 28


def idea_rate(scene: Scene, ideas: Sequence[Life]) -> Number:
    """Ideas a person and year."""
    number = sum(scene.window.holds(life.submitted_at) for life in ideas)
    person_days = sum(scene.roster.days(*scene.days).values())
    if not person_days:
        return nothing({"headcount": None})
    return Number(
        value=Fraction(number * 365, person_days), numerator=number, n=number,
        beside={"headcount": Fraction(person_days, scene.length)},
    )  # fmt: skip


def authors(scene: Scene, ideas: Iterable[Life]) -> dict[bytes, Life]:
    """Return who submitted ideas in the period, by their first one; aliases stand for nobody."""
    found: dict[bytes, Life] = {}
    for life in sorted(ideas, key=lambda life: (life.submitted_at, life.idea)):
        if scene.window.holds(life.submitted_at) and not by_alias(scene, life):
            for person in (life.author, *scene.co_authors(life)):
                found.setdefault(person, life)
    return found


def by_alias(scene: Scene, life: Life) -> bool:
    birth = scene.birth(life)
    return birth is not None and birth.kind not in {None, "named"}


def participation(took_part: int, person_days: int, length: int, aliases: int) -> Number:
    """Distinct authors and co-authors a head."""
    if not person_days:
        return nothing({"headcount": None, "aliases": aliases})
    return Number(
        value=Fraction(took_part * length, person_days), numerator=took_part, n=took_part,
        beside={"headcount": Fraction(person_days, length), "aliases": aliases},
    )  # fmt: skip


def representation(took_part: int, of: int, person_days: int, of_days: int) -> Number:
    """The share of the authors of a group against its share of the headcount."""
    if not (of and person_days and of_days):
        return nothing()
    value = Fraction(took_part, of) / Fraction(person_days, of_days)
    return Number(value=value, numerator=took_part, denominator=of, n=took_part)


class Workforce(Struct, frozen=True, kw_only=True):
    """The sums of departments and months, added up."""

    persons: int = 0
    person_days: int = 0
    days: int = 0
    amounts: Mapping[str, Fraction] = {}


def latest(reports: Iterable[Report]) -> list[Report]:
    """Return the last report of each measure, department and period: a later one corrects."""
    found: dict[tuple[str, str, str, str], Report] = {}
    for report in sorted(reports, key=lambda r: (r.occurred_at, r.recorded_at, r.id)):
        found[report.type, report.measure, report.department, report.period] = report
    return [found[key] for key in sorted(found)]


def add_up(reports: Sequence[Report]) -> Workforce:
    """Add up departments and months."""
    amounts: dict[str, Fraction] = {}
    lengths: dict[str, int] = {}
    for report in reports:
        year, month = map(int, report.period.split("-"))
        after = date(year + month // 12, month % 12 + 1, 1)
        lengths[report.period] = (after - date(year, month, 1)).days
        for name, amount in report.amounts.items():
            amounts[name] = amounts.get(name, Fraction(0)) + Fraction(Decimal(repr(amount)))
    person_days = sum((r.persons or 0) * lengths[r.period] for r in reports)
    months = len(lengths)
    persons = sum(r.persons or 0 for r in reports)
    return Workforce(
        persons=persons // months if months else 0, person_days=person_days,
        days=sum(lengths.values()), amounts=amounts,
    )  # fmt: skip


def absence(counted: Workforce) -> Number:
    """Days of sickness of all available days, both part-time."""
    sick, there = (counted.amounts.get(n, Fraction(0)) for n in ("sick_days", "available_days"))
    beside: dict[str, Exact | None] = {"sick_days": sick, "available_days": there}
    if not there:
        return nothing(beside)
    return Number(value=sick / there, n=counted.persons, beside=beside)


def turnover(counted: Workforce, kind: str) -> Number:
    """Leavers a head of the average headcount."""
    left = int(counted.amounts.get(kind, Fraction(0)))
    if not counted.person_days:
        return nothing()
    average = Fraction(counted.person_days, counted.days)
    return Number(
        value=left / average, numerator=left, n=counted.persons, beside={"headcount": average}
    )


def enps(scores: Sequence[int]) -> Number:
    """Promoters minus detractors of all answers, in points, with its margin."""
    n = len(scores)
    if not n:
        return nothing({"margin": None, "promoters": 0, "passives": 0, "detractors": 0})
    promoters = sum(score >= PROMOTER for score in scores)
    detractors = sum(score < PASSIVE for score in scores)
    up, down = Fraction(promoters, n), Fraction(detractors, n)
    variance = (up + down - (up - down) ** 2) / n
    margin = 100 * Fraction(_MARGIN) * _root(variance)
    return Number(
        value=100 * (up - down), numerator=promoters - detractors, denominator=n, n=n,
        beside={
            "margin": margin, "promoters": promoters,
            "passives": n - promoters - detractors, "detractors": detractors,
        },
    )  # fmt: skip


def safety(persons: Sequence[Sequence[int]], reversed_items: frozenset[int], top: int) -> Number:
    """Return the mean of persons' means, with the spread between persons."""
    means = [person_mean(items, reversed_items, top) for items in persons if items]
    if not means:
        return nothing({"spread": None})
    mean = Fraction(sum(means), len(means))
    spread = _root(sum(((each - mean) ** 2 for each in means), Fraction(0)) / len(means))
    return Number(value=mean, n=len(means), beside={"spread": spread})


def person_mean(items: Sequence[int], reversed_items: frozenset[int], top: int) -> Fraction:
    """Return the mean of a person's answers; those to reversed items count from the other end."""
    turned = [top + 1 - a if n in reversed_items else a for n, a in enumerate(items, start=1)]
    return Fraction(sum(turned), len(turned))


def _root(value: Fraction) -> Fraction:
    with localcontext() as exact:
        exact.prec = _DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())
