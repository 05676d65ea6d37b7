"""Which facts a number is made of, how many, and which are left out, and why.

Each fact of the types that a number rests on has one fate: it makes parts of the number, under the
names that the number has for them, or it is left out for one reason. So the parts add up to the
number, and the fates to the facts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from metrics.domain.answers import Question, ideas_of
from metrics.domain.explaining.entries import Case, Entry, Fact, name_of
from metrics.domain.explaining.readings import READINGS, RULES, Reading
from metrics.domain.explaining.reasons import (
    AFTER_PERIOD,
    AHEAD,
    LATER,
    NOT_KNOWN,
    OTHER_ORIGIN,
    TOLD_LATER,
    UNBORN,
    Why,
)
from metrics.domain.facts import DeliveryFact, Doing, Facts, IdeaFact, PromiseFact, Standing
from metrics.domain.measures import MEASURES
from metrics.domain.numbers import Exact
from metrics.domain.scene import Scene
from metrics.domain.working import weekday

T = TypeVar("T", IdeaFact, PromiseFact, DeliveryFact, Doing, Standing)
__all__ = ("RULES", "Explanation", "explain")


class Explanation(Struct, frozen=True):
    """How many facts of each type count, what they make, and how many are left out, and why."""

    counted: Mapping[str, int]
    parts: Mapping[str, Mapping[str, Exact]]
    left_out: Mapping[str, int]
    reasons: Mapping[str, Why]


def explain(
    question: Question, facts: Facts, zone: ZoneInfo, works: Callable[[date], bool] = weekday
) -> Explanation:
    """Give each fact of a number its fate; `facts` are all, those that do not count as well."""
    reading = READINGS[question.kpi.id]
    if question.window.ahead:
        return _added(Entry(fact, AHEAD) for fact in reading.of(facts))
    return _added(_fates(reading, _Sieve(question, facts), facts, zone, works))


def _fates(
    reading: Reading, sieve: "_Sieve", facts: Facts, zone: ZoneInfo, works: Callable[[date], bool]
) -> Iterator[Entry]:
    for fact in reading.of(facts):
        if why := sieve.why(fact):
            yield Entry(fact, why)
    scene = Scene(sieve.question.window, sieve.counting(facts), zone, works)
    yield from reading.fates(Case(scene, sieve.ideas))


def _added(entries: Iterable[Entry]) -> Explanation:
    counted, left_out = Counter[str](), Counter[str]()
    parts: dict[str, dict[str, Exact]] = {}
    reasons: dict[str, Why] = {}
    for entry in entries:
        name, fate = name_of(entry.fact), entry.fate
        if isinstance(fate, Why):
            left_out[fate.key] += 1
            reasons[fate.key] = fate
            continue
        counted[name] += 1
        for part, amount in fate.items():
            made = parts.setdefault(part, {})
            made[name] = made.get(name, 0) + amount
    return Explanation(
        dict(sorted(counted.items())), dict(sorted(parts.items())), dict(left_out.most_common()),
        reasons,
    )  # fmt: skip


class _Sieve:
    """Tells what does not count whatever the number is: too late, not known, of no known idea."""

    def __init__(self, question: Question, facts: Facts) -> None:
        measure, window = MEASURES[question.kpi.id], question.window
        self.question, self._window = question, window
        self._ends = window.until if measure.at_end else window.at
        self._known = window.known
        if question.kpi.id == "silent_ideas":  # nobody owes a word on what is not recorded
            self._known = min(window.known or window.at, window.at)
        of_ideas = measure.units is None
        anywhere = structs.replace(question, origin=None)
        born = ideas_of(anywhere, facts, at_end=measure.at_end) if of_ideas else []
        self.ideas = [life for life in born if question.origin in {None, life.origin}]
        self._born: dict[UUID, bool] | None = None
        if of_ideas:
            self._born = {life.idea: question.origin in {None, life.origin} for life in born}

    def counting(self, facts: Facts) -> Facts:
        """Return the facts that are not left out here."""
        return structs.replace(
            facts, ideas=_kept(facts.ideas, self.why), promises=_kept(facts.promises, self.why),
            deliveries=_kept(facts.deliveries, self.why), doings=_kept(facts.doings, self.why),
            standings=_kept(facts.standings, self.why),
        )  # fmt: skip

    def why(self, fact: Fact) -> Why | None:
        """Return why a fact does not count at all; None where it may."""
        window, told = self._window, fact.recorded_at
        if fact.occurred_at >= window.at:
            return LATER
        if window.known is not None and told >= window.known:
            return NOT_KNOWN
        if isinstance(fact, IdeaFact):
            if self._known is not None and told >= self._known:
                return TOLD_LATER
            if fact.occurred_at >= self._ends:
                return AFTER_PERIOD
        return self._of_idea(fact)

    def _of_idea(self, fact: Fact) -> Why | None:
        if self._born is None or isinstance(fact, Standing):
            return None
        idea = fact.subject if isinstance(fact, Doing) else fact.idea
        if idea not in self._born:
            return UNBORN
        return None if self._born[idea] else OTHER_ORIGIN


def _kept(facts: tuple[T, ...], why: Callable[[Fact], Why | None]) -> tuple[T, ...]:
    return tuple([fact for fact in facts if why(fact) is None])
