"""One fact of an explanation: what it makes, or why it is left out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from metrics.domain.explaining.reasons import REPEATED, Why
from metrics.domain.facts import DeliveryFact, Doing, IdeaFact, PromiseFact, Standing
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact
from metrics.domain.scene import Scene

Fact = IdeaFact | Doing | PromiseFact | DeliveryFact | Standing
Parts = Mapping[str, Exact]
"""What a fact adds to a number, by the name that the number has for it: numerator, n, …"""
Fate = Parts | Why

_STEPS = {
    "made": "PromiseMade", "kept": "PromiseKept", "broken": "PromiseBroken",
    "extended": "PromiseExtended", "passed_on": "PromisePassedOn", "escalated": "Escalated",
}  # fmt: skip


class Entry(Struct, frozen=True):
    """A fact with its fate."""

    fact: Fact
    fate: Fate


class Case:
    """All that counts for a question: the facts, and the ideas that they make."""

    def __init__(self, scene: Scene, ideas: Sequence[Life]) -> None:
        self.scene, self.window, self.ideas = scene, scene.window, ideas

    @cached_property
    def steps(self) -> dict[UUID, list[IdeaFact]]:
        """The facts of each idea, in the order in which they happened."""
        ordered = sorted(self.scene.facts.ideas, key=lambda f: (f.idea, f.occurred_at, f.version))
        return {idea: list(found) for idea, found in groupby(ordered, key=lambda f: f.idea)}

    def firsts(self, types: Iterable[str], of: Callable[[Life], Fate]) -> Iterator[Entry]:
        """Judge of each idea the first fact of these types; the others only repeat it."""
        wanted = frozenset(types)
        for life in self.ideas:
            found = [fact for fact in self.steps[life.idea] if fact.type in wanted]
            if found:
                yield from first_only(found, of(life))


def first_only(found: Sequence[Fact], fate: Fate) -> Iterator[Entry]:
    """Give the first its fate; one fact is enough, so the others are left out."""
    for number, fact in enumerate(found):
        yield Entry(fact, REPEATED if number else fate)


def name_of(fact: Fact) -> str:
    """Return the type of the event that a fact was told by."""
    match fact:
        case PromiseFact(step=step):
            return _STEPS[step]
        case DeliveryFact():
            return "NoticeDelivered"
        case Standing(present=present):
            return "PersonListed" if present else "PersonLeft"
        case _:
            return fact.type
