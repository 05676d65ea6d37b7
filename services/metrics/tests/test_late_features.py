"""A revision tells nobody's late use: not of a feature, where the users are the same as before."""

from collections.abc import Iterable

import pytest

from metrics.domain import freezing
from metrics.domain.editions import Cells, Edition, Known
from metrics.domain.facts import Usage
from metrics.domain.families import ALL, Draft, Key
from metrics.domain.families.use import Tool, of_use
from metrics.domain.roster import Roster
from metrics.domain.series import Span
from services.metrics.tests.making import ZONE, day

THRESHOLD = 5
MARCH = Span(day(59).date(), day(90).date())
CARE, IT = range(10), range(10, 20)
TOOL = Tool(introduced=MARCH.since, core=frozenset({"read", "macro"}), audience=frozenset())


def uses(feature: str, persons: Iterable[int]) -> list[Usage]:
    return [
        Usage(
            person=bytes([p]), tool="wiki", day=MARCH.since, feature=feature,
            advanced=feature == "macro",
            department="care" if p in CARE else "it",
        )
        for p in persons
    ]  # fmt: skip


def drafts(rows: list[Usage]) -> list[Draft]:
    def groups(row: Usage) -> list[Key]:
        return [("department", row.department or "")]

    return of_use(rows, MARCH, groups, TOOL, Roster((), ZONE))


class House:
    """Freezes the numbers of a tool, and revises them, as metrics does."""

    def __init__(self, rows: list[Usage]) -> None:
        self.known, self.latest = Known(), dict[tuple[str, str], Edition]()
        for draft in drafts(rows):
            self._keep(draft, freezing.first(draft, THRESHOLD, self.known), 1)

    def revise(self, rows: list[Usage]) -> set[tuple[str, str]]:
        """Return which numbers are told anew."""
        found = set()
        for draft in drafts(rows):
            own = self.latest.get((draft.kpi, draft.feature))
            before = own or self.latest[draft.kpi, ""]
            cells = freezing.revised(draft, THRESHOLD, self.known, before)
            if cells != before.cells:
                self._keep(draft, cells, own.revision + 1 if own else 1)
                found.add((draft.kpi, draft.feature))
        return found

    def told(self, kpi: str, feature: str = "", key: Key = ALL) -> int | None:
        return self.latest[kpi, feature].cells[key].number.numerator

    def _keep(self, draft: Draft, cells: Cells, revision: int) -> None:
        edition = Edition(
            kpi=draft.kpi, version=1, family="use:wiki", feature=draft.feature, span=MARCH,
            basis=MARCH, revision=revision, threshold=THRESHOLD, made_at=day(0), cells=cells,
        )  # fmt: skip
        self.latest[draft.kpi, draft.feature] = edition
        self.known.add(edition)


READ = uses("read", [*CARE, *IT])


def test_one_late_use_by_somebody_who_is_counted_already_is_not_told() -> None:
    house = House([*READ, *uses("macro", range(10, 15))])
    assert house.revise([*READ, *uses("macro", [0, *range(10, 15)])]) == set()
    assert house.told("feature_adoption", "macro") == 5
    assert house.told("advanced_share", key=("department", "care")) == 0


def test_late_uses_by_as_many_as_the_threshold_are_told() -> None:
    house = House([*READ, *uses("macro", range(10, 15))])
    told = house.revise([*READ, *uses("macro", [*range(6), *range(10, 15)])])
    assert {("feature_adoption", "macro"), ("advanced_share", "")} <= told
    assert house.told("feature_adoption", "macro") == 11


@pytest.mark.parametrize(("late", "told"), [([0], False), (range(6), True)])
def test_a_feature_that_nobody_had_used_is_told_where_enough_came_late(
    late: Iterable[int], told: bool
) -> None:
    house = House(READ)
    again = house.revise([*READ, *uses("macro", late)])
    assert (("feature_adoption", "macro") in again) == told
    assert (("advanced_share", "") in again) == told


def test_who_was_erased_and_who_came_late_do_not_hide_each_other() -> None:
    rows = [*READ, *uses("macro", range(10, 15))]
    house = House(rows)
    gone = [row for row in rows if row.person != bytes([15])]
    assert house.revise([*gone, *uses("macro", [20])]) == set()


def test_a_mean_over_persons_is_told_anew_only_with_enough_others() -> None:
    house = House([*READ, *uses("macro", range(10, 15))])
    assert ("depth", "") not in house.revise([*READ, *uses("macro", range(10, 19))])
    later = [*READ, *uses("read", range(20, 26)), *uses("macro", range(10, 19))]
    assert ("depth", "") in house.revise(later)
