"""An attacker who has everything that was ever told, and a solver, finds no small group."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from metrics.domain.disclosure import WHOLE, Cell, Hidden, Place, conceal, told_of
from metrics.domain.series import Span, containing

THRESHOLD = 5
MARCH = Span(date(2025, 3, 1), date(2025, 4, 1))


def cells(groups: dict[str, int], span: Span = MARCH) -> list[Cell]:
    """Return the whole and one cut, without saying who is who."""
    whole = Cell(place=Place.of(span), n=sum(groups.values()))
    cut = [Cell(place=Place.of(span, "department", key), n=n) for key, n in groups.items()]
    return [whole, *cut]


def hidden_keys(found: Hidden) -> dict[str, str]:
    return {place.key: why for place, why in found.items()}


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    found = conceal(cells({"it": 2, "care": 7, "sales": 50}), THRESHOLD)
    assert hidden_keys(found) == {"it": "small", "care": "beside_small"}


def test_several_small_groups_hide_each_other_once_they_are_enough() -> None:
    assert set(hidden_keys(conceal(cells({"a": 2, "b": 3, "c": 9}), THRESHOLD))) == {"a", "b"}
    assert set(hidden_keys(conceal(cells({"a": 1, "b": 1, "c": 9}), THRESHOLD))) == {"a", "b", "c"}


def test_the_whole_is_hidden_where_it_would_tell_its_only_group() -> None:
    assert set(hidden_keys(conceal(cells({"a": 3}), THRESHOLD))) == {"a", WHOLE}


def test_nobody_is_not_hidden_and_enough_are_told() -> None:
    assert conceal(cells({"a": 5, "b": 0}), THRESHOLD) == {}


def test_a_month_that_differs_by_a_few_from_a_week_within_it_is_hidden() -> None:
    week = Place.of(Span(date(2025, 3, 3), date(2025, 3, 10)))
    month = [Cell(place=Place.of(MARCH), n=12)]
    assert set(conceal(month, THRESHOLD, [(week, 11)]).values()) == {"period"}
    assert conceal(month, THRESHOLD, [(week, 7)]) == {}
    assert conceal(month, THRESHOLD, [(week, 12)]) == {}


def people(numbers: Sequence[int]) -> frozenset[bytes]:
    return frozenset(bytes([n]) for n in numbers)


def test_two_cuts_together_tell_no_small_group() -> None:
    everybody = people(range(30))
    told = [
        Cell(place=Place.of(MARCH), n=30, members=everybody),
        Cell(place=Place.of(MARCH, "department", "a"), n=10, members=people(range(10))),
        Cell(place=Place.of(MARCH, "department", "b"), n=20, members=people(range(10, 30))),
        Cell(place=Place.of(MARCH, "attribute", "site=x"), n=12, members=people(range(12))),
        Cell(place=Place.of(MARCH, "attribute", "site=y"), n=18, members=people(range(12, 30))),
    ]
    # Whoever is at x and not in a is two persons: 12 − 10 tells them.
    assert "difference" in conceal(told, THRESHOLD).values()


class Town:
    """Two years of an organisation: who used a tool in which week, where everybody works."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)  # noqa: S311 - the same town each time
        sizes = [draw.choice([2, 3, 4, 6, 9, 14, 30]) for _ in range(draw.randint(3, 7))]
        self.persons = [bytes([n // 256, n % 256]) for n in range(sum(sizes))]
        departments = [f"d{d}" for d, size in enumerate(sizes) for _ in range(size)]
        self.department = dict(zip(self.persons, departments, strict=True))
        self.site = {p: f"site=s{draw.randint(0, 2)}" for p in self.persons}
        self.contract = {p: f"contract=c{draw.choice([0, 0, 0, 1, 1, 2])}" for p in self.persons}
        eager = {p: draw.random() for p in self.persons}
        begin = date(2024, 1, 1)
        self.weeks = {
            begin + timedelta(days=7 * w): {p for p in self.persons if draw.random() < eager[p]}
            for w in range(104)
        }

    def used(self, span: Span) -> frozenset[bytes]:
        weeks = (u for monday, u in self.weeks.items() if span.since <= monday < span.until)
        return frozenset[bytes]().union(*weeks)

    def cells(self, span: Span, *, cut: bool) -> list[Cell]:
        active = self.used(span)
        found = [Cell(place=Place.of(span), n=len(active), members=active)]
        cuts = [("department", self.department), ("attribute", self.site),
                ("attribute", self.contract)]  # fmt: skip
        for name, where in cuts * cut:
            for key in sorted(set(where.values())):
                group = frozenset(p for p in active if where[p] == key)
                found.append(Cell(place=Place.of(span, name, key), n=len(group), members=group))
        return found


def editions(town: Town, hide: Any) -> tuple[list[Cell], dict[Place, int]]:
    """Return two years of cells, and what is told of them, in the order in which periods close."""
    spans = {containing(day, step) for day in town.weeks for step in _STEPS}
    every: list[Cell] = []
    told: dict[Place, int] = {}
    for span in sorted(spans, key=lambda s: (s.until, -s.since.toordinal())):
        of_span = town.cells(span, cut=27 < (span.until - span.since).days < 32)
        told |= told_of(of_span, hide(of_span, THRESHOLD, told.items()))
        every += of_span
    return every, told


_STEPS: tuple[Any, ...] = ("week", "month", "quarter", "year")


def small_only(of_span: Sequence[Cell], threshold: int, _: Any) -> Hidden:
    return {cell.place: "small" for cell in of_span if 0 < cell.n < threshold}


def derived(every: Sequence[Cell], told: dict[Place, int]) -> list[Place]:
    """Return the hidden groups under the threshold whose count a solver pins down."""
    found = []
    for span in {(cell.place.since, cell.place.until) for cell in every}:
        of_span = [c for c in every if (c.place.since, c.place.until) == span]
        found += [cell.place for cell in of_span if _pinned(cell, of_span, told)]
    return found + _by_difference(every, told)


def _pinned(target: Cell, of_span: Sequence[Cell], told: dict[Place, int]) -> bool:
    if not 0 < target.n < THRESHOLD:
        return False
    if target.place in told:
        return True
    atoms = sorted({_signature(p, of_span) for c in of_span for p in c.members})
    shown = [c for c in of_span if c.place in told]
    if not shown:
        return False
    rows = np.array([[_in(a, c, of_span) for a in atoms] for c in shown], dtype=float)
    sums = np.array([told[c.place] for c in shown], dtype=float)
    aim = np.array([_in(a, target, of_span) for a in atoms], dtype=float)
    low, high = (
        linprog(sign * aim, A_eq=rows, b_eq=sums, bounds=(0, None)).fun for sign in (1, -1)
    )
    return low is not None and high is not None and abs(-high - low) < 1e-6


def _signature(person: bytes, of_span: Sequence[Cell]) -> tuple[int, ...]:
    return tuple(n for n, cell in enumerate(of_span) if person in cell.members)


def _in(atom: tuple[int, ...], cell: Cell, of_span: Sequence[Cell]) -> float:
    return float(of_span.index(cell) in atom)


def _by_difference(every: Sequence[Cell], told: dict[Place, int]) -> list[Place]:
    shown = [cell.place for cell in every if cell.place in told]
    return [
        outer
        for outer in shown
        for inner in shown
        if outer != inner and outer.contains(inner)
        and 0 < told[outer] - told[inner] < THRESHOLD
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_two_years_of_editions_tell_no_small_group_to_a_solver(seed: int) -> None:
    every, told = editions(Town(seed), conceal)
    assert derived(every, told) == []
    assert len(told) > 20, "what is told must still be worth telling"


@pytest.mark.parametrize("seed", range(4))
def test_without_the_complementary_step_the_solver_finds_some(seed: int) -> None:
    every, told = editions(Town(seed), small_only)
    assert derived(every, told)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=1, max_size=8))
def test_whatever_one_cut_hides_can_not_be_counted_back(sizes: list[int]) -> None:
    of_span = cells({str(n): size for n, size in enumerate(sizes)})
    hidden = conceal(of_span, THRESHOLD)
    whole, *groups = of_span
    gone = [cell.n for cell in groups if cell.place in hidden and cell.n]
    assert all(cell.place in hidden for cell in of_span if 0 < cell.n < THRESHOLD)
    if gone and whole.place not in hidden:
        assert len(gone) > 1
        assert sum(gone) >= THRESHOLD
