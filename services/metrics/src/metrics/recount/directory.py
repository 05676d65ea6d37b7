"""Who was in the directory on a day, and what it said of them."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from metrics.recount.heard import Fact, Key, Log

Said = Mapping[str, Any]


class Directory:
    """The directory through time; who is there when a day ends was there on that day."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._facts: dict[bytes, list[Fact]] = {}
        for fact in log.of("PersonListed", "PersonLeft"):
            self._facts.setdefault(log.name(fact.data["person"]), []).append(fact)

    def at(self, person: bytes, moment: datetime) -> Said | None:
        told = [fact for fact in self._facts.get(person, []) if fact.at <= moment]
        return told[-1].data if told and told[-1].type == "PersonListed" else None

    def listed(self, person: bytes, moment: datetime) -> Said | None:
        """Return what it said of somebody last, also of who has left since."""
        told = [f for f in self._facts.get(person, []) if f.type == "PersonListed"]
        told = [fact for fact in told if fact.at <= moment]
        return told[-1].data if told else None

    def on(self, person: bytes, day: date) -> Said | None:
        told = [fact for fact in self._facts.get(person, []) if self._log.day(fact.at) <= day]
        return told[-1].data if told and told[-1].type == "PersonListed" else None

    def days(self, first: date, after: date) -> Iterator[tuple[bytes, Said, int]]:
        """Yield for how many days of [first, after) it said what of whom."""
        for person, facts in self._facts.items():
            for fact, following in zip(facts, [*facts[1:], None], strict=True):
                begins = max(self._log.day(fact.at), first)
                ends = min(self._log.day(following.at), after) if following else after
                if fact.type == "PersonListed" and begins < ends:
                    yield person, fact.data, (ends - begins).days

    def present(self, first: date, after: date) -> dict[bytes, Said]:
        """Return who was there on any of these days, and what it said of them last in these."""
        return {person: said for person, said, _ in self.days(first, after)}

    def came(self, person: bytes, before: date) -> date:
        """Return the first day of the last time without a break that somebody is there."""
        came = date.max
        here = False
        for fact in self._facts[person]:
            day = self._log.day(fact.at)
            if day < before and fact.type == "PersonListed" and not here:
                came = day
            here = fact.type == "PersonListed"
        return came


def directory_of(log: Log) -> Directory:
    return log.once("directory", lambda: Directory(log))


def attributes(log: Log, person: bytes, said: Said | None) -> list[Key]:
    """Return the groups of somebody's attributes; what was said of an erased person is gone."""
    if said is None or person in log.erased:
        return []
    return [
        ("attribute", f"{name}={value}") for name, value in (said.get("attributes") or {}).items()
    ]


def groups(log: Log, person: bytes, said: Said) -> list[Key]:
    where: list[Key] = [("department", said["department"])] if said.get("department") else []
    return [*where, *attributes(log, person, said)]
