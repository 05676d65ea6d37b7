"""The numbers about people: by hand, and the vectors of the literature."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from metrics.domain import people, tools
from metrics.domain.answers import Question, ideas_of
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import Facts, Report, Usage
from metrics.domain.families import ALL
from metrics.domain.families.use import Habit, Tool, days_by_group, of_adopting, of_habit
from metrics.domain.numbers import rounded
from metrics.domain.roster import Roster
from metrics.domain.scene import Scene
from metrics.domain.series import Span
from metrics.domain.working import weekday
from services.metrics.tests.making import ANNA, BEN, ZONE, day, did, life, period, standing

REVERSED = frozenset({1, 3, 5})


def test_enps_counts_promoters_and_detractors() -> None:
    number = people.enps([10] * 5 + [8] * 11 + [0] * 4)
    assert number.value == 5
    margin = people.enps([9] * 10 + [7] * 22 + [6] * 8)
    assert margin.value == 5
    assert float(margin.beside["margin"] or 0) == pytest.approx(20.7, abs=0.05)
    assert people.enps([]).reason == "no_data"


def test_absence_counts_part_time_in_both_parts() -> None:
    # fte 1.0, 0.5 and 0.8; sick 10, 30 and 0 calendar days in a quarter of 90 days.
    report = Report(
        id=b"1", type="WorkforceReported", department="care", period="2025-01", persons=3,
        amounts={"sick_days": 10 + 15, "available_days": 2.3 * 90}, occurred_at=day(0),
        recorded_at=day(0),
    )  # fmt: skip
    assert float(people.absence(people.add_up([report])).value or 0) == pytest.approx(
        0.1208, abs=5e-5
    )


def reported(name: str, at: float, **said: Any) -> Report:
    told: dict[str, Any] = {"department": "care", "period": "2025-01", "persons": 100} | said
    return Report(
        id=name.encode(), type="WorkforceReported", occurred_at=day(at), recorded_at=day(at), **told
    )


def test_the_last_report_wins_whatever_the_order() -> None:
    first, second = (
        reported("b", 1, amounts={"leavers": 3}),
        reported("a", 2, amounts={"leavers": 2}),
    )
    other = reported("c", 1, department="it", amounts={"leavers": 1})
    for order in ([first, second, other], [second, other, first]):
        counted = people.add_up(people.latest(order))
        assert counted.persons == 200
        assert counted.amounts["leavers"] == 3


def test_turnover_is_of_the_daily_average() -> None:
    months = [reported("a", 0, persons=246, amounts={"leavers": 11, "leavers_voluntary": 4})]
    counted = people.add_up(months)
    assert rounded(people.turnover(counted, "leavers").value) == 0.044715
    assert people.turnover(counted, "leavers_voluntary").numerator == 4
    assert people.turnover(people.add_up([]), "leavers").reason == "no_data"


def test_reversed_items_count_from_the_other_end() -> None:
    raw = [2, 6, 1, 5, 3, 6, 6]
    assert rounded(people.person_mean(raw, REVERSED, 7)) == 5.857143
    number = people.safety([raw, [7] * 7], REVERSED, 7)
    assert number.value == (Fraction(41, 7) + Fraction(1 * 3 + 7 * 4, 7)) / 2
    assert number.n == 2


def test_authors_are_counted_once_and_aliases_stand_for_nobody() -> None:
    facts = Facts(
        ideas=(*life(1, (1, "IdeaSubmitted")), *life(2, (2, "IdeaSubmitted")),
               *life(3, (2, "IdeaSubmitted"), author=b"alias")),
        doings=(did(1, "IdeaSubmitted", 1, person=ANNA, others=(BEN,), kind="named"),
                did(2, "IdeaSubmitted", 2, person=ANNA, kind="named"),
                did(2, "IdeaSubmitted", 3, person=b"alias", kind="sealed")),
    )  # fmt: skip
    window = period(0, 30)
    scene = Scene(window, facts, ZONE, weekday)
    found = ideas_of(Question(kpi=REGISTER["participation"], window=window), facts)
    assert set(people.authors(scene, found)) == {ANNA, BEN}
    number = people.participation(2, 300, 30, 1)
    assert (number.value, number.beside["aliases"]) == (Fraction(1, 5), 1)


def test_a_group_is_represented_as_its_size_is() -> None:
    assert people.representation(2, 10, 20, 100).value == 1
    assert people.representation(1, 10, 20, 100).value == Fraction(1, 2)
    assert people.representation(0, 0, 20, 100).reason == "no_data"


def used(person: int, at: float, feature: str = "read") -> Usage:
    return Usage(day=day(at).date(), person=bytes([person]), tool="wiki", feature=feature)


def test_depth_is_the_part_of_the_core_that_people_use() -> None:
    rows = [used(1, 0), used(1, 0, "write"), used(2, 0), used(2, 1, "macro")]
    number = tools.depth(rows, frozenset({"read", "write"}))
    assert (number.value, number.n) == (Fraction(3, 4), 2)
    assert tools.depth(rows, frozenset()).reason == "no_data"


def test_stickiness_is_a_mean_of_working_days() -> None:
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(4)]
    number = tools.stickiness({b"a": days, b"b": days[:1]}, days)
    assert (number.value, number.n) == ((1 + 3 * Fraction(1, 2)) / 4, 2)
    assert tools.stickiness({}, days).reason == "no_data"


def test_a_habit_is_counted_in_the_department_where_the_tool_was_used() -> None:
    january = Span(date(2025, 1, 1), date(2025, 2, 1))
    moved = date(2025, 1, 15)
    before, after = [date(2025, 1, 6), date(2025, 1, 7)], [date(2025, 1, 20)]
    found = days_by_group(
        [Habit(ANNA, None, [*before, *after]), Habit(BEN, "it", before), Habit(BEN, None, after),
         Habit(b"c", "care", [date(2024, 12, 3)])],
        lambda _, day: "care" if day < moved else "it",
        lambda person: [("attribute", "site=north")] if person == ANNA else [],
    )  # fmt: skip
    draft = of_habit(found, january, weekday)
    assert draft is not None
    # The third used it before the 28 days that end with the first working day.
    assert draft.persons == {
        ALL: 2, ("department", "care"): 1, ("department", "it"): 2, ("attribute", "site=north"): 1,
    }  # fmt: skip
    assert {key: len(members) for key, members in draft.members.items()} == draft.persons
    assert draft.numbers["department", "care"].value == Fraction(2, 20)


def test_the_month_of_a_day_is_the_28_days_that_end_with_it() -> None:
    last = date(2025, 3, 31)
    for back, share in ((27, Fraction(1, 2)), (28, Fraction(1)), (400, Fraction(1))):
        used_on = {b"a": [last], b"b": [last - timedelta(days=back)]}
        assert tools.stickiness(used_on, [last]).value == share


def test_who_has_not_begun_yet_is_counted_as_waiting() -> None:
    began = date(2025, 1, 1)
    starts = dict.fromkeys((b"a", b"b", b"c"), began)
    first = {b"a": began + timedelta(days=2), b"b": began + timedelta(days=9)}
    number = tools.time_to_adopt(starts, first, began + timedelta(days=30))
    assert (number.value, number.n) == (9, 3)
    early = tools.time_to_adopt(starts, first, began + timedelta(days=5))
    assert (early.value, early.reason) == (None, "not_reached")


def test_who_left_after_the_period_waited_since_they_were_listed() -> None:
    span = Span(date(2025, 1, 1), date(2025, 4, 1))
    tool = Tool(introduced=date(2025, 1, 2), core=frozenset(), audience=frozenset())
    stays = [standing(ANNA, 0), standing(BEN, 40), standing(BEN, 50, present=False),
             standing(BEN, 60)]  # fmt: skip
    first = {ANNA: date(2025, 1, 5), BEN: date(2025, 3, 6)}
    for later in ([], [standing(BEN, 100, present=False)]):
        draft = of_adopting(tool, Roster([*stays, *later], ZONE), first, span)
        assert draft is not None
        assert draft.numbers[ALL].value == 3
        assert draft.numbers[ALL].beside["p85"] == 4  # from the day on which Ben came back
