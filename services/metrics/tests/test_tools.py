"""The numbers about tools, and what small groups are spared."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.answers import Answer, of_edition
from metrics.domain.facts import ListingFact, Usage
from metrics.domain.numbers import Number
from metrics.domain.periods import start_of
from metrics.domain.register import Cut
from metrics.domain.series import Span
from services.metrics.tests.making import ZONE, edition_of

MARCH = Span(date(2025, 3, 1), date(2025, 4, 1))
SUPPRESSED = Number(value=None, n=None, reason="suppressed")


def use(person: int, feature: str = "read", department: str | None = "care", day: int = 3,
        tool: str = "wiki") -> Usage:  # fmt: skip
    return Usage(
        day=date(2025, 3, day), person=bytes([person]), tool=tool, feature=feature,
        department=department, advanced=feature == "macro",
    )  # fmt: skip


def told(kpi: str, rows: list[Usage], by: Cut | None = None, feature: str | None = None) -> Answer:
    found = [row for row in rows if row.tool == "wiki"]
    return of_edition(edition_of(kpi, found, MARCH, feature=feature or ""), by, threshold=5)


def test_active_users_are_persons_not_uses() -> None:
    rows = [use(p) for p in range(6)] + [use(p, "other", day=9) for p in range(3)]
    assert told("active_users", rows).number == Number(value=6, numerator=6, n=6)


def test_another_tool_does_not_count() -> None:
    rows = [use(p) for p in range(5)] + [use(9, tool="mail")]
    assert told("active_users", rows).number.value == 5


def test_feature_adoption_is_a_share_of_the_active_users() -> None:
    rows = [use(p) for p in range(6)] + [use(0, "search"), use(0, "search"), use(7, "search")]
    number = told("feature_adoption", rows, feature="search").number
    assert (number.numerator, number.denominator, number.n) == (2, 7, 7)


def test_the_advanced_share_counts_whoever_used_any_advanced_feature() -> None:
    number = told("advanced_share", [use(p) for p in range(5)] + [use(1, "macro")]).number
    assert (number.numerator, number.denominator) == (1, 5)


def test_of_fewer_than_five_persons_nothing_is_told_not_even_how_few() -> None:
    for kpi in ("active_users", "advanced_share"):
        assert told(kpi, [use(p) for p in range(4)] * 9).number == SUPPRESSED
    assert told("active_users", [use(p) for p in range(5)]).number.value == 5


def test_nobody_at_all_is_no_data() -> None:
    assert told("active_users", []).number == Number(value=None, n=0, reason="no_data")


def test_a_small_department_takes_the_next_smallest_with_it() -> None:
    rows = [use(p) for p in range(5)] + [use(p, department="it") for p in range(5, 8)]
    rows += [use(p, department="lab") for p in range(8, 20)]
    for kpi in ("active_users", "advanced_share"):
        found = told(kpi, rows, by="department")
        assert found.number.n == 20
        assert {key: cell.n for key, cell in (found.cells or {}).items()} == {
            "care": None, "it": None, "lab": 12,
        }  # fmt: skip
        assert (found.cells or {})["it"] == SUPPRESSED


def test_who_is_in_all_but_one_department_is_not_told_by_the_difference() -> None:
    rows = [use(p) for p in range(8)] + [use(p, department="it") for p in range(4, 10)]
    found = told("active_users", rows, by="department")  # ten in all: two are not in care
    assert (found.cells or {})["care"] == SUPPRESSED


def test_a_person_of_two_departments_counts_in_both_and_once_in_all() -> None:
    rows = [use(p) for p in range(5)] + [use(p, department="it") for p in range(5)]
    found = told("active_users", rows, by="department")
    assert found.number.value == 5
    assert {cell.value for cell in (found.cells or {}).values()} == {5}


def test_where_the_use_names_no_department_the_directory_of_that_day_does() -> None:
    moved = start_of(date(2025, 3, 10), ZONE)
    listings = tuple(
        ListingFact(person=bytes([p]), id=str(at).encode(), department=department, occurred_at=at,
                    recorded_at=at)
        for p in range(5)
        for at, department in ((start_of(date(2025, 1, 1), ZONE), "care"), (moved, "home"))
    )  # fmt: skip
    rows = [use(p, department=None, day=d) for p in range(5) for d in (9, 10)] + [
        use(p, department=None) for p in range(20, 26)
    ]
    frozen = edition_of("active_users", rows, MARCH, listings=listings)
    cells = of_edition(frozen, "department", threshold=5).cells or {}
    assert {key: cell.value for key, cell in cells.items()} == {"care": 5, "home": 5, "unknown": 6}


uses = st.lists(
    st.builds(use, st.integers(0, 12), st.sampled_from(["read", "macro"]), st.sampled_from("ab"))
)


@given(uses)
def test_whatever_is_told_rests_on_five_persons_or_more(rows: list[Usage]) -> None:
    for kpi in ("active_users", "advanced_share"):
        found = told(kpi, rows, by="department")
        for number in (found.number, *(found.cells or {}).values()):
            assert number.value is None or (number.n or 0) >= 5
