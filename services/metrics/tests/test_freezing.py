"""Two years of editions, late facts, erasures and revisions included, in the hands of a solver."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from metrics.domain import disclosure, freezing
from metrics.domain.closing import closed
from metrics.domain.disclosure import partition
from metrics.domain.editions import Edition, Frozen, Known
from metrics.domain.families import ALL, Draft, Key, is_month
from metrics.domain.numbers import count
from metrics.domain.series import Span
from metrics.domain.working import weekday
from services.metrics.tests.making import day

THRESHOLD = 5
BEGIN, END = date(2024, 1, 1), date(2026, 1, 15)
MARCH = Span(date(2024, 3, 1), date(2024, 4, 1))
QUARTERS = [date(y, m, 8) for y in (2024, 2025, 2026) for m in (1, 4, 7, 10)]
SHARES = [("department", ""), ("attribute", "site"), ("attribute", "contract")]
"""What shares out everybody, each for itself; whoever is in none of its groups is one too."""
Told = dict[tuple[Span, Key], list[int]]
"""What was ever told of a group in a span: the counts, of the first edition and of revisions."""


class Town:
    """Who used a tool in which week, heard on which day; and who is erased, and when."""

    def __init__(self, seed: int) -> None:
        self.draw = draw = random.Random(seed)  # noqa: S311 - the same town each time
        sizes = [draw.choice([2, 3, 4]), *(draw.choice([12, 20, 30]) for _ in range(3))]
        self.persons = [bytes([n]) for n in range(sum(sizes))]
        where = [f"d{d}" for d, size in enumerate(sizes) for _ in range(size)]
        self.department = dict(zip(self.persons, where, strict=True))
        self.site = {p: f"site=s{draw.randint(0, 1)}" for p in self.persons}
        # Not of everybody is said how they are employed.
        contracts = [*["contract=fixed", "contract=flex"] * 10, "contract=temporary", None]
        self.contract = {p: draw.choice(contracts) for p in self.persons}
        self.erased = {
            p: BEGIN + timedelta(days=draw.randint(100, 700))
            for p in self.persons if draw.random() < 0.1
        }  # fmt: skip
        eager = {p: draw.choice([0.05, 0.3, 0.8]) for p in self.persons}
        self.uses = [
            (monday, p, self._heard(monday))
            for monday in (BEGIN + timedelta(days=7 * w) for w in range(104))
            for p in self.persons if draw.random() < eager[p]
        ]  # fmt: skip

    def _heard(self, monday: date) -> date:
        # One in thirty comes late, and in two weeks of each half-year most of a source does.
        late = self.draw.random() < (0.7 if (monday - BEGIN).days // 7 % 26 in (9, 10) else 0.03)
        return monday + timedelta(days=self.draw.randint(40, 200) if late else 6)

    def draft(self, span: Span, today: date) -> Draft | None:
        """Return what is known of a span on a day: late uses are not, and erased persons gone."""
        active = {
            p for monday, p, heard in self.uses
            if span.since <= monday < span.until and heard <= today
            and self.erased.get(p, END) > today
        }  # fmt: skip
        if not active:
            return None
        members: dict[Key, frozenset[bytes]] = {ALL: frozenset(active)}
        cuts: list[tuple[str, dict[bytes, Any]]] = [
            ("department", self.department), ("attribute", self.site), ("attribute", self.contract),
        ]  # fmt: skip
        for name, groups in cuts if is_month(span) else ():
            for key in sorted({key for key in groups.values() if key}):
                members[name, key] = frozenset(p for p in active if groups[p] == key)
        persons = {key: len(group) for key, group in members.items()}
        return Draft(
            kpi="active_users", basis=span, members=members, persons=persons,
            numbers={key: count(n) for key, n in persons.items()},
        )  # fmt: skip


def frozen(town: Town) -> Iterator[tuple[Edition, Draft]]:
    """Yield every edition of two years in the order in which they are made."""
    known, latest = Known(), dict[Span, Edition]()
    days = sorted({span.until + timedelta(days=7) for span in closed(BEGIN, END, weekday)})
    for today in sorted({*days, *QUARTERS}):
        for span in closed(BEGIN, today, weekday):
            again = span in latest and today in QUARTERS
            if (span in latest and not again) or not (draft := town.draft(span, today)):
                continue
            if again:
                cells: Any = freezing.revised(draft, THRESHOLD, known, latest[span])
            else:
                cells = freezing.first(draft, THRESHOLD, known)
            revision = latest[span].revision + 1 if again else 1
            edition = Edition(
                kpi="active_users", version=1, family="use:wiki", feature="", span=span, basis=span,
                revision=revision, threshold=THRESHOLD, made_at=day(0), cells=cells,
            )  # fmt: skip
            if again and cells == latest[span].cells:
                continue
            latest[span] = edition
            known.add(edition)
            yield edition, draft


def derived(editions: Sequence[tuple[Edition, Draft]]) -> list[Any]:
    """Return the small groups that somebody with a solver finds in all that was told."""
    told: Told = {}
    found: list[Any] = []
    for edition, draft in editions:
        shown = {key: c.persons for key, c in edition.cells.items() if not c.hidden}
        small = {key for key, c in edition.cells.items() if c.hidden and 0 < c.persons < THRESHOLD}
        found += [("told", edition.span, key) for key, n in shown.items() if 0 < n < THRESHOLD]
        found += _within_a_span(draft, shown, small) if edition.revision == 1 else ()
        for key, n in shown.items():
            told.setdefault((edition.span, key), []).append(n)
    found += [("revision", *at) for at, counts in told.items() if any(_small(counts, counts))]
    return [*found, *_over_spans(told), *_over_revisions(told), *_over_changes(told)]


def _small(some: Iterable[int], others: Iterable[int]) -> Iterator[bool]:
    return (0 < abs(one - other) < THRESHOLD for one, other in product(some, others))


def _within_a_span(draft: Draft, shown: dict[Key, int], small: set[Key]) -> list[Any]:
    """Pin the groups that are hidden between the least and the most that what is told allows."""
    atoms = sorted({
        tuple(n for n, group in enumerate(draft.members.values()) if person in group)
        for group in draft.members.values() for person in group
    })  # fmt: skip
    order = {key: n for n, key in enumerate(draft.members)}
    if not shown:
        return []

    def row(key: Key) -> list[float]:
        return [float(order[key] in atom) for atom in atoms]

    aims = {key: row(key) for key in sorted(small & order.keys())}
    for share in SHARES:
        groups = [key for key in order if partition(*key) == share]
        nameless = draft.members[ALL].difference(*(draft.members[key] for key in groups))
        if groups and 0 < len(nameless) < THRESHOLD:
            named = {order[key] for key in groups}
            aims[share] = [float(named.isdisjoint(atom)) for atom in atoms]
    known = np.array([row(key) for key in shown if key in order], dtype=float)
    sums = np.array([n for key, n in shown.items() if key in order], dtype=float)
    pinned = []
    for key, aim in aims.items():
        low, high = (
            linprog(sign * np.array(aim), A_eq=known, b_eq=sums, bounds=(0, None)).fun
            for sign in (1, -1)
        )
        if low is not None and high is not None and abs(-high - low) < 1e-6:
            pinned.append(("pinned", draft.basis, key))
    return pinned


def _over_spans(told: Told) -> Iterator[Any]:
    """Yield who is in a span and not in one within it, where these are few."""
    for (outer, key), most in told.items():
        for (inner, other), least in told.items():
            within = outer.since <= inner.since and inner.until <= outer.until
            if key == other and within and inner != outer and any(_small(most, least)):
                yield "span", outer, inner, key


def _over_revisions(told: Told) -> Iterator[Any]:
    """Yield the change of one hidden change: that of the whole minus those of all other groups."""
    for span in {span for span, _ in told}:
        for share in SHARES:
            cells = {key: n for (s, key), n in told.items()
                     if s == span and partition(*key) == share}  # fmt: skip
            whole = told.get((span, ALL), [])
            if len(whole) < 2 or not cells:
                continue
            changes = sum(counts[-1] - counts[0] for counts in cells.values())
            if 0 < abs(whole[-1] - whole[0] - changes) < THRESHOLD and all(
                len(counts) == len(whole) for counts in cells.values()
            ):
                yield "change", span, share


def _over_changes(told: Told) -> Iterator[Any]:
    """Yield the change in a span that is none of a span within it, where these are few."""
    for (outer, key), most in told.items():
        changes = {later - first for first, later in combinations(most, 2)}
        for inner, least in ((span, n) for (span, other), n in told.items() if other == key):
            within = outer.since <= inner.since and inner.until <= outer.until and inner != outer
            those = {later - first for first, later in combinations(least, 2)}
            if within and any(_small(changes - {0}, those - {0})):
                yield "between", outer, inner, key
        if key == ALL and len(most) > 1:
            yield from _over_parts(outer, most[-1] - most[0], told)


def _over_parts(outer: Span, change: int, told: Told) -> Iterator[Any]:
    """Yield how many more came late in a span than in all of its parts together, where few."""
    parts: dict[int, int] = {}
    for (span, key), counts in told.items():
        if key == ALL and span != outer and outer.since <= span.since and span.until <= outer.until:
            length = round((span.until - span.since).days, -1)  # weeks, months, quarters
            parts[length] = parts.get(length, 0) + counts[-1] - counts[0]
    for length, sum_of_parts in parts.items():
        if sum_of_parts > 0 and 0 < change - sum_of_parts < THRESHOLD:
            yield "parts", outer, length


@pytest.mark.parametrize("seed", range(3))
def test_two_years_of_editions_and_revisions_tell_no_small_group(seed: int) -> None:
    editions = list(frozen(Town(seed)))
    assert derived(editions) == []
    assert sum(edition.revision > 1 for edition, _ in editions) > 0, "late facts must count too"
    shown = [c for e, _ in editions for c in e.cells.values() if not c.hidden]
    assert len(shown) > 80, "what is told must still be worth telling"


def test_without_the_complementary_step_the_solver_finds_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(disclosure, "_hide_beside", lambda *_: False)
    monkeypatch.setattr(disclosure, "_hide_what_adds_up", lambda *_: False)
    assert any(kind == "pinned" for seed in range(3) for kind, *_ in derived(
        list(frozen(Town(seed)))))  # fmt: skip


def test_without_looking_at_the_change_a_revision_tells_who_came_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(freezing, "_not_revisable", lambda *_: set())
    assert any(kind == "revision" for kind, *_ in derived(list(frozen(Town(0)))))


def test_where_changes_of_spans_are_not_compared_a_month_tells_who_came_late_beside_a_week(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(freezing, "_changed_beside", lambda *_: set())
    assert any(kind == "between" for kind, *_ in derived(list(frozen(Town(1)))))


def test_a_count_that_comes_back_to_what_it_was_changed_all_the_same() -> None:
    known = Known()
    for n in (20, 20, 26, 20):
        cells = {ALL: Frozen(number=count(n), persons=n, hidden=False)}
        known.add(Edition(
            kpi="active_users", version=1, family="use:wiki", feature="", span=MARCH, basis=MARCH,
            revision=1, threshold=THRESHOLD, made_at=day(0), cells=cells,
        ))  # fmt: skip
    assert [change for _, change in known.changes(ALL)] == [6, 0, -6]


def test_without_what_was_told_before_weeks_tell_of_months(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Known, "elsewhere", lambda *_: ())
    assert any(kind == "span" for kind, *_ in derived(list(frozen(Town(0)))))


def test_without_whoever_is_in_no_group_the_whole_tells_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(freezing, "left_over", lambda _: [])
    assert any(kind == "pinned" for kind, *_ in derived(list(frozen(Town(2)))))


def test_where_one_attribute_hides_behind_another_the_solver_finds_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(disclosure, "partition", lambda cut, _: (cut, ""))
    assert any(kind == "pinned" for kind, *_ in derived(list(frozen(Town(2)))))
