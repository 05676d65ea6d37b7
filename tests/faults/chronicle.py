"""What services published and what reached people over months: the matter of `promises`, `news`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any


@dataclass(frozen=True)
class Fact:
    """An event as a service published it; `recorded` is when, by the service's own clock."""

    id: str
    stream: str
    version: int
    kind: str
    at: datetime
    recorded: datetime
    causation: str | None
    data: Mapping[str, Any]

    @property
    def promise(self) -> tuple[str, datetime] | None:
        """Return who is accountable from this fact on, and until when, if it says so."""
        person, due = self.data.get("accountable"), self.data.get("due")
        return (person, datetime.fromisoformat(due)) if person and due else None


@dataclass(frozen=True)
class Shown:
    """A notice in somebody's inbox; `promise` is what it says is promised."""

    id: str
    kind: str
    idea: str | None
    promise: tuple[str | None, datetime | None]


@dataclass(frozen=True)
class Absence:
    """Somebody is away from one day through another, and who stands in for them."""

    person: str
    deputy: str
    first: date
    last: date


@dataclass
class Chronicle:
    """All that is judged. `stands` are moments at which whatever was due had been done."""

    leads: dict[str, str | None]
    directors: set[str]
    desk: str
    addresses: dict[str, str]
    ideas: list[Fact] = field(default_factory=list)
    reviews: list[Fact] = field(default_factory=list)
    loops: list[Fact] = field(default_factory=list)
    stands: list[datetime] = field(default_factory=list)
    mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a mail of which Message-ID arrived at which address."""
    inboxes: dict[str, list[Shown]] = field(default_factory=dict)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    """Who left the house."""

    def lives(self) -> dict[str, list[Fact]]:
        return by_idea(self.ideas, "idea-")

    def of_loops(self) -> dict[str, list[Fact]]:
        return by_idea(self.loops, "loop-")

    def authors(self) -> dict[str, list[str]]:
        """Return whose each idea is in the end."""
        return {idea: whose(life) for idea, life in self.lives().items()}


@dataclass(frozen=True)
class Promise:
    """What stood for an idea, from one fact of its loop to the one that ended it."""

    idea: str
    person: str
    due: datetime
    since: datetime
    until: datetime | None
    """None: it stands still."""

    def stands_at(self, moment: datetime) -> bool:
        return self.since < moment and (self.until is None or moment < self.until)


def whose(life: Sequence[Fact]) -> list[str]:
    """Return whose an idea is: its own authors, who revealed themselves, who came with another."""
    own: list[str] = []
    joined: dict[str, list[str]] = {}
    for fact in life:
        if fact.kind in {"IdeaSubmitted", "CoAuthorsChanged"}:
            own = [fact.data["author"], *fact.data.get("co_authors", ())]
        elif fact.kind == "AuthorRevealed":
            joined[fact.stream] = [fact.data["by"]]
        elif fact.kind == "IdeaAbsorbed":
            joined[fact.data["absorbed"]] = list(fact.data["authors"])
        elif fact.kind == "IdeaSeparated":
            joined.pop(fact.data["separated"], None)
    return list(dict.fromkeys([*own, *(p for people in joined.values() for p in people)]))


def by_idea(facts: Iterable[Fact], prefix: str) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in sorted(facts, key=lambda f: f.version):
        if fact.stream.startswith(prefix):
            found[fact.stream.removeprefix(prefix)].append(fact)
    return found


def promises(idea: str, loop: Sequence[Fact]) -> Iterator[Promise]:
    """Yield what stood for an idea, one after the other."""
    turns = [f for f in loop if f.kind != "PromiseBroken"]
    for fact, after in zip_longest(turns, turns[1:]):
        if fact.kind != "PromiseKept" and fact.promise is not None:
            person, due = fact.promise
            until = after.recorded if after else None
            yield Promise(idea, person, due, fact.recorded, until)


def all_promises(told: Chronicle) -> list[Promise]:
    return [p for idea, loop in told.of_loops().items() for p in promises(idea, loop)]
