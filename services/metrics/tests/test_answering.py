"""First responses, kept promises, closed loops: by hand."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.facts import DeliveryFact, Facts
from metrics.domain.working import WorkingTime, weekday
from services.metrics.tests.making import (
    ANNA,
    BEN,
    DESK,
    ZONE,
    ask,
    day,
    did,
    idea,
    life,
    period,
    promised,
)


def born(number: int, *steps: Any, **birth: Any) -> Any:
    return life(number, (0, "IdeaSubmitted"), *steps, **birth)


def test_the_first_word_is_a_question_an_answer_or_a_reviewers_comment() -> None:
    facts = Facts(
        ideas=(*born(1), *born(2), *born(3), *born(4, (3, "IdeaWithdrawn"))),
        doings=(
            did(2, "QuestionAsked", 1, person=BEN), did(5, "ReviewCompleted", 1, person=BEN),
            did(1, "CommentPosted", 2, person=BEN),  # no reviewer yet: a colleague
            did(2, "ReviewerAssigned", 2, person=BEN), did(4, "CommentPosted", 2, person=BEN),
            did(6, "ReviewCompleted", 3, person=BEN),
        ),
    )  # fmt: skip
    number = ask("first_response", period(0, 30), facts).number
    assert (number.value, number.n) == (4, 4)
    assert number.beside["answered"] == 3
    assert (number.beside["left"], number.beside["open"]) == (1, 0)
    # 2025-01-01 is a Wednesday: from day 0 to day 4 are Wednesday, Thursday and Friday, and an
    # hour of the zone's Saturday that does not count.
    assert number.beside["working_median"] == 3 - Fraction(1, 24)


def test_who_waits_is_counted_as_waiting() -> None:
    number = ask("first_response", period(0, 30), Facts(ideas=tuple(born(1)))).number
    assert (number.value, number.reason, number.beside["open"]) == (None, "not_reached", 1)


def test_working_time_counts_whole_days_of_work_only() -> None:
    counted = WorkingTime(weekday, ZONE)
    friday = datetime(2025, 1, 10, 11, tzinfo=UTC)  # noon there
    assert counted.between(friday, friday + timedelta(days=3)) == 1
    assert counted.between(friday, friday + timedelta(hours=6)) == Fraction(1, 4)
    saturday = friday + timedelta(days=1)
    assert counted.between(saturday, saturday + timedelta(days=1)) == 0


@given(st.floats(0, 400), st.floats(0, 60), st.floats(0, 60))
def test_working_time_adds_up(start: float, one: float, other: float) -> None:
    counted = WorkingTime(weekday, ZONE)
    a, b, c = day(start), day(start + one), day(start + one + other)
    assert counted.between(a, b) + counted.between(b, c) == counted.between(a, c)
    assert (
        0 <= counted.between(a, c) <= Fraction((c - a) // timedelta(microseconds=1), 86400 * 10**6)
    )


def attainment(facts: Facts, at: float = 40, **window: Any) -> Any:
    return ask("sla_attainment", period(0, 40, at), facts, **window).number


def test_a_promise_is_met_only_by_its_date() -> None:
    facts = Facts(
        ideas=(*born(1), *born(2), *born(3), *born(4)),
        promises=(
            *promised(1, (0, "made", DESK, 5), (5, "kept", DESK, 5)),
            *promised(2, (0, "made", DESK, 5), (6, "broken", DESK, 5), (6, "escalated", BEN, 11),
                      (7, "kept", BEN, 11)),
            *promised(3, (0, "made", DESK, 5)),  # open, and overdue
            *promised(4, (0, "made", DESK, 50)),  # not due yet
        ),
    )  # fmt: skip
    number = attainment(facts)
    assert (number.numerator, number.denominator) == (1, 3)
    assert number.beside == {"missed": 2, "moved": 0, "handed_over": 0}


def test_a_promise_that_was_said_to_be_broken_is_met_by_a_word_in_time_that_was_heard_late() -> (
    None
):
    climbed: list[Any] = [(0, "made", DESK, 5), (6, "broken", DESK, 5), (6, "escalated", BEN, 11)]
    again = [*climbed, (12, "broken", BEN, 11), (12, "escalated", ANNA, 20)]
    facts = Facts(
        ideas=(*born(1), *born(2), *born(3)),
        promises=(
            *promised(1, *climbed, (4, "kept", DESK, 5)),
            *promised(2, *again, (5, "kept", DESK, 5)),
            *promised(3, *again, (8, "kept", BEN, 11)),
        ),
    )
    number = attainment(facts)
    assert (number.numerator, number.denominator) == (2, 3)


def test_a_moved_promise_is_due_at_its_new_date_and_one_handed_over_is_left_out() -> None:
    facts = Facts(
        ideas=(*born(1), *born(2)),
        promises=(
            *promised(1, (0, "made", DESK, 5), (3, "made", DESK, 9), (8, "kept", DESK, 9)),
            *promised(2, (0, "made", DESK, 5), (1, "made", BEN, 20), (19, "kept", BEN, 20)),
        ),
    )
    number = attainment(facts)
    assert (number.numerator, number.denominator) == (2, 2)
    assert number.beside == {"missed": 0, "moved": 1, "handed_over": 1}


def test_an_extended_promise_is_due_at_its_new_date() -> None:
    steps = promised(1, (0, "made", DESK, 5), (6, "extended", DESK, 7), (6.5, "kept", DESK, 7))
    number = attainment(Facts(ideas=born(1), promises=tuple(steps)))
    assert (number.numerator, number.denominator) == (1, 1)
    assert number.beside == {"missed": 0, "moved": 1, "handed_over": 0}


def test_an_idea_that_is_withdrawn_before_the_date_owes_nothing() -> None:
    facts = Facts(
        ideas=tuple(born(1, (2, "IdeaWithdrawn"))),
        promises=tuple(promised(1, (0, "made", DESK, 5))),
    )
    assert attainment(facts).reason == "no_data"


def notice(number: int, at: float, kind: str = "decision") -> DeliveryFact:
    return DeliveryFact(
        notice=UUID(int=number), version=1, idea=idea(number), person=ANNA, kind=kind,
        occurred_at=day(at), recorded_at=day(at),
    )  # fmt: skip


def test_an_outcome_that_arrived_closes_the_loop() -> None:
    facts = Facts(
        ideas=(*born(1, (3, "IdeaAccepted")), *born(2, (3, "IdeaDeclined")),
               *born(3, (3, "IdeaParked"))),
        deliveries=(notice(1, 3.1), notice(2, 2.9), notice(3, 3.1, kind="reminder")),
        doings=(did(4, "FeedbackRated", 1, amount=4), did(4, "FeedbackRated", 2, amount=3)),
    )  # fmt: skip
    number = ask("closed_loop", period(0, 30), facts).number
    assert (number.numerator, number.denominator) == (1, 3)
    assert number.beside == {"seen": None, "rated_useful": 1}


def test_an_outcome_of_the_period_counts_whatever_came_after_it() -> None:
    """What a closed period says does not shrink when an idea is answered again later."""
    facts = Facts(
        ideas=tuple(born(1, (3, "IdeaParked"), (40, "IdeaAccepted"))),
        deliveries=(notice(1, 41),),
        doings=(did(2, "FeedbackRated", 1, amount=5), did(41, "FeedbackRated", 1, amount=4)),
    )  # fmt: skip
    first = ask("closed_loop", period(0, 30, 60), facts).number
    assert (first.numerator, first.denominator, first.beside["rated_useful"]) == (0, 1, 0)
    both = ask("closed_loop", period(0, 60), facts).number
    assert (both.numerator, both.denominator, both.beside["rated_useful"]) == (1, 1, 1)


def test_what_is_said_after_an_idea_was_withdrawn_is_no_answer() -> None:
    facts = Facts(ideas=tuple(born(1, (2, "IdeaWithdrawn"))), doings=(did(9, "QuestionAsked", 1),))
    number = ask("first_response", period(0, 30), facts).number
    assert (number.reason, number.beside["answered"], number.beside["left"]) == (
        "not_reached", 0, 1,
    )  # fmt: skip
