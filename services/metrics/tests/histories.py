"""Random lives of a small organisation: what is heard in time, and what comes late or corrects."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chassis.consuming import Heard
from contracts import ideas, outside, tools
from contracts.vocabulary import IdeaId, PersonId, ToolId
from services.metrics.tests.making import day, idea

DAYS = 89  # of the quarter
FEATURES = {"read": False, "write": False, "macro": True, "other": False}
Telling = Callable[..., Heard]


@dataclass
class Heap:
    """What is heard before a close: facts and uses, and who is erased after them."""

    facts: list[Heard] = field(default_factory=list)
    uses: list[Heard] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)


class Life:
    """Makes one organisation from one seed. `told` makes of an event what is heard of it."""

    def __init__(self, seed: int, told: Telling) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - the same each time
        self._told = told
        sizes = {"care": self._draw.randint(8, 24), "it": self._draw.randint(6, 12),
                 "lab": self._draw.randint(0, 6)}  # fmt: skip
        self._home = [name for name, size in sizes.items() for _ in range(size)]
        self._made = 0

    def heaps(self) -> tuple[Heap, Heap]:
        """Return what is heard before the quarter closes, and what before the next one does."""
        first, late = Heap(), Heap()
        for person in range(len(self._home)):
            first.facts += self._days_of(person)
        first.facts += self._tool()
        for number in range(self._draw.randint(0, 30)):
            self._idea(number, late if self._draw.random() < 0.2 else first)
        self._reports(first, late)
        self._counts(first, late)
        for person in range(len(self._home)):
            for _ in range(self._draw.choice([0, 1, 3, 12])):
                (late if self._draw.random() < 0.1 else first).uses.append(self._use(person))
        some = self._draw.sample(range(len(self._home)), self._draw.choice([0, 0, 1, 3]))
        late.erased = [f"p-{person}" for person in some]
        return first, late

    def _one(self, event: Any, version: int = 1) -> Heard:
        self._made += 1
        return self._told(event, version=version, name=f"fact {self._made}")

    def _moment(self, first: float = 0, last: float = DAYS) -> Any:
        """Return a moment that no other fact has: what comes first decides."""
        self._made += 1
        whole = self._draw.uniform(first, last)
        return day(whole) + timedelta(microseconds=self._made)

    def _days_of(self, person: int) -> list[Heard]:
        """List somebody; some move to another department, some leave, and some come back."""
        begins = self._draw.choice([-40.0, -40.0, 5.0, 45.0])
        found = [self._listed(person, self._home[person], begins)]
        fate = self._draw.random()
        if fate < 0.15:
            found.append(self._listed(person, self._draw.choice(["it", "care", None]), begins + 1))
        elif fate < 0.3:
            leaves = self._moment(begins + 1)
            found.append(self._one(outside.PersonLeft(person=PersonId(f"p-{person}"), at=leaves)))
            if fate < 0.2:
                again = (leaves - day(0)) / timedelta(days=1)
                found.append(self._listed(person, self._home[person], again, again + 30))
        return found

    def _listed(
        self, person: int, department: str | None, first: float, last: float = DAYS
    ) -> Heard:
        said = {"site": "north" if person % 3 else "south"} | (
            {"shift": "night"} if person % 5 == 0 else {}
        )
        return self._one(outside.PersonListed(
            person=PersonId(f"p-{person}"), department=department, attributes=said,
            at=self._moment(first, last),
        ))  # fmt: skip

    def _tool(self) -> list[Heard]:
        if self._draw.random() < 0.1:
            return []
        named = ToolId(idea(900))
        levels: Any = {"read": "core", "write": "core", "macro": "advanced"}
        audience = self._draw.choice([(), ("care", "it")])
        found = [self._one(tools.ToolIntroduced(
            tool=named, by=PersonId("p-0"), name="wiki", features=levels, audience=audience,
            at=self._moment(-20, 30),
        ))]  # fmt: skip
        if self._draw.random() < 0.4:
            changed = levels | {"write": "advanced"}
            event = tools.ToolChanged(
                tool=named, by=PersonId("p-0"), features=changed, at=self._moment(40, 80)
            )
            found.append(self._one(event, version=2))
        return found

    def _idea(self, number: int, heap: Heap) -> None:
        people = [PersonId(f"p-{n}") for n in self._draw.sample(range(len(self._home)), 3)]
        alias = self._draw.random() < 0.1
        at = self._moment()
        heap.facts.append(self._one(ideas.IdeaSubmitted(
            idea=IdeaId(idea(number)), author=PersonId(f"alias-{number}") if alias else people[0],
            co_authors=tuple(people[1 : self._draw.randint(1, 3)]), origin="imported",
            department=self._draw.choice([None, "care", "it"]),
            way="confidential" if alias else "named", at=at,
        )))  # fmt: skip
        if self._draw.random() < 0.2:
            heap.facts.append(self._one(ideas.CoAuthorsChanged(
                idea=IdeaId(idea(number)), author=people[0], by=people[1],
                co_authors=(people[1],), at=at + timedelta(hours=30),
            ), version=2))  # fmt: skip

    def _reports(self, first: Heap, late: Heap) -> None:
        departments = self._draw.choice([("organisation",), ("care", "it"), ("care", "it", "lab")])
        for month in (1, 2, 3):
            for department in departments:
                self._report(month, department, self._draw.choice([4, 12, 40]), first)
                if self._draw.random() < 0.2:
                    self._report(month, department, self._draw.choice([4, 41, 60]), late)
        for period in self._draw.sample(["2025-01", "2025-02", "2025-03", "2025-Q1"], 3):
            for heap in (first, late)[: self._draw.randint(1, 2)]:
                self._outcome(period, heap)

    def _counts(self, first: Heap, late: Heap) -> None:
        """Let a tool that names nobody say how often it was used, and correct itself."""
        departments = self._draw.choice([("organisation",), ("care", "it"), ("care", "lab")])
        for week in self._draw.sample(range(1, 13), 5):
            for department in departments:
                for heap in (first, late)[: self._draw.randint(1, 2)]:
                    self._count(week, department, heap)

    def _count(self, week: int, department: str, heap: Heap) -> None:
        users = self._draw.choice([0, 1, 4, 5, 9, 40])
        feature = self._draw.choice(["book", "cancel/again"])
        heap.uses.append(self._one(outside.ToolUsageReported(
            tool="rooms", feature=feature, week=f"2025-W{week:02}", users=users,
            uses=users * self._draw.randint(1, 9), department=department, at=self._moment(),
        )))  # fmt: skip

    def _report(self, month: int, department: str, persons: int, heap: Heap) -> None:
        heap.facts.append(self._one(outside.WorkforceReported(
            department=department, month=f"2025-0{month}", persons=persons,
            sick_days=self._draw.choice([0.0, 12.5, 80.1]), available_days=persons * 24.75,
            leavers=self._draw.randint(0, 3), leavers_voluntary=self._draw.randint(0, 2),
            at=self._moment(90, 95),
        )))  # fmt: skip

    def _outcome(self, period: str, heap: Heap) -> None:
        heap.facts.append(self._one(outside.OutcomeReported(
            measure="mood", unit="of 10", period=period, value=self._draw.choice([7.1, 8.25]),
            n=self._draw.choice([None, 4, 60]), at=self._moment(90, 95),
            department=self._draw.choice(["organisation", "care"]),
        )))  # fmt: skip

    def _use(self, person: int) -> Heard:
        feature = self._draw.choice(list(FEATURES))
        return self._one(outside.ToolUsageRecorded(
            person=PersonId(f"p-{person}"), tool="wiki", feature=feature,
            advanced=FEATURES[feature], at=self._moment(),
            department=self._draw.choice([None, None, "care", "it"]),
        ))  # fmt: skip
