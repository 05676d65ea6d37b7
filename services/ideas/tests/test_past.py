"""Histories that were kept elsewhere: they skip steps, go backwards, and count as they are."""

import pytest

from contracts.ideas import IdeaReopened, PilotConcluded, PilotMeasured
from ideas.domain import RecordPastStep, refusals
from services.ideas.tests.making import (
    ANNA,
    BO,
    IN_PILOT,
    LEAD,
    RIK,
    answer,
    day,
    lived,
    names,
    past,
    start,
)
from services.ideas.tests.pasts import history, owed, told, verdicts


@pytest.mark.parametrize(
    ("kinds", "happened", "state"),
    [
        (("submitted",), ["IdeaSubmitted"], "submitted"),
        (("submitted", "realised"), ["IdeaSubmitted", "IdeaRealised"], "realised"),
        (
            ("submitted", "accepted", "under_review"),
            ["IdeaSubmitted", "IdeaAccepted", "IdeaReopened"],
            "under_review",
        ),
        (
            ("submitted", "declined", "accepted"),
            ["IdeaSubmitted", "IdeaDeclined", "IdeaReopened", "IdeaAccepted"],
            "accepted",
        ),
        (
            ("submitted", "withdrawn", "declined"),
            ["IdeaSubmitted", "IdeaWithdrawn", "IdeaReopened", "IdeaDeclined"],
            "declined",
        ),
        (
            ("submitted", "withdrawn", "realised"),
            ["IdeaSubmitted", "IdeaWithdrawn", "IdeaReopened"],
            "realised",
        ),
        (
            ("submitted", "realised", "pilot_started"),
            ["IdeaSubmitted", "IdeaRealised", "IdeaReopened", "PilotStarted"],
            "in_pilot",
        ),
        (
            ("submitted", "declined", "pilot_started"),
            ["IdeaSubmitted", "IdeaDeclined", "IdeaReopened", "PilotStarted"],
            "in_pilot",
        ),
        (
            ("submitted", "pilot_started", "accepted"),
            ["IdeaSubmitted", "PilotStarted", "IdeaReopened"],
            "accepted",
        ),
        (
            ("submitted", "pilot_started", "declined"),
            ["IdeaSubmitted", "PilotStarted", "IdeaDeclined"],
            "declined",
        ),
        (
            ("submitted", "realised", "withdrawn"),
            ["IdeaSubmitted", "IdeaRealised", "IdeaWithdrawn"],
            "withdrawn",
        ),
        (
            ("submitted", "parked", "under_review"),
            ["IdeaSubmitted", "IdeaParked", "IdeaTakenUnderReview"],
            "under_review",
        ),
    ],
)
def test_a_past_step_counts_as_what_it_was(
    kinds: tuple[str, ...], happened: list[str], state: str
) -> None:
    done = told(*history(*kinds))
    assert names(done.events) == happened
    assert done.idea is not None
    assert done.idea.state == state
    assert verdicts(done) == ["recorded"] * len(kinds)


def test_a_fact_that_names_the_present_state_changes_nothing() -> None:
    done = told(*history("submitted", "realised", "realised"))
    assert verdicts(done) == ["recorded", "recorded", "repeated"]
    assert len(done.events) == 2


@pytest.mark.parametrize("before", ["under_review", "accepted", "realised", "declined"])
def test_a_step_back_that_names_its_state_is_always_a_reopening(before: str) -> None:
    done = told(*history("submitted", before), past("reopened", 9, to="in_pilot", reason="beta"))
    last = done.events[-1]
    assert isinstance(last, IdeaReopened)
    assert (last.to, last.reason, last.origin) == ("in_pilot", "beta", "imported")


def test_a_step_back_to_where_it_is_changes_nothing() -> None:
    done = told(*history("submitted", "pilot_started"), past("reopened", 9, to="in_pilot"))
    assert verdicts(done)[-1] == "repeated"


def test_a_measurement_starts_no_pilot() -> None:
    done = told(*history("submitted", "accepted", "measured"))
    assert isinstance(done.events[-1], PilotMeasured)
    assert done.idea is not None
    assert (done.idea.state, done.idea.pilot) == ("accepted", None)


