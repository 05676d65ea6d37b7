"""Explains the numbers about answers: first words, promises, closed loops, silent ideas."""

from collections.abc import Iterator
from uuid import UUID

from contracts.notifications import OUTCOME_NOTICES
from metrics.domain.answering import (
    ANSWER,
    LEFT,
    USEFUL,
    Promise,
    first_word,
    gone,
    in_time,
    last_outcome,
    promised,
    words,
)
from metrics.domain.explaining.entries import Case, Entry, Fate
from metrics.domain.explaining.reasons import (
    ARRIVED,
    BEGUN_OUTSIDE,
    DUE_OUTSIDE,
    FINISHED,
    GONE,
    KEPT_LATE,
    NO_PROMISE,
    NO_REVIEWER,
    NOT_DUE,
    NOT_USEFUL,
    OTHER_ANSWER,
    OTHER_NOTICE,
    OUTSIDE,
    REPEATED,
    SAYS_BROKEN,
    SUPERSEDED,
    TOO_EARLY,
)
from metrics.domain.explaining.ways import BIRTH
from metrics.domain.facts import DeliveryFact, Doing, Facts, PromiseFact
from metrics.domain.ideas import Life
from metrics.domain.promises import Loops, cause_of

LEAVING = ("IdeaWithdrawn", "IdeaMerged")
OUTCOMES = ("IdeaAccepted", "IdeaDeclined", "IdeaParked")


def first_response(case: Case) -> Iterator[Entry]:
    """Explain first words: which was the first, and what of the others is no first word."""
    heard = {life.idea: in_time(first_word(case.scene, life), gone(life)) for life in case.ideas}

    def born(life: Life) -> Fate:
        if not case.window.holds(life.submitted_at):
            return OUTSIDE
        waits = heard[life.idea] is None and gone(life) is None
        return {"n": 1, **({"open": 1} if waits else {})}

    yield from case.firsts(BIRTH, born)
    for life in case.ideas:
        inside = case.window.holds(life.submitted_at)
        yield from _words(case, life, inside=inside)
        for fact in case.steps[life.idea]:
            if fact.type in LEAVING:
                last = life.state in LEFT and fact is _standing(case, life)
                waited: Fate = ARRIVED if heard[life.idea] else {"left": 1}
                fate: Fate = waited if last else SUPERSEDED
                yield Entry(fact, fate if inside else BEGUN_OUTSIDE)


def _standing(case: Case, life: Life) -> object:
    return next(fact for fact in reversed(case.steps[life.idea]) if fact.state is not None)


def _words(case: Case, life: Life, *, inside: bool) -> Iterator[Entry]:
    answered = False
    left = gone(life)
    for doing, was_one in words(case.scene, life):
        if not inside:
            yield Entry(doing, BEGUN_OUTSIDE)
        elif not was_one:
            yield Entry(doing, NO_REVIEWER)
        elif doing.occurred_at < life.submitted_at:
            yield Entry(doing, TOO_EARLY)
        elif answered:
            yield Entry(doing, REPEATED)
        elif left and doing.occurred_at > left:
            yield Entry(doing, GONE)
        else:
            answered = True
            yield Entry(doing, {"answered": 1})


def attained(case: Case) -> Iterator[Entry]:
    """Explain kept promises: each with its steps; what belongs to none is left out."""
    for life in case.ideas:
        steps = case.scene.promises.get(life.idea, ())
        owned: set[int] = set()
        for promise in promised(steps):
            fate = _due(case, life, promise)
            yield Entry(promise.made, fate)
            for step in promise.steps:
                yield Entry(step, _step(promise, step) if isinstance(fate, dict) else fate)
            owned |= {step.version for step in (promise.made, *promise.steps)}
        for step in steps:
            if step.version not in owned:
                yield Entry(step, NO_PROMISE)


