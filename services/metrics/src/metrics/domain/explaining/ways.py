"""Explains the numbers about the way of ideas: how many, how far, how fast, of how many kinds."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from contracts.vocabulary import FINISHED
from metrics.domain.explaining.entries import Case, Entry, Fate
from metrics.domain.explaining.reasons import (
    ARRIVED,
    BEGUN_OUTSIDE,
    END_OUTSIDE,
    MERGED,
    NO_CATEGORY,
    NO_DIRECTORY,
    NO_END,
    OUTSIDE,
    REPEATED,
    SUPERSEDED,
)
from metrics.domain.explaining.reasons import FINISHED as OVER
from metrics.domain.facts import UNKNOWN, IdeaFact, Standing
from metrics.domain.ideas import Life

BIRTH = ("IdeaSubmitted",)
JUDGEMENTS = ("IdeaAccepted", "IdeaDeclined")
REALISED, PILOT = ("IdeaRealised",), ("PilotStarted",)


def submitted(case: Case) -> Iterator[Entry]:
    return case.firsts(BIRTH, lambda life: _born(case, life, numerator=1))


def rate(case: Case) -> Iterator[Entry]:
    """Explain ideas a person and year; the directory says between how many they are divided."""
    there = list(_listed(case))
    nobody = not any(isinstance(entry.fate, dict) and sum(entry.fate.values()) for entry in there)

    def born(life: Life) -> Fate:
        inside = case.window.holds(life.submitted_at)
        return NO_DIRECTORY if nobody and inside else _born(case, life, numerator=1)

    yield from there
    yield from case.firsts(BIRTH, born)


def _listed(case: Case) -> Iterator[Entry]:
    """Judge what the directory said; who left on a day adds nothing, but ends what was added."""
    first, last = case.scene.days
    length = case.scene.length
    persons: dict[bytes, list[Standing]] = {}
    for told in sorted(case.scene.facts.standings, key=lambda f: (f.occurred_at, f.id)):
        persons.setdefault(told.person, []).append(told)
    for facts in persons.values():
        days = [told.occurred_at.astimezone(case.scene.zone).date() for told in facts]
        for told, begin, end in zip(facts, days, [*days[1:], None], strict=True):
            spent = (min(last, end or last) - max(first, begin)).days if length else 0
            if begin == end:
                yield Entry(told, SUPERSEDED)
            elif not told.present:
                yield Entry(told, {"headcount": 0} if first <= begin < last else OUTSIDE)
            else:
                yield Entry(told, {"headcount": Fraction(spent, length)} if spent > 0 else OUTSIDE)


def states(case: Case) -> Iterator[Entry]:
    return _standing(case, lambda life: {"numerator": 1, life.state: 1})


def under_way(case: Case) -> Iterator[Entry]:
    return _standing(case, lambda life: OVER if life.finished else {"numerator": 1})


def age(case: Case) -> Iterator[Entry]:
    return case.firsts(BIRTH, lambda life: OVER if life.finished else {"n": 1})


def realised(case: Case) -> Iterator[Entry]:
    yield from case.firsts(BIRTH, lambda life: _born(case, life, denominator=1))
    yield from case.firsts(REALISED, lambda life: _of_cohort(case, life, numerator=1))


def accepted(case: Case) -> Iterator[Entry]:
    """Explain which first judgements were a yes; a later other one is told beside."""
    for life in case.ideas:
        judged = [fact for fact in case.steps[life.idea] if fact.type in JUDGEMENTS]
        if not judged:
            continue
        first, *later = judged
        inside = case.window.holds(first.occurred_at)
        yes = int(first.type == "IdeaAccepted")
        yield Entry(first, {"numerator": yes, "denominator": 1} if inside else OUTSIDE)
        turned = next((fact for fact in later if fact.type != first.type), None)
        for fact in later:
            yield Entry(fact, {"revised": 1} if inside and fact is turned else REPEATED)


def judging(case: Case) -> Iterator[Entry]:
    return _taken(case, JUDGEMENTS)


def realising(case: Case) -> Iterator[Entry]:
    return _taken(case, REALISED)


def _taken(case: Case, ends: Sequence[str]) -> Iterator[Entry]:
    """Judge beginnings and ends: a duration takes both, and counts in the period of its end."""

    def begun(life: Life) -> Fate:
        moments = [f.occurred_at for f in case.steps[life.idea] if f.type in ends]
        if not moments:
            return NO_END
        return {"begun": 1} if case.window.holds(moments[0]) else END_OUTSIDE

    def ended(life: Life) -> Fate:
        fate = begun(life)
        return {"n": 1} if isinstance(fate, dict) else OUTSIDE

    yield from case.firsts(BIRTH, begun)
    yield from case.firsts(ends, ended)


def to_pilot(case: Case) -> Iterator[Entry]:
    """Explain lead times: pilots, what went out without one, and what still waits."""

    def born(life: Life) -> Fate:
        waits = life.piloted_at is None and not life.finished
        return _born(case, life, n=1, **({"open": 1} if waits else {}))

    yield from case.firsts(BIRTH, born)
    yield from case.firsts(PILOT, lambda life: _of_cohort(case, life, pilots=1))
    for life in case.ideas:
        steps = case.steps[life.idea]
        for fact in steps:
            if fact.state in FINISHED:
                yield Entry(fact, _exit(case, life, last=fact is _last(steps)))


def _exit(case: Case, life: Life, *, last: bool) -> Fate:
    if not case.window.holds(life.submitted_at):
        return BEGUN_OUTSIDE
    if life.piloted_at is not None:
        return ARRIVED
    return {"exits": 1} if last else SUPERSEDED


def throughput(case: Case) -> Iterator[Entry]:
    pilots = {"numerator": 1, "first_pilots": 1}
    holds = case.window.holds
    yield from case.firsts(
        PILOT, lambda life: pilots if life.piloted_at and holds(life.piloted_at) else OUTSIDE
    )
    yield from case.firsts(
        REALISED,
        lambda life: (
            {"first_realisations": 1} if life.realised_at and holds(life.realised_at) else OUTSIDE
        ),
    )


def kinds(case: Case) -> Iterator[Entry]:
    """Explain the kinds of ideas: by the last category that was told of each."""
    for life in case.ideas:
        steps = case.steps[life.idea]
        inside = case.window.holds(life.submitted_at)
        births = [fact for fact in steps if fact.type in BIRTH]
        told = [fact for fact in steps if fact.category]
        if not inside:
            fate: Fate = BEGUN_OUTSIDE
        elif life.category == UNKNOWN:
            fate = NO_CATEGORY
        else:
            fate = MERGED if life.state == "merged" else {"categories": 1}
        for fact in told:
            if not any(fact is birth for birth in births):
                yield Entry(fact, fate if fact is told[-1] else SUPERSEDED)
        for number, fact in enumerate(births):
            yield Entry(fact, REPEATED if number else _kind(fate, told[-1:] == [fact]))


def _kind(fate: Fate, last: bool) -> Fate:
    """Return what a submission is: an idea of some kind, and perhaps what says of which."""
    if fate == NO_CATEGORY:
        return {"without_category": 1}
    if fate == BEGUN_OUTSIDE:
        return OUTSIDE
    return {"n": 1, **(fate if last else {})} if isinstance(fate, dict) else fate


def _born(case: Case, life: Life, **parts: int) -> Fate:
    return parts if case.window.holds(life.submitted_at) else OUTSIDE


def _of_cohort(case: Case, life: Life, **parts: int) -> Fate:
    return parts if case.window.holds(life.submitted_at) else BEGUN_OUTSIDE


def _standing(case: Case, of: Callable[[Life], Fate]) -> Iterator[Entry]:
    for life in case.ideas:
        steps = case.steps[life.idea]
        for fact in steps:
            if fact.state is not None:
                yield Entry(fact, of(life) if fact is _last(steps) else SUPERSEDED)


def _last(steps: Sequence[IdeaFact]) -> IdeaFact:
    """Return what says how an idea stands; its submission does, if nothing else."""
    return next(fact for fact in reversed(steps) if fact.state is not None)