def test_a_pilot_that_is_stopped_ends_its_idea_once() -> None:
    end = past("pilot_concluded", 5, outcome="stopped")
    again = past("pilot_concluded", 6, outcome="stopped")
    done = told(*history("submitted", "pilot_started"), end, again)
    assert verdicts(done)[-2:] == ["recorded", "repeated"]
    assert done.idea is not None
    assert done.idea.state == "stopped"


def test_a_pilot_that_ends_after_its_idea_was_going_on_again() -> None:
    done = told(*history("submitted", "realised", "pilot_concluded"))
    assert names(done.events[-2:]) == ["IdeaReopened", "PilotConcluded"]
    assert isinstance(done.events[-1], PilotConcluded)
    assert done.idea is not None
    assert done.idea.state == "in_pilot"


@pytest.mark.parametrize(
    ("steps", "line", "refusal"),
    [
        ([past("accepted", 0)], 0, refusals.TheFactComesBeforeItsIdea),
        ([past("submitted", 1), past("accepted", 0)], 1, refusals.TheFactComesBeforeItsIdea),
        ([past("submitted", 0), past("submitted", 1)], 1, refusals.TheIdeaIsBornAlready),
        ([past("submitted", 0), past("reopened", 1)], 1, refusals.AReopeningNamesAState),
        ([past("submitted", 0, author=None)], 0, refusals.NobodySubmittedIt),
        ([past("submitted", 0), past("accepted", 3_001)], 1, refusals.TheFactIsStillToCome),
        ([past("submitted", 3_001)], 0, refusals.TheFactIsStillToCome),
    ],
)
def test_what_contradicts_itself_is_refused_and_nothing_else(
    steps: list[RecordPastStep], line: int, refusal: type[Exception]
) -> None:
    done = told(*steps)
    assert done.results[line].verdict == "refused"
    assert done.results[line].reason == str(refusal())
    assert verdicts(done).count("refused") == 1


def test_without_authors_whoever_told_it_is_its_author() -> None:
    done = told(past("submitted", 0, author=None, by=BO))
    assert done.idea is not None
    assert done.idea.author == BO


def test_all_of_it_is_marked_as_imported() -> None:
    done = told(*history("submitted", "under_review", "parked", "accepted", "pilot_started",
                         "measured", "pilot_concluded", "realised", "withdrawn"))  # fmt: skip
    assert {event.origin for event in done.events} == {"imported"}  # type: ignore[union-attr]
    assert [event.at for event in done.events] == [day(n) for n in range(9)]


def test_a_step_understood_later_is_decided_on_the_state_of_its_own_moment() -> None:
    first = told(past("submitted", 0), past("realised", 9))
    late = told(past("accepted", 5), idea=first.idea)
    assert names(late.events) == ["IdeaAccepted"]
    assert late.idea is not None
    assert late.idea.state == "realised"
    assert late.idea.state_at(day(6)) == "accepted"
    assert late.idea.moment == day(9)


def test_the_order_of_the_lines_counts_within_one_moment_only() -> None:
    declined, accepted = past("declined", 3), past("accepted", 5)
    for steps in ((declined, accepted), (accepted, declined)):
        done = told(past("submitted", 0), *steps)
        assert names(done.events[1:]) == ["IdeaDeclined", "IdeaReopened", "IdeaAccepted"]
    at_once = told(past("submitted", 0), past("accepted", 0), past("declined", 0))
    assert at_once.idea is not None
    assert at_once.idea.state == "declined"


def test_an_imported_idea_goes_on_living() -> None:
    idea = told(*history("submitted", "under_review")).idea
    assert lived(answer("accepted", 30), start(31), idea=idea).state == "in_pilot"


def test_an_idea_that_was_imported_in_a_pilot_may_start_one_of_its_own() -> None:
    idea = told(past("submitted", 0), past("reopened", 1, to="in_pilot")).idea
    assert owed(lived(start(2, by=LEAD), idea=idea)) == (LEAD, day(62))


def test_a_past_step_of_a_live_idea_is_decided_like_any_other() -> None:
    idea = lived(*IN_PILOT)
    done = told(past("submitted", 0, author=ANNA), idea=idea)
    assert verdicts(done) == ["refused"]
    assert owed(done.idea) == (RIK, day(63))