def _due(case: Case, life: Life, promise: Promise) -> Fate:
    left = gone(life)
    if promise.due > case.window.at:
        return NOT_DUE
    if not case.window.holds(promise.due):
        return DUE_OUTSIDE
    if left and left < promise.due:
        return GONE
    if promise.handed_over:
        return {"handed_over": 1}
    met = int(promise.met)
    return {"numerator": met, "denominator": 1, "missed": 1 - met, "moved": int(promise.moved)}


def _step(promise: Promise, step: PromiseFact) -> Fate:
    match step.step:
        case "kept":
            return {"kept": 1} if promise.met else KEPT_LATE
        case "broken" | "escalated":
            return SAYS_BROKEN
        case _:
            return {"moves": 1}


def closed_loop(case: Case) -> Iterator[Entry]:
    """Explain closed loops: the last answer of the period, its first notice, its last rating."""
    notices: dict[UUID, list[DeliveryFact]] = {}
    for fact in sorted(case.scene.facts.deliveries, key=lambda f: f.occurred_at):
        if fact.kind == ANSWER:
            notices.setdefault(fact.idea, []).append(fact)
    for life in case.ideas:
        yield from _outcomes(case, life)
        yield from _notices(case, life, notices.get(life.idea, []))
        yield from _ratings(case, life, case.scene.of(life.idea, "FeedbackRated"))


def _outcomes(case: Case, life: Life) -> Iterator[Entry]:
    inside = [fact for fact in life.outcomes if case.window.holds(fact.occurred_at)]
    for fact in life.outcomes:
        if fact not in inside:
            yield Entry(fact, OUTSIDE)
        else:
            yield Entry(fact, {"denominator": 1} if fact is inside[-1] else SUPERSEDED)


def _notices(case: Case, life: Life, told: list[DeliveryFact]) -> Iterator[Entry]:
    span = last_outcome(case.scene, life)
    arrived = False
    for fact in told:
        fits = span and span[0] <= fact.occurred_at < span[1] and fact.person == life.author
        if not fits:
            yield Entry(fact, OTHER_NOTICE)
        else:
            yield Entry(fact, REPEATED if arrived else {"numerator": 1})
            arrived = True


def _ratings(case: Case, life: Life, told: list[Doing]) -> Iterator[Entry]:
    span = last_outcome(case.scene, life)
    fitting = [d for d in told if span and span[0] <= d.occurred_at < span[1]]
    for doing in told:
        if not any(doing is each for each in fitting):
            yield Entry(doing, OTHER_ANSWER)
        elif doing is not fitting[-1]:
            yield Entry(doing, SUPERSEDED)
        else:
            useful = (doing.amount or 0) >= USEFUL
            yield Entry(doing, {"rated_useful": 1} if useful else NOT_USEFUL)


def silent(case: Case) -> Iterator[Entry]:
    """Explain silent ideas: each with its cause, and the words that others got."""
    facts, at = case.scene.facts, case.window.at
    loops = Loops(facts.promises, facts.deliveries, at)

    def born(life: Life) -> Fate:
        cause = cause_of(life, loops, facts, at)
        return {"n": 1, **({"numerator": 1, cause: 1} if cause else {})}

    yield from case.firsts(BIRTH, born)
    for life in case.ideas:
        owed, _ = loops.current(life)
        for step in case.scene.promises.get(life.idea, ()):
            standing: Fate = {"promises": 1} if step.owed == owed else NO_PROMISE
            yield Entry(step, FINISHED if life.finished else standing)
        yield from (Entry(fact, _told(life, fact)) for fact in _deliveries(facts, life))


def _deliveries(facts: Facts, life: Life) -> Iterator[DeliveryFact]:
    wanted = OUTCOME_NOTICES.values()
    return (f for f in facts.deliveries if f.idea == life.idea and f.kind in wanted)


def _told(life: Life, fact: DeliveryFact) -> Fate:
    """Return whether a notice is the one that a finished idea's author is owed."""
    end = life.ending
    if not life.finished or end is None or fact.person != life.author:
        return OTHER_NOTICE
    fits = fact.kind == OUTCOME_NOTICES[end.type] and fact.occurred_at >= end.occurred_at
    return {"notices": 1} if fits else OTHER_NOTICE
