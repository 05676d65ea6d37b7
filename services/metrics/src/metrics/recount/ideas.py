"""The numbers of ideas that rest on the directory: no log of a service has who works where."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from metrics.recount.directory import directory_of
from metrics.recount.heard import Fact, Figure, Log, Period, part

HEARD = (
    "PersonListed", "PersonLeft", "IdeaSubmitted", "CoAuthorsChanged", "IdeaSupported",
    "SupportWithdrawn",
)  # fmt: skip
_YEAR = 365


def of_ideas(log: Log, kpi: str, period: Period) -> Figure:
    """Return idea_rate or cross_department of a period, from facts before the judging only."""
    births: dict[str, Fact] = {}
    for fact in log.of("IdeaSubmitted"):
        births.setdefault(fact.data["idea"], fact)
    born = [fact for fact in births.values() if period.has(log.day(fact.at))]
    return _rate(log, len(born), period) if kpi == "idea_rate" else _across(log, born)


def _rate(log: Log, born: int, period: Period) -> Figure:
    spent = sum(days for _, _, days in directory_of(log).days(period.since, period.until))
    if not spent:
        return Figure(None, 0, beside={"headcount": None})
    headcount = Fraction(spent, len(period.days))
    value = born / headcount * Fraction(_YEAR, len(period.days))
    return Figure(value, born, born, beside={"headcount": headcount})


def _across(log: Log, born: Iterable[Fact]) -> Figure:
    said: dict[str, list[Fact]] = {}
    for fact in log.of("IdeaSubmitted", "CoAuthorsChanged", "IdeaSupported", "SupportWithdrawn"):
        said.setdefault(fact.data["idea"], []).append(fact)
    across = [len(_departments(log, birth, said[birth.data["idea"]])) > 1 for birth in born]
    return part(across.count(True), len(across))


def _departments(log: Log, birth: Fact, said: Iterable[Fact]) -> set[str]:
    """Return the known departments of who stands behind an idea, each as they joined in."""
    directory = directory_of(log)
    author = directory.listed(log.name(birth.data["author"]), birth.at) or {}
    found = {birth.data.get("department") or author.get("department")}
    for person, moment in _joined(said):
        listed = directory.at(log.name(person), moment) or {}
        found.add(listed.get("department"))
    return {department for department in found if department}


def _joined(said: Iterable[Fact]) -> list[tuple[str, datetime]]:
    """Return who writes along or supports in the end, and since when."""
    beside: dict[str, datetime] = {}
    support: dict[str, datetime] = {}
    for fact in said:
        if fact.type == "IdeaSupported":
            support[fact.data["by"]] = fact.at
        elif fact.type == "SupportWithdrawn":
            support.pop(fact.data["by"], None)
        else:
            beside = {p: beside.get(p, fact.at) for p in fact.data.get("co_authors", ())}
    return [*beside.items(), *support.items()]
