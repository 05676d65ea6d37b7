"""The numbers of who takes part."""

from collections import Counter
from fractions import Fraction
from typing import Any

from metrics.recount.directory import Directory, attributes, directory_of, groups
from metrics.recount.heard import ALL, UNKNOWN, Fact, Figure, Figures, Key, Log, Period

_NAMED = ("named", None)


def of_authors(log: Log, kpi: str, period: Period) -> Figures:
    """Return participation or representation, of all and in a month of each group."""
    births: dict[str, Fact] = {}
    for fact in log.of("IdeaSubmitted"):
        births.setdefault(fact.data["idea"], fact)
    born = [fact for fact in births.values() if period.has(log.day(fact.at))]
    born.sort(key=lambda fact: (fact.at, fact.data["idea"]))
    took = _who(log, born, period)
    spent = _spent(log, period)
    aliases = _aliases(log, born)
    if kpi == "participation":
        return {
            key: _participation(len(persons), spent[key], len(period.days), aliases[key])
            for key, persons in took.items()
        }
    return {
        key: _representation(len(persons), len(took[ALL]), spent[key], spent[ALL])
        for key, persons in took.items()
    }


def _participation(took: int, spent: int, days: int, aliases: int) -> Figure:
    if not spent:
        return Figure(None, 0, beside={"headcount": None, "aliases": Fraction(aliases)})
    headcount = Fraction(spent, days)
    beside = {"headcount": headcount, "aliases": Fraction(aliases)}
    return Figure(took / headcount, took, took, None, beside)


def _representation(took: int, of: int, spent: int, of_spent: int) -> Figure:
    if not of or not spent:
        return Figure(None, 0)
    return Figure(Fraction(took, of) / Fraction(spent, of_spent), took, took, of)


def _who(log: Log, born: list[Fact], period: Period) -> dict[Key, set[bytes]]:
    """Return the authors and co-authors, each where they were at their first idea."""
    found: dict[Key, set[bytes]] = {ALL: set()}
    directory, beside = directory_of(log), _beside(log)
    for birth in born:
        if birth.data.get("way") not in _NAMED:
            continue
        author = log.name(birth.data["author"])
        for person in (author, *map(log.name, beside[birth.data["idea"]])):
            if person in found[ALL]:
                continue
            found[ALL].add(person)
            said = directory.at(person, birth.at)
            where = (said or {}).get("department") or UNKNOWN
            if person == author:
                where = _home(log, directory, birth)
            keys = [("department", where), *attributes(log, person, said)]
            for key in keys if period.is_month else ():
                found.setdefault(key, set()).add(person)
    return found


def _beside(log: Log) -> dict[str, list[str]]:
    """Return the co-authors of each idea, as they are in the end."""
    told = log.of("IdeaSubmitted", "CoAuthorsChanged")
    return {fact.data["idea"]: list(fact.data.get("co_authors", ())) for fact in told}


def _home(log: Log, directory: Directory, birth: Fact) -> str:
    said: Any = directory.listed(log.name(birth.data["author"]), birth.at) or {}
    return birth.data.get("department") or said.get("department") or UNKNOWN


def _spent(log: Log, period: Period) -> Counter[Key]:
    found = Counter[Key]()
    for person, said, days in directory_of(log).days(period.since, period.until):
        for key in (ALL, *groups(log, person, said)):
            found[key] += days
    return found


def _aliases(log: Log, born: list[Fact]) -> Counter[Key]:
    found, directory = Counter[Key](), directory_of(log)
    for birth in born:
        if birth.data.get("way") not in _NAMED:
            found.update((ALL, ("department", _home(log, directory, birth))))
    return found
