"""Barriers, pilots, time, headcount and variety, by hand."""

from datetime import date
from fractions import Fraction

from metrics.domain.facts import Facts
from metrics.domain.numbers import rounded
from metrics.domain.roster import Roster
from metrics.domain.variety import hill
from services.metrics.tests.making import ANNA, BEN, ZONE, ask, did, life, period, standing

MONTH = period(0, 30)


def test_a_barrier_waits_until_it_is_removed_or_declined() -> None:
    facts = Facts(
        doings=(
            did(0, "BarrierRaised", 1, kind="time", department="care", person=BEN, others=(ANNA,)),
            did(4, "BarrierRemoved", 1, person=BEN),
            did(0, "BarrierRaised", 2, kind="silo", person=ANNA, others=(ANNA,)),
            did(1, "BarrierHandedOver", 2, person=BEN), did(8, "BarrierDeclined", 2, person=BEN),
            did(10, "BarrierRaised", 3, kind="time", person=ANNA, others=(ANNA,)),
            did(40, "BarrierRaised", 4, kind="time", person=ANNA, others=(ANNA,)),
        ),
        standings=(standing(BEN, -1, level="lead", department="it"),
                   standing(ANNA, -1, department="it")),
    )  # fmt: skip
    found = ask("barrier_resolution", MONTH, facts)
    assert (found.number.value, found.number.n) == (8, 3)
    told = found.number.beside
    assert (told["removed"], told["declined"], told["open"]) == (1, 1, 1)
    by_level = ask("barrier_resolution", MONTH, facts, by="level").cells or {}
    assert {key: cell.n for key, cell in by_level.items()} == {"lead": 2, "unknown": 1}
    by_kind = ask("barrier_resolution", MONTH, facts, by="kind").cells or {}
    assert {key: cell.n for key, cell in by_kind.items()} == {"time": 2, "silo": 1}
    by_department = ask("barrier_resolution", MONTH, facts, by="department").cells or {}
    assert {key: cell.n for key, cell in by_department.items()} == {"care": 1, "it": 2}


def test_pilots_are_told_by_what_they_led_to() -> None:
    facts = Facts(
        ideas=(*life(1, (0, "IdeaSubmitted"), origin="live"),
               *life(2, (0, "IdeaSubmitted"), origin="imported")),
        doings=(did(3, "PilotConcluded", 1, kind="extended"),
                did(9, "PilotConcluded", 1, kind="scaled"),
                did(4, "PilotConcluded", 2, kind="stopped")),
    )  # fmt: skip
    number = ask("pilot_outcomes", MONTH, facts).number
    assert number.value == 3
    assert number.beside == {"scaled": 1, "stopped": 1, "extended": 1, "with_learning": 2}


def test_time_is_told_as_hours_granted_of_hours_asked() -> None:
    facts = Facts(
        doings=(
            did(0, "TimeAsked", 1, amount=10.5, department="care", kind="idea"),
            did(2, "TimeGranted", 1, amount=8.0),
            did(0, "TimeAsked", 2, amount=3.5, department="it", kind="pilot"),
            did(2, "TimeRefused", 2),
        )
    )
    found = ask("time_granted", MONTH, facts, by="department")
    assert found.number.value == Fraction(8, 14)
    assert found.number.beside["refused"] == 1
    assert {key: rounded(c.value) for key, c in (found.cells or {}).items()} == {
        "care": 0.761905, "it": 0.0,
    }  # fmt: skip


def test_headcount_counts_the_days_on_which_people_are_there() -> None:
    told = [
        standing(ANNA, -9.5, department="care"), standing(ANNA, 4.5, department="it"),
        standing(BEN, 2.5, department="it"), standing(BEN, 7.5, present=False),
    ]  # fmt: skip
    days = Roster(told, ZONE).days(
        date(2025, 1, 1), date(2025, 1, 11), lambda s: s.department or ""
    )
    # Anna: four days in care, six in it. Ben: from the third day to the seventh.
    assert days == {"care": 4, "it": 6 + 5}


def test_the_idea_rate_is_a_year_of_a_person() -> None:
    facts = Facts(
        ideas=tuple(life(1, (0.5, "IdeaSubmitted"))),
        standings=(standing(ANNA, -9), standing(BEN, -9)),
    )
    january = period(-1 / 24, 10 - 1 / 24, 20)  # ten local days
    number = ask("idea_rate", january, facts).number
    assert number.value == Fraction(365, 20)
    assert number.beside["headcount"] == 2
    nobody = ask("idea_rate", january, Facts(ideas=facts.ideas)).number
    assert (nobody.value, nobody.reason) == (None, "no_data")


def test_one_kind_has_no_evenness() -> None:
    found = hill([7])
    assert (found["pielou"], found["q1"], found["simpson"]) == (None, 1, 0)


def test_under_thirty_ideas_no_index_is_told() -> None:
    def ideas(number: int) -> Facts:
        made = (life(n, (0, "IdeaSubmitted"), category="ab"[n % 2]) for n in range(number))
        return Facts(ideas=tuple(fact for one in made for fact in one))

    few = ask("idea_diversity", MONTH, ideas(29)).number
    assert (few.value, few.n, few.reason) == (None, 29, "no_data")
    assert rounded(ask("idea_diversity", MONTH, ideas(30)).number.value) == 2.0


def test_an_idea_crosses_departments_by_its_authors_and_those_who_support_it_still() -> None:
    facts = Facts(
        ideas=(*life(1, (1, "IdeaSubmitted"), department="care"),
               *life(2, (1, "IdeaSubmitted"), department="care"),
               *life(3, (1, "IdeaSubmitted"), department="it")),
        standings=(standing(BEN, 0, department="it"),),
        doings=(did(2, "IdeaSupported", 1, person=BEN),
                did(2, "IdeaSupported", 2, person=BEN), did(3, "SupportWithdrawn", 2, person=BEN),
                did(1, "IdeaSubmitted", 3, person=ANNA, others=(BEN,))),
    )  # fmt: skip
    number = ask("cross_department", MONTH, facts).number
    assert (number.numerator, number.denominator) == (1, 3)


def test_ideas_are_cut_by_the_challenge_that_they_answer() -> None:
    facts = Facts(
        ideas=(*life(1, (1, "IdeaSubmitted")), *life(2, (1, "IdeaSubmitted"))),
        doings=(did(1, "IdeaSubmitted", 1, person=ANNA, challenge="c-1"),),
    )
    cells = ask("ideas_submitted", MONTH, facts, by="challenge").cells or {}
    assert {key: cell.value for key, cell in cells.items()} == {"c-1": 1, "unknown": 1}
