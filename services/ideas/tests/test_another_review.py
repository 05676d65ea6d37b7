"""What is told late of a review that the idea has left behind says nothing of the one it is in."""

from dataclasses import replace
from datetime import datetime

import pytest

from contracts.ideas import IdeaAccepted, IdeaReopened, IdeaRevived, IdeaTakenUnderReview
from ideas.domain import HearAppeal, IdeaCommand, ReviveIdea, SetPromise, decide
from services.ideas.tests.making import (
    ANNA,
    DESK,
    RIK,
    answer,
    day,
    events,
    lived,
    reopen,
    submit,
    take,
    withdraw,
)

WITHDRAWN = (submit(), withdraw(at=1))
REOPENED = (*WITHDRAWN, reopen("submitted", at=2))
PARKED = (submit(), take(), answer("parked", at=1))
REVIVED = (*PARKED, ReviveIdea(day(2), DESK, day(9), DESK))


def late(requested: datetime | None) -> list[IdeaCommand]:
    """Return what is heard of a review, late, that was asked for at a moment."""
    return [
        replace(take(at=3), requested=requested),
        replace(answer("accepted", at=3), requested=requested),
        SetPromise(day(3), day(30), "question", RIK, requested=requested),
    ]


@pytest.mark.parametrize("heard", late(day(0)))
@pytest.mark.parametrize("story", [REOPENED, REVIVED])
def test_what_belongs_to_an_earlier_review_changes_nothing(
    story: tuple[IdeaCommand, ...], heard: IdeaCommand
) -> None:
    assert decide(lived(*story), heard) == []


@pytest.mark.parametrize("heard", [*late(None), *late(day(2))])
def test_what_belongs_to_this_one_counts_and_so_does_what_does_not_say(heard: IdeaCommand) -> None:
    assert decide(lived(*REOPENED), heard)


def test_two_reviews_are_never_asked_for_at_the_same_moment() -> None:
    """A clock may stand still, or jump back an hour: what comes later is later."""
    (reopened,) = events(*WITHDRAWN, reopen("submitted", at=0))
    assert isinstance(reopened, IdeaReopened)
    assert reopened.anew
    assert reopened.at > day(1)
    (revived,) = events(*PARKED, ReviveIdea(day(0), DESK, day(9), DESK))
    assert isinstance(revived, IdeaRevived)
    assert revived.at > day(1)


def test_an_appeal_asks_for_no_other_review_than_its_own() -> None:
    declined = (submit(), take(), answer("declined", at=1))
    appeal = HearAppeal(day(2), ANNA, DESK, day(12))
    (reopened,) = events(*declined, appeal)
    assert isinstance(reopened, IdeaReopened)
    assert not reopened.anew
    (taken,) = events(*declined, appeal, replace(take(at=3), requested=day(0)))
    assert isinstance(taken, IdeaTakenUnderReview)
    (accepted,) = events(*declined, appeal, replace(answer("accepted", at=3), requested=day(0)))
    assert isinstance(accepted, IdeaAccepted)


def test_an_idea_that_goes_back_to_its_pilot_asks_for_no_review() -> None:
    ended = (submit(), take(), answer("accepted", at=1), withdraw(at=2))
    (reopened,) = events(*ended, reopen("accepted", at=3))
    assert isinstance(reopened, IdeaReopened)
    assert not reopened.anew
