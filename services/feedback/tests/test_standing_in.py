"""Who answers when a reviewer becomes an author, is handed past, or is away."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.feedback import (
    AuthorsChanged,
    QuestionAsked,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewerRecused,
    ReviewHandedUp,
)
from contracts.vocabulary import OpinionId, QuestionId
from feedback.domain import (
    AskOpinion,
    AskQuestion,
    AssignReviewer,
    ChangeAuthors,
    HandUp,
    MoveDue,
    Open,
    RateFeedback,
    RecuseReviewer,
    StandIn,
    decide,
    refusals,
)
from services.feedback.tests.stories import (
    ANNA,
    APPEAL,
    BEA,
    CLOSE,
    DECLINED,
    DESK,
    NAMED,
    REQUEST,
    RIK,
    ROUTED,
    SAM,
    TESS,
    WAITS,
    YES,
    after,
    day,
    naming,
)


def test_a_reviewer_who_becomes_an_author_stands_aside() -> None:
    told = ChangeAuthors(day(2), (BEA, RIK), DESK, day(7))
    changed, recused = decide(after(REQUEST, ROUTED), told)
    assert isinstance(changed, AuthorsChanged)
    assert isinstance(recused, ReviewerRecused)
    assert (recused.reviewer, recused.accountable, recused.due) == (RIK, DESK, day(7))
    found = after(REQUEST, ROUTED, told)
    assert isinstance(found, Open)
    assert (found.reviewer, found.accountable, found.co_authors) == (None, DESK, (BEA, RIK))
    with pytest.raises(refusals.NobodyJudgesTheirOwnIdea):
        decide(found, replace(NAMED, assignment=naming(RIK)))
    assert decide(found, told) == []


def test_who_becomes_an_author_may_rate_and_appeal_and_who_was_one_may_not() -> None:
    told = ChangeAuthors(day(4), (TESS,), DESK, day(9))
    answered = after(REQUEST, ROUTED, YES, told)
    rating = RateFeedback(TESS, day(5), 4, 5)
    assert decide(answered, rating)
    with pytest.raises(refusals.OnlyAuthorsDoThis):
        decide(answered, replace(rating, by=BEA))
    assert decide(after(REQUEST, CLOSE), told) == decide(None, told) == []


def test_who_took_over_answers_and_so_may_who_was_named() -> None:
    up = HandUp(day(40), RIK, TESS, day(47))
    for by in (TESS, RIK):
        told = decide(after(*WAITS, up), replace(YES, by=by, at=day(41), due=day(60)))
        assert [e.reviewer for e in told if isinstance(e, ReviewCompleted)] == [by]
    with pytest.raises(refusals.OnlyTheReviewerAnswers):
        decide(after(*WAITS, up), replace(YES, by=SAM, at=day(41), due=day(60)))


def test_who_took_over_asks_the_author_and_others_and_so_may_who_was_named() -> None:
    state = after(*WAITS, HandUp(day(40), RIK, TESS, day(47)))
    for by in (TESS, RIK):
        question = AskQuestion(QuestionId(UUID(int=11)), by, day(41), "Voor wie?", day(50), day(55))
        (asked,) = decide(state, question)
        assert isinstance(asked, QuestionAsked)
        assert (asked.by, asked.accountable) == (by, TESS)
        view = AskOpinion(OpinionId(UUID(int=12)), by, day(41), SAM, "Kan dit?", day(45))
        assert len(decide(state, view)) == 1
    with pytest.raises(refusals.OnlyWhoAnswersAsks):
        decide(state, replace(question, by=SAM))
    with pytest.raises(refusals.OnlyTheReviewerDoesThis):
        decide(state, RecuseReviewer(TESS, day(41), "", DESK, day(50)))


def test_who_took_over_may_name_another() -> None:
    state = after(*WAITS, HandUp(day(40), RIK, TESS, day(47)))
    (named,) = decide(state, AssignReviewer(naming(SAM), day(41), TESS))
    assert isinstance(named, ReviewerAssigned)
    assert named.reviewer == SAM


def test_what_was_handed_up_before_somebody_else_was_named_changes_nothing() -> None:
    state = after(*WAITS, HandUp(day(40), RIK, TESS, day(47)))
    again = HandUp(day(39), RIK, SAM, day(48))
    assert decide(state, again) == []
    assert decide(after(*DECLINED), again) == []
    assert decide(state, HandUp(day(48), TESS, DESK, day(53), APPEAL)) == []
    assert decide(state, HandUp(day(48), TESS, DESK, day(53))) != []


def test_who_is_gone_is_succeeded_however_soon_and_of_this_promise_alone() -> None:
    waits = after(*WAITS)
    assert isinstance(waits, Open)
    gone = HandUp(waits.named_at, RIK, TESS, waits.due, cause="left")
    (succeeded,) = decide(waits, gone)
    assert isinstance(succeeded, ReviewHandedUp)
    assert (succeeded.accountable, succeeded.due) == (TESS, waits.due)
    assert decide(waits, replace(gone, previous=SAM)) == []
    assert decide(waits, replace(gone, due=waits.due - timedelta(days=1))) == []


def test_who_takes_over_from_a_reviewer_keeps_the_date_that_was_promised() -> None:
    later = replace(naming(SAM), due=day(60))
    (handed_over,) = decide(after(*WAITS), AssignReviewer(later, day(9), RIK))
    assert isinstance(handed_over, ReviewerAssigned)
    assert (handed_over.reviewer, handed_over.due) == (SAM, naming(RIK).due)
    moved = MoveDue(day(3), RIK, day(40))
    (told,) = decide(after(*WAITS, moved), AssignReviewer(later, day(9), RIK))
    assert isinstance(told, ReviewerAssigned)
    assert told.due == day(40)


def test_a_deputy_stands_in_by_the_same_date_for_who_holds_the_review_and_nobody_else() -> None:
    away = StandIn(RIK, replace(naming(SAM), due=day(60)), day(9))
    (stands_in,) = decide(after(*WAITS), away)
    assert isinstance(stands_in, ReviewerAssigned)
    assert (stands_in.reviewer, stands_in.by, stands_in.due) == (SAM, None, naming(RIK).due)
    assert decide(after(*WAITS, away), away) == []
    assert decide(after(*WAITS, HandUp(day(40), RIK, TESS, day(47))), away) == []
    assert decide(after(*WAITS), replace(away, deputy=naming(ANNA))) == []
    assert decide(after(*DECLINED), away) == decide(None, away) == []
