"""Explains the numbers about what happens around ideas: support, pilots, barriers, hours."""

from collections.abc import Callable, Iterator
from uuid import UUID

from metrics.domain.explaining.entries import Case, Entry, Fate, first_only
from metrics.domain.explaining.reasons import (
    BEGUN_OUTSIDE,
    OUTSIDE,
    SUPERSEDED,
    TAKES_BACK,
    WITHDRAWN,
)
from metrics.domain.explaining.ways import BIRTH
from metrics.domain.facts import Doing
from metrics.domain.ideas import Life
from metrics.domain.numbers import Exact
from metrics.domain.room import hours
from metrics.domain.variety import is_across

ENDS = {"BarrierRemoved": "removed", "BarrierDeclined": "declined"}
_OUTCOMES = frozenset({"scaled", "stopped", "extended"})


def across(case: Case) -> Iterator[Entry]:
    """Explain ideas across departments: the ideas, and whoever stands by them."""

    def born(life: Life) -> Fate:
        if not case.window.holds(life.submitted_at):
            return OUTSIDE
        return {"denominator": 1, "numerator": int(is_across(case.scene, life))}

    yield from case.firsts(BIRTH, born)
    for life in case.ideas:
        inside = case.window.holds(life.submitted_at)
        told = case.scene.of(life.idea, "CoAuthorsChanged")
        for doing in told:
            holds: Fate = {"co_authors": len(doing.others)} if doing is told[-1] else SUPERSEDED
            yield Entry(doing, holds if inside else BEGUN_OUTSIDE)
        for doing, fate in _support(case.scene.of(life.idea, "IdeaSupported", "SupportWithdrawn")):
            yield Entry(doing, fate if inside else BEGUN_OUTSIDE)


def _support(told: list[Doing]) -> Iterator[tuple[Doing, Fate]]:
    for number, doing in enumerate(told):
        later = next((d for d in told[number + 1 :] if d.person == doing.person), None)
        if doing.type == "SupportWithdrawn":
            yield doing, TAKES_BACK
        elif later is None:
            yield doing, {"supports": 1}
        else:
            yield doing, WITHDRAWN if later.type == "SupportWithdrawn" else SUPERSEDED


def pilots(case: Case) -> Iterator[Entry]:
    for life in case.ideas:
        for doing in case.scene.of(life.idea, "PilotConcluded"):
            outcome = {doing.kind: 1} if doing.kind in _OUTCOMES else {}
            parts = {"numerator": 1, "with_learning": int(life.origin == "live"), **outcome}
            yield Entry(doing, parts if case.window.holds(doing.occurred_at) else OUTSIDE)


def barriers(case: Case) -> Iterator[Entry]:
    def begun(_: Doing, ends: list[Doing]) -> dict[str, Exact]:
        return {"n": 1, **({} if ends else {"open": 1})}

    return _begun(case, "BarrierRaised", tuple(ENDS), begun, lambda end: {ENDS[end.type]: 1})


def requests(case: Case) -> Iterator[Entry]:
    """Explain granted time; hours are added up, and one refusal of a request is enough."""
    asked = _begun(
        case, "TimeAsked", ("TimeRefused",), lambda d, _: {"n": 1, "hours_asked": hours(d)},
        lambda _: {"refused": 1},
    )  # fmt: skip
    yield from asked
    inside = _inside(case, "TimeAsked")
    for doing in case.scene.doings:
        if doing.type == "TimeGranted":
            granted: Fate = {"hours_granted": hours(doing)}
            yield Entry(doing, granted if doing.subject in inside else BEGUN_OUTSIDE)


def _begun(
    case: Case, beginning: str, ends: tuple[str, ...],
    begun: Callable[[Doing, list[Doing]], Fate], ended: Callable[[Doing], Fate],
) -> Iterator[Entry]:  # fmt: skip
    inside = _inside(case, beginning)
    of: dict[UUID, list[Doing]] = {}
    for doing in case.scene.doings:
        if doing.type in ends:
            of.setdefault(doing.subject, []).append(doing)
    for doing in case.scene.doings:
        if doing.type == beginning:
            holds = case.window.holds(doing.occurred_at)
            yield Entry(doing, begun(doing, of.get(doing.subject, [])) if holds else OUTSIDE)
    for subject, found in of.items():
        if subject in inside:
            yield from first_only(found, ended(found[0]))
        else:
            yield from (Entry(doing, BEGUN_OUTSIDE) for doing in found)


def _inside(case: Case, beginning: str) -> set[UUID]:
    holds = case.window.holds
    told = case.scene.doings
    return {d.subject for d in told if d.type == beginning and holds(d.occurred_at)}
