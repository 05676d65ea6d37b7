"""What the numbers that are told say of the groups that are not: a rest, a change, a whole."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from metrics.domain import freezing, people
from metrics.domain.editions import Edition, Frozen, Known
from metrics.domain.facts import Report
from metrics.domain.families import ALL, Draft, Key
from metrics.domain.families.workforce import of_outcomes, of_workforce
from metrics.domain.freezing import threshold_raised
from metrics.domain.numbers import count
from metrics.domain.series import Span
from metrics.projections.recounting import as_told
from metrics.recount.judging import told_too_much
from services.metrics.tests.making import day

MARCH = Span(date(2025, 3, 1), date(2025, 4, 1))
WEEK = Span(date(2025, 3, 3), date(2025, 3, 10))
Who = Mapping[Key, frozenset[bytes]]


def some(since: int, until: int) -> frozenset[bytes]:
    return frozenset(bytes([n]) for n in range(since, until))


def departments(**sizes: int) -> Who:
    """Return departments of these sizes, who are the whole."""
    found: dict[Key, frozenset[bytes]] = {}
    at = 0
    for name, size in sizes.items():
        found["department", name] = some(at, at + size)
        at += size
    return {ALL: some(0, at), **found}


def attributes(whole: int, *groups: tuple[str, int, int]) -> Who:
    return {ALL: some(0, whole)} | {("attribute", key): some(a, b) for key, a, b in groups}


def draft(who: Who, kpi: str = "active_users", basis: Span = MARCH) -> Draft:
    persons = {key: len(members) for key, members in who.items()}
    numbers = {key: count(n) for key, n in persons.items()}
    if kpi == "representation":
        numbers = {k: people.representation(n, persons[ALL], 40, 200) for k, n in persons.items()}
    return Draft(kpi=kpi, basis=basis, numbers=numbers, persons=persons, members=who)


def kept(known: Known, of: Draft, cells: Any, threshold: int = 5, revision: int = 1) -> Edition:
    edition = Edition(
        kpi=of.kpi, version=1, family="family", feature="", span=of.basis, basis=of.basis,
        revision=revision, threshold=threshold, made_at=day(0), cells=cells,
    )  # fmt: skip
    known.add(edition)
    return edition


def frozen(of: Draft, threshold: int = 5, known: Known | None = None) -> Edition:
    known = known or Known()
    return kept(known, of, freezing.first(of, threshold, known), threshold)


def told(edition: Edition) -> dict[str, int]:
    """Return how many persons each group has that is told; the whole is called ''."""
    return {key: c.persons for (_, key), c in edition.cells.items() if not c.hidden}


def test_what_a_raised_threshold_hides_no_revision_tells_again() -> None:
    known = Known()
    march = draft(departments(A=7, B=20, C=30))
    edition = frozen(march, known=known)
    assert told(edition) == {"": 57, "A": 7, "B": 20, "C": 30}
    late = draft(departments(A=7, B=20, C=42))
    cells = freezing.revised(late, 10, known, edition)
    assert told(kept(known, late, cells, 10, 2)) == {"": 69, "C": 42}


def test_a_raised_threshold_alone_is_nothing_to_revise() -> None:
    known = Known()
    march = draft(departments(A=7, B=20, C=30))
    edition = frozen(march, known=known)
    cells = freezing.revised(march, 10, known, edition)
    assert cells == threshold_raised(edition, 10).cells


def whole_of_march_hidden() -> tuple[Known, Draft]:
    """Return what is known where a week was told that has three persons fewer than its month."""
    known = Known()
    frozen(draft({ALL: some(0, 50)}, "participation", WEEK), known=known)
    return known, draft(departments(A=8, B=12, C=33), "representation")


def test_a_hidden_whole_is_not_told_by_the_shares_of_its_groups() -> None:
    known, march = whole_of_march_hidden()
    assert "C" in told(frozen(draft(march.members, "participation"), known=known))
    assert told(frozen(march, known=known)) == {}


def test_a_share_is_not_told_anew_where_the_whole_keeps_its_old_number() -> None:
    for kpi, anew in (("participation", {20}), ("representation", set[int]())):
        known = Known()
        edition = frozen(draft(departments(A=30, B=33, C=40), kpi), known=known)
        late = draft(departments(A=20, B=39, C=46), kpi)  # two more in all
        cells = freezing.revised(late, 5, known, edition)
        assert {c.persons for c in cells.values()} - {103, 30, 33, 40} == anew


def test_a_raised_threshold_that_hides_the_whole_hides_its_shares() -> None:
    who = {**departments(D=20, E=20, F=20), ("attribute", "site=A"): some(0, 8)}
    for kpi, still in (("participation", {"F": 20}), ("representation", {})):
        edition = frozen(draft(who, kpi))
        assert told(edition) == {"": 60, "D": 20, "E": 20, "F": 20, "site=A": 8}
        assert told(threshold_raised(edition, 10)) == still


@pytest.mark.parametrize("threshold", [5, 10])
def test_each_attribute_hides_its_groups_behind_its_own(threshold: int) -> None:
    sites = [("site=A", 0, 27), ("site=B", 27, 47), ("site=C", 47, 54)]
    contracts = [("contract=fix", 0, 27), ("contract=flex", 34, 54), ("contract=temp", 27, 34)]
    edition = frozen(draft(attributes(54, *sites, *contracts)))
    shown = told(threshold_raised(edition, threshold))
    for name in ("site", "contract"):
        gone = [key for _, key in edition.cells if key.startswith(name) and key not in shown]
        assert len(gone) != 1


def test_whoever_has_no_site_is_not_told_by_all_that_do() -> None:
    sites = [("site=A", 1, 15), ("site=B", 15, 28), ("site=C", 28, 41)]
    shown = told(frozen(draft(attributes(41, *sites))))
    assert 41 - sum(n for key, n in shown.items() if key) > 5
    everybody = [("site=A", 0, 15), *sites[1:]]
    assert len(told(frozen(draft(attributes(41, *everybody))))) == 4


def test_whoever_came_late_without_a_site_is_not_told_by_the_others() -> None:
    known = Known()
    sites = [("site=A", 0, 20), ("site=B", 20, 40)]
    edition = frozen(draft(attributes(50, *sites)), known=known)
    assert told(edition) == {"": 50, "site=A": 20, "site=B": 20}
    # Thirteen more, of whom one has no site.
    late = draft(attributes(63, ("site=A", 0, 26), ("site=B", 26, 52)))
    cells = freezing.revised(late, 5, known, edition)
    shown = told(kept(known, late, cells, revision=2))
    assert shown != {"": 63, "site=A": 26, "site=B": 26}


def report(name: str, department: str, persons: int, **amounts: float) -> Report:
    return Report(
        id=department.encode(), type=name, department=department, period="2025-03",
        occurred_at=day(95), recorded_at=day(95), persons=persons, amounts=amounts,
        measure="satisfaction" if name == "OutcomeReported" else "",
    )  # fmt: skip


def test_a_team_that_reports_no_outcome_is_not_told_by_the_others() -> None:
    reports = [
        report("OutcomeReported", "organisation", 100, value=7.0),
        report("OutcomeReported", "sales", 50, value=7.4),
        report("OutcomeReported", "support", 46, value=6.9),
    ]
    (outcome,) = of_outcomes(reports, "satisfaction", MARCH)
    assert told(frozen(outcome, 10)) == {"": 100, "sales": 50}


def test_days_and_leavers_of_a_department_of_nobody_are_somebodys() -> None:
    def month(department: str, persons: int, sick: float, left: float) -> Report:
        return report(
            "WorkforceReported", department, persons, sick_days=sick, available_days=sick * 20,
            leavers=left, leavers_voluntary=0, leavers_first_year=0,
        )  # fmt: skip

    reports = [month("A", 50, 60, 2), month("B", 40, 50, 1), month("C", 0, 14, 2)]
    for each in of_workforce(reports, MARCH):
        assert told(frozen(each, 10)) == {"": 90, "A": 50}
    nobody = [*reports[:2], month("C", 0, 0, 0)]
    assert "B" in told(frozen(of_workforce(nobody, MARCH)[0], 10))


def shown(edition: Edition, *keys: Key) -> Edition:
    """Return an edition that tells some groups which it hid."""
    cells: dict[Key, Frozen] = dict(edition.cells)
    for key in keys:
        cells[key] = Frozen(number=cells[key].number, persons=cells[key].persons, hidden=False)
    return Edition(
        kpi=edition.kpi, version=1, family="family", feature="", span=edition.span,
        basis=edition.basis, revision=1, threshold=edition.threshold, made_at=day(0), cells=cells,
    )  # fmt: skip


def test_the_recount_finds_what_is_told_too_much() -> None:
    sites = [("site=A", 1, 15), ("site=B", 15, 28), ("site=C", 28, 41)]
    edition = frozen(draft(attributes(41, *sites)))
    assert told_too_much(as_told(edition, {})) == []
    every = as_told(shown(edition, ("attribute", "site=B")), {})
    assert told_too_much(every) == ["attribute site: what is hidden can be counted back"]

    known, march = whole_of_march_hidden()
    assert told_too_much(as_told(frozen(march, known=known), {})) == []
    leaking = as_told(shown(frozen(march, known=known), ("department", "C")), {})
    assert told_too_much(leaking) == ["organisation: its groups tell how many it is"]
    assert told_too_much(replace(leaking, kpi="participation")) == []
    assert leaking.cells["department", "C"].figure.denominator == Fraction(53)
