"""An idea that asks anew waits for another review; everything told of one says which it is."""

from dataclasses import replace
from uuid import UUID

import pytest

from contracts.feedback import (
    QuestionAnswered,
    QuestionAsked,
    ReviewClosed,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewerRecused,
    ReviewRequested,
)
from contracts.vocabulary import QuestionId
from feedback.domain import (
    AnswerQuestion,
    AskQuestion,
    ChangeAuthors,
    LodgeAppeal,
    Open,
    RecuseReviewer,
    Review,
    ReviewCommand,
    decide,
    evolve,
)
from services.feedback.tests.stories import (
    ANNA,
    APPEAL,
    CLOSE,
    DECLINED,
    DESK,
    NO,
    REQUEST,
    RIK,
    ROUTED,
    SAM,
    WAITS,
    YES,
    after,
    day,
    naming,
)

ANEW = replace(REQUEST, at=day(4), due=day(9), anew=True)
ASKED = AskQuestion(QuestionId(UUID(int=11)), RIK, day(2), "Voor wie?", day(9), day(30))
TOLD = AnswerQuestion(ASKED.question, ANNA, day(3), "Voor allen.", day(28))
ASIDE = RecuseReviewer(RIK, day(2), "Te dichtbij.", DESK, day(28))


@pytest.mark.parametrize(
    ("story", "kind"),
    [
        ((REQUEST, ROUTED), ReviewerAssigned),
        ((*WAITS, ASKED), QuestionAsked),
        ((*WAITS, ASKED, TOLD), QuestionAnswered),
        ((*WAITS, ASIDE), ReviewerRecused),
        ((*WAITS, ChangeAuthors(day(2), (RIK,), DESK, day(28))), ReviewerRecused),
        ((*WAITS, YES), ReviewCompleted),
    ],
)
def test_what_is_told_says_which_review_it_is_about(
    story: tuple[ReviewCommand, ...], kind: type[ReviewerAssigned]
) -> None:
    *before, last = story
    told = [event for event in decide(after(*before), last) if isinstance(event, kind)]
    assert [event.requested for event in told] == [day(0)]


def test_an_idea_that_asks_anew_waits_for_another_review() -> None:
    closed, requested, assigned = decide(
        after(*WAITS, ASKED), replace(ANEW, assignment=naming(SAM))
    )
    assert isinstance(closed, ReviewClosed)
    assert isinstance(requested, ReviewRequested)
    assert isinstance(assigned, ReviewerAssigned)
    assert (assigned.reviewer, assigned.requested) == (SAM, day(4))
    review = after(*WAITS, ASKED, ANEW)
    assert isinstance(review, Open)
    assert (review.accountable, review.reviewer, review.question) == (DESK, None, None)
    assert decide(review, ANEW) == []  # being told twice changes nothing


def test_the_review_of_an_appeal_is_that_of_the_answer_it_is_against() -> None:
    appeal = LodgeAppeal(APPEAL, ANNA, day(4), "Kijk nog eens.", DESK, day(14), naming(SAM))
    lodged, assigned = decide(after(*DECLINED), appeal)
    assert isinstance(assigned, ReviewerAssigned)
    assert assigned.requested == day(0)
    # The idea says that it is open again: it waits for that review already.
    heard = replace(REQUEST, at=day(5))
    review: Review = after(*DECLINED)
    for event in (lodged, assigned):
        review = evolve(review, event)
    assert decide(review, heard) == []
    closed, *_ = decide(review, replace(heard, anew=True))
    assert isinstance(closed, ReviewClosed)  # the desk opened the idea itself: no appeal goes on


def test_an_appeal_that_is_answered_opens_no_other_review_when_its_idea_is_heard_of() -> None:
    appeal = LodgeAppeal(APPEAL, ANNA, day(4), "Kijk nog eens.", DESK, day(14), naming(SAM))
    answered = after(*DECLINED, appeal, replace(NO, by=SAM, at=day(5)))
    assert decide(answered, replace(REQUEST, at=day(4))) == []
    assert decide(answered, replace(REQUEST, at=day(6), anew=True))


def test_what_was_withdrawn_and_reopened_is_another_review() -> None:
    review = after(*WAITS, CLOSE, ANEW)
    assert isinstance(review, Open)
    assert review.requested == day(4)
