"""Stories: how a review is asked for, given to somebody, answered, or needed no more."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import NotAllowed, Rejected
from contracts.feedback import ReviewClosed, ReviewCompleted, ReviewerAssigned, ReviewRequested
from feedback.domain import (
    Closed,
    Completed,
    CompleteReview,
    Open,
    Review,
    ReviewCommand,
    decide,
    evolve,
    refusals,
)
from feedback.domain.limits import Latest, Limits
from feedback.domain.rubric import RUBRIC
from services.feedback.tests.stories import (
    ANNA,
    BEA,
    CLOSE,
    DESK,
    IDEA,
    NAMED,
    PAST,
    REQUEST,
    RIK,
    ROUTED,
    SAM,
    TESS,
    YES,
    after,
    day,
    naming,
)
from services.feedback.tests.test_dialogue import REFUSED as DIALOGUE

FIRST = RUBRIC.names[0]


def test_without_a_reviewer_the_desk_is_accountable() -> None:
    assert decide(None, REQUEST) == [
        ReviewRequested(
            idea=IDEA, author=ANNA, co_authors=(BEA,), department="sales", at=day(0),
            accountable=DESK, due=day(5),
        )
    ]  # fmt: skip
    assert after(REQUEST) == Open(
        IDEA, ANNA, (BEA,), DESK, day(5), day(0), requested=day(0)
    )  # fmt: skip


def test_a_reviewer_who_was_found_is_named_at_once() -> None:
    _, assigned = decide(None, replace(REQUEST, assignment=naming(RIK)))
    assert assigned == ReviewerAssigned(
        idea=IDEA, author=ANNA, reviewer=RIK, criteria=RUBRIC.names, rubric="1", due=day(28),
        at=day(0), requested=day(0),
    )  # fmt: skip


@pytest.mark.parametrize("author", [ANNA, BEA])
def test_an_author_is_never_named_whoever_found_them(author: str) -> None:
    found = naming(author)  # type: ignore[arg-type]
    assert len(decide(None, replace(REQUEST, assignment=found))) == 1
    with pytest.raises(refusals.NobodyJudgesTheirOwnIdea):
        decide(after(REQUEST), replace(NAMED, assignment=found))


def test_being_asked_twice_changes_nothing() -> None:
    assert decide(after(REQUEST), REQUEST) == []
    assert decide(after(REQUEST, ROUTED), replace(REQUEST, assignment=naming(SAM))) == []


def test_the_desk_names_somebody_else_and_routing_replaces_nobody() -> None:
    (event,) = decide(after(REQUEST, ROUTED), NAMED)
    assert isinstance(event, ReviewerAssigned)
    assert (event.reviewer, event.by) == (SAM, DESK)
    assert decide(after(REQUEST, NAMED), ROUTED) == []
    assert decide(after(REQUEST, CLOSE), ROUTED) == decide(None, ROUTED) == []
    assert decide(after(REQUEST, NAMED), NAMED) == []


def test_an_answer_is_told_whole_and_without_blanks_around_it() -> None:
    assert decide(after(REQUEST, ROUTED), YES) == [
        ReviewCompleted(
            idea=IDEA, author=ANNA, reviewer=RIK, outcome="accepted", rubric="1", at=day(3),
            marks=dict.fromkeys(RUBRIC.names, "met"),
            sentences={name: f"We asked the team about {name}." for name in RUBRIC.names},
            reason="It saves an hour a day.", next_step="Rik starts a pilot in May.",
            accountable=RIK, due=day(31), requested=day(0),
        )
    ]  # fmt: skip


def test_a_no_promises_nothing_more() -> None:
    no = replace(YES, outcome="declined", accountable=None, due=None)
    (event,) = decide(after(REQUEST, ROUTED), no)
    assert isinstance(event, ReviewCompleted)
    assert (event.accountable, event.due) == (None, None)


@pytest.mark.parametrize(("who", "at_desk"), [(RIK, False), (TESS, True)])
def test_the_reviewer_and_the_desk_may_answer(who: str, at_desk: bool) -> None:
    answer = replace(YES, by=who, at_desk=at_desk)  # type: ignore[arg-type]
    assert after(REQUEST, ROUTED, answer) == Completed(
        IDEA, ANNA, who, "accepted", (BEA,), requested=day(0)  # type: ignore[arg-type]
    )  # fmt: skip


def test_who_answers_a_sealed_idea_declares_to_stand_apart_from_it() -> None:
    sealed = replace(REQUEST, way="sealed")
    (told,) = decide(after(sealed, ROUTED), replace(YES, apart=True))
    assert isinstance(told, ReviewCompleted)
    assert told.apart
    (told,) = decide(after(REQUEST, ROUTED), replace(YES, apart=True))
    assert isinstance(told, ReviewCompleted)
    assert not told.apart  # of a named idea everybody knows it


def test_whoever_is_accountable_may_answer_where_nobody_is_named() -> None:
    assert decide(after(REQUEST), replace(YES, by=DESK))


def test_a_withdrawn_idea_waits_no_more() -> None:
    assert decide(after(REQUEST), CLOSE) == [ReviewClosed(idea=IDEA, author=ANNA, at=day(2))]
    assert decide(after(REQUEST, CLOSE), CLOSE) == decide(None, CLOSE) == []


def test_what_ended_before_the_review_was_asked_for_does_not_end_it() -> None:
    assert decide(after(REQUEST), replace(CLOSE, at=day(-1))) == []


@pytest.mark.parametrize("before", [(REQUEST, ROUTED, YES), (REQUEST, CLOSE)])
def test_a_reopened_idea_asks_again(before: tuple[ReviewCommand, ...]) -> None:
    again = replace(REQUEST, at=day(9), due=day(15), assignment=naming(SAM))
    found = after(*before, again)
    assert isinstance(found, Open)
    assert (found.reviewer, found.accountable, found.since) == (SAM, SAM, day(9))


def test_who_was_named_long_ago_is_told_and_answers_nothing_now() -> None:
    (event,) = decide(after(REQUEST), PAST)
    assert event == ReviewerAssigned(
        idea=IDEA, author=ANNA, reviewer=TESS, origin="imported", at=PAST.at
    )
    assert after(REQUEST, PAST) == after(REQUEST)
    assert after(PAST) is None


LIMITED = Limits(Latest(day(93).date(), day(93)), Latest(day(550).date(), day(550)))
SOON = replace(YES, limits=LIMITED)
PARKED = replace(SOON, outcome="parked", due=day(550), wake_on=day(550).date())
REFUSED = [
    (NAMED, (), refusals.NoReviewIsOpen),
    (NAMED, (REQUEST, CLOSE), refusals.NoReviewIsOpen),
    (YES, (), refusals.NoReviewIsOpen),
    (YES, (REQUEST, CLOSE), refusals.NoReviewIsOpen),
    (YES, (REQUEST, ROUTED, YES), refusals.NoReviewIsOpen),
    (replace(YES, by=TESS), (REQUEST, ROUTED), refusals.OnlyTheReviewerAnswers),
    (replace(YES, by=DESK), (REQUEST, ROUTED), refusals.OnlyTheReviewerAnswers),
    (replace(YES, by=ANNA, at_desk=True), (REQUEST,), refusals.NobodyJudgesTheirOwnIdea),
    (replace(YES, by=BEA, at_desk=True), (REQUEST,), refusals.NobodyJudgesTheirOwnIdea),
    (replace(NAMED, assignment=naming(BEA)), (REQUEST,), refusals.NobodyJudgesTheirOwnIdea),
    (replace(YES, marks={}), (REQUEST, ROUTED), refusals.EveryCriterionNeedsAnOutcome),
    (replace(YES, sentences={}), (REQUEST, ROUTED), refusals.EveryOutcomeNeedsASentence),
    (replace(YES, sentences={**YES.sentences, FIRST: "  "}), (REQUEST, ROUTED),
     refusals.EveryOutcomeNeedsASentence),
    (replace(YES, marks={**YES.marks, "taste": "met"}), (REQUEST, ROUTED),
     refusals.TheseAreNoCriteria),
    (replace(YES, reason=" \n"), (REQUEST, ROUTED), refusals.TheReasonIsMissing),
    (replace(YES, next_step=""), (REQUEST, ROUTED), refusals.TheNextStepIsMissing),
    (replace(YES, accountable=None), (REQUEST, ROUTED), refusals.NobodyOwesTheNextWord),
    (replace(YES, due=None), (REQUEST, ROUTED), refusals.NobodyOwesTheNextWord),
    (replace(YES, due=None, outcome="parked"), (REQUEST, ROUTED), refusals.NobodyOwesTheNextWord),
    (replace(PAST, at=day(1)), (), refusals.TheFactIsStillToCome),
    (YES, (replace(REQUEST, way="sealed"), ROUTED), refusals.SayThatYouStandApart),
    (replace(YES, due=day(3)), (REQUEST, ROUTED), refusals.TheDateIsOver),
    (replace(YES, due=day(2), outcome="parked"), (REQUEST, ROUTED), refusals.TheDateIsOver),
    (replace(SOON, due=day(94)), (REQUEST, ROUTED), refusals.TheDateIsTooFar),
    (replace(SOON, due=day(94), outcome="parked"), (REQUEST, ROUTED), refusals.TheDateIsTooFar),
    (replace(PARKED, due=day(551)), (REQUEST, ROUTED), refusals.TheDateIsTooFar),
    (replace(PARKED, wake_on=day(551).date()), (REQUEST, ROUTED), refusals.TheDateIsTooFar),
]  # fmt: skip


@pytest.mark.parametrize("answer", [replace(SOON, due=day(93)), PARKED])
def test_the_last_day_that_may_be_named_is_taken(answer: CompleteReview) -> None:
    assert isinstance(after(REQUEST, ROUTED, answer), Completed)


@pytest.mark.parametrize(("asked", "before", "refusal"), REFUSED)
def test_each_no_has_its_own_sentence(
    asked: ReviewCommand, before: tuple[ReviewCommand, ...], refusal: type[Rejected]
) -> None:
    with pytest.raises(refusal) as said:
        decide(after(*before), asked)
    assert type(said.value) is refusal
    assert str(said.value).endswith(".")


def test_every_refusal_is_told_by_a_story() -> None:
    every = {
        kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, Rejected)
    }
    told = {refusal for _, _, refusal in REFUSED} | {refusal for _, refusal in DIALOGUE}
    # Who is here is known at the doors alone.
    assert told == every - {Rejected, NotAllowed, refusals.NobodyOfThatName}


def test_a_refusal_names_what_is_missing() -> None:
    with pytest.raises(refusals.EveryCriterionNeedsAnOutcome, match=FIRST):
        decide(after(REQUEST, ROUTED), replace(YES, marks={}))


COMMANDS = st.sampled_from([
    REQUEST, replace(REQUEST, assignment=naming(RIK), at=day(9)), ROUTED, NAMED, CLOSE, YES, PAST,
    replace(YES, by=SAM, outcome="parked"), replace(YES, by=TESS, at_desk=True, marks={}),
])  # fmt: skip


@given(st.lists(COMMANDS, max_size=12))
def test_whatever_is_asked_an_open_review_names_a_person_and_a_date(
    commands: list[ReviewCommand],
) -> None:
    review: Review = None
    for command in commands:
        try:
            decided = decide(review, command)
        except Rejected:
            continue
        for event in decided:
            review = evolve(review, event)
        if isinstance(review, Open):
            assert review.accountable
            assert review.due
            assert review.reviewer not in {review.author, *review.co_authors}
        repeatable = not isinstance(command, type(YES) | type(PAST))
        if repeatable and not isinstance(command, type(REQUEST)):
            assert decided == [] or decide(review, command) == []
        if isinstance(command, type(REQUEST)):
            assert decide(review, command) == []


EVENTS = [
    event
    for before, command in [
        (None, replace(REQUEST, assignment=naming(RIK))),
        (after(REQUEST), NAMED),
        (after(REQUEST), CLOSE),
        (after(REQUEST, ROUTED), YES),
        (None, PAST),
    ]
    for event in decide(before, command)  # type: ignore[arg-type]
]


@given(st.lists(st.sampled_from(EVENTS)))
def test_no_history_is_too_strange_to_be_folded(events: list[object]) -> None:
    review: Review = None
    for event in events:
        review = evolve(review, event)  # type: ignore[arg-type]
    assert review is None or isinstance(review, Open | Completed | Closed)
