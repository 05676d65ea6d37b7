"""What is promised on ideas that were kept elsewhere, and what a step understood later changes."""

import pytest

from contracts.ideas import IdeaParked
from ideas.domain import evolve
from services.ideas.tests.making import (
    ANNA,
    DESK,
    IDEA,
    IN_PILOT,
    LEAD,
    PROMISE,
    RIK,
    day,
    lived,
    past,
)
from services.ideas.tests.pasts import history, owed, told, verdicts


def test_only_the_last_event_of_an_open_idea_makes_a_promise() -> None:
    done = told(*history("submitted", "accepted", "measured"))
    promises = [(getattr(e, "accountable", None), getattr(e, "due", None)) for e in done.events]
    assert promises == [(None, None), (None, None), (LEAD, PROMISE.later)]
    assert owed(done.idea) == (LEAD, PROMISE.later)


@pytest.mark.parametrize("kinds", [("submitted",), ("submitted", "under_review")])
def test_what_waits_is_asked_for_also_where_its_last_line_measures(kinds: tuple[str, ...]) -> None:
    done = told(*history(*kinds, "measured"))
    *before, asks, measured = [getattr(e, "accountable", None) for e in done.events]
    assert (set(before) - {None}, asks, measured) == (set(), LEAD, LEAD)
    more = told(past("measured", 9), idea=done.idea)
    assert owed(more.idea) == owed(done.idea)


def test_an_idea_that_waits_for_its_first_answer_is_promised_one_sooner() -> None:
    assert owed(told(*history("submitted")).idea) == (LEAD, PROMISE.due)


def test_a_parked_idea_is_the_desks() -> None:
    assert owed(told(*history("submitted", "parked")).idea) == (DESK, PROMISE.later)


def test_a_lead_who_wrote_an_idea_too_does_not_owe_its_answer() -> None:
    done = told(past("submitted", 0, author=ANNA, co_authors=(LEAD,)), past("accepted", 1))
    assert owed(done.idea) == (DESK, PROMISE.later)


def test_an_idea_that_is_parked_until_a_day_is_promised_a_word_on_that_day() -> None:
    wakes = day(3_100)
    for steps in (
        [past("parked", 1, wake_on=wakes.date())],
        [past("parked", 1, wake_on=wakes.date()), past("measured", 2)],
        [past("declined", 1), past("parked", 2, wake_on=wakes.date())],
    ):
        done = told(past("submitted", 0), *steps)
        assert owed(done.idea) == (DESK, wakes.replace(hour=17))
        late = told(past("measured", 0.5), idea=done.idea)
        assert owed(late.idea) == (DESK, wakes.replace(hour=17))


def test_a_day_that_woke_an_idea_before_the_cut_over_wakes_it_no_more() -> None:
    parked = past("parked", 1, wake_on=day(2_999).date())
    assert owed(told(past("submitted", 0), parked).idea) == (DESK, PROMISE.later)


def test_an_idea_that_wakes_up_forgets_its_day() -> None:
    parked = past("parked", 1, wake_on=day(3_100).date())
    again = past("reopened", 5, to="parked")
    for steps in ([past("accepted", 3)], [past("declined", 3), again]):
        assert owed(told(past("submitted", 0), parked, *steps).idea)[1] == PROMISE.later


def test_an_idea_that_is_parked_for_longer_is_promised_the_later_day() -> None:
    parked = [past("parked", n, wake_on=day(3_100 + n).date()) for n in (1, 2)]
    done = told(past("submitted", 0), *parked, past("parked", 3))
    assert verdicts(done) == ["recorded", "recorded", "recorded", "repeated"]
    assert owed(done.idea) == (DESK, day(3_102).replace(hour=17))


@pytest.mark.parametrize("end", ["realised", "declined", "withdrawn"])
def test_a_finished_idea_is_promised_nothing(end: str) -> None:
    done = told(*history("submitted", end, "measured"))
    assert [getattr(e, "accountable", None) for e in done.events] == [None] * 3
    assert owed(done.idea) == (None, None)


def test_a_step_understood_later_does_not_take_the_promise_away() -> None:
    first = told(*history("submitted", "accepted"), past("measured", 9))
    late = told(past("pilot_started", 5), idea=first.idea)
    assert [e.accountable for e in late.events] == [None]  # type: ignore[union-attr]
    assert late.idea is not None
    assert late.idea.state == "in_pilot"
    assert owed(late.idea) == (LEAD, PROMISE.later)


def test_an_idea_that_is_open_by_a_step_understood_later_is_promised_something() -> None:
    first = told(*history("submitted", "declined"), past("measured", 9))
    assert owed(first.idea) == (None, None)
    late = told(past("accepted", 5), idea=first.idea)
    assert late.idea is not None
    assert late.idea.state == "accepted"
    assert owed(late.idea) == (LEAD, PROMISE.later)


def test_an_old_promise_of_an_idea_that_was_finished_does_not_count_again() -> None:
    first = told(past("submitted", 0))
    over = told(past("declined", 1), past("measured", 9), idea=first.idea)
    assert owed(over.idea) == (None, None)
    again = told(past("accepted", 5), idea=over.idea)
    assert owed(again.idea) == (LEAD, PROMISE.later)


def test_a_promise_of_an_earlier_moment_does_not_replace_a_later_one() -> None:
    idea = lived(*IN_PILOT)
    older = IdeaParked(at=day(2), idea=IDEA, author=ANNA, accountable=LEAD, due=day(99))
    assert owed(evolve(idea, older)) == (RIK, day(63))
