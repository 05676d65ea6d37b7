"""Who a review says owes its answer, and who reads what was said around it."""

from dataclasses import replace

import pytest

from chassis.decider import NotFound
from chassis.store import Recorded
from contracts.feedback import Outcome
from contracts.vocabulary import PersonId
from feedback.api.showing import shown, writers
from feedback.api.told import Reader, Told
from feedback.domain import (
    AssignReviewer,
    HandUp,
    LodgeAppeal,
    RateFeedback,
    RecuseReviewer,
    Review,
    ReviewCommand,
    decide,
    evolve,
)
from services.feedback.tests.stories import (
    ANNA,
    APPEAL,
    BEA,
    DECLINED,
    DESK,
    IDEA,
    NO,
    REQUEST,
    RIK,
    ROUTED,
    SAM,
    TESS,
    WAITS,
    YES,
    day,
    naming,
)

MISSED = LodgeAppeal(APPEAL, ANNA, day(5), "The figures are old.", DESK, day(12))
SECOND = AssignReviewer(naming(SAM), day(6), DESK, at_desk=True)
RATED = RateFeedback(BEA, day(4), 2, 5, "clear, but short")
ASIDE = RecuseReviewer(RIK, day(2), "my sister's idea", DESK, day(9))
GRANTED = replace(YES, by=SAM, at=day(8), accountable=SAM)
EVERYBODY = {ANNA, BEA, RIK, SAM, TESS, DESK}


def told(*commands: ReviewCommand) -> Told:
    """Return what a review says after all of this was done to it."""
    review: Review = None
    events = []
    for command in commands:
        for event in decide(review, command):
            review = evolve(review, event)
            events.append(event)
    return Told([
        Recorded(id=IDEA, stream=f"review-{IDEA}", version=version, type="", data=event,
                 occurred_at=event.at, recorded_at=event.at)
        for version, event in enumerate(events, start=1)
    ])  # fmt: skip


def by(person: PersonId, *, at_desk: bool = False) -> Reader:
    return Reader(person, at_desk)


def test_whoever_looks_again_reads_the_first_answer_and_what_was_missed() -> None:
    appealed = told(*DECLINED, MISSED, SECOND)
    assert appealed.concerned == {ANNA, BEA, RIK, SAM}
    assert {who for who in EVERYBODY if appealed.shows_appeal(by(who))} == {ANNA, BEA, RIK, SAM}
    assert appealed.shows_appeal(by(TESS, at_desk=True))
    seen = shown(appealed, by(SAM), reads=True, erased=frozenset())
    assert seen.appeal is not None
    assert (seen.appeal.words, seen.appeal.against) == ("The figures are old.", RIK)
    assert (seen.appeal.decided_at, seen.appeal.granted) == (None, None)
    assert (seen.reviewer, seen.answered_by, seen.reason) == (SAM, RIK, NO.reason.strip())


def test_before_somebody_else_is_named_the_desk_owes_the_second_look() -> None:
    appealed = told(*DECLINED, MISSED)
    seen = shown(appealed, by(DESK), reads=True, erased=frozenset())
    assert (seen.reviewer, seen.due, appealed.accountable) == (None, day(12), DESK)
    assert appealed.shows_appeal(by(DESK))
    assert not appealed.shows_appeal(by(SAM))


def test_whoever_takes_over_a_second_look_that_is_late_reads_it_too() -> None:
    up = HandUp(day(40), SAM, TESS, day(47), appeal=APPEAL)
    late = told(*DECLINED, MISSED, SECOND, up)
    assert late.accountable == TESS
    assert {who for who in EVERYBODY if late.shows_appeal(by(who))} == EVERYBODY - {DESK}


def test_whoever_stands_aside_from_a_second_look_reads_no_more() -> None:
    aside = RecuseReviewer(SAM, day(7), "", DESK, day(14))
    again = told(*DECLINED, MISSED, SECOND, aside)
    assert (again.accountable, again.named) == (DESK, None)
    assert SAM not in again.concerned
    assert not again.shows_appeal(by(SAM))


@pytest.mark.parametrize(("outcome", "granted"), [("accepted", True), ("declined", False)])
def test_what_became_of_an_appeal_is_said_beside_it(outcome: Outcome, granted: bool) -> None:
    decided = told(*DECLINED, MISSED, SECOND, replace(GRANTED, outcome=outcome))
    for who in (ANNA, RIK, SAM):
        appeal = shown(decided, by(who), reads=False, erased=frozenset()).appeal
        assert appeal is not None
        assert (appeal.decided_at, appeal.granted) == (day(8), granted)
    assert shown(decided, by(TESS), reads=False, erased=frozenset()).appeal is None
    assert decided.concerned == {ANNA, BEA, SAM}, "the first answer is no longer the answer"


def test_an_idea_that_asks_anew_shows_its_old_appeal_to_nobody_new() -> None:
    again = (replace(REQUEST, at=day(60), anew=True), replace(ROUTED, at=day(60)))
    asked = told(*DECLINED, MISSED, SECOND, replace(NO, by=SAM, at=day(8)), *again)
    assert (asked.appealed, asked.accountable) == (False, RIK)
    assert {who for who in EVERYBODY if asked.shows_appeal(by(who))} == {ANNA, BEA, RIK, SAM}
    assert told(*WAITS).shows_appeal(by(DESK, at_desk=True)) is False


def test_a_rating_is_for_its_authors_whom_it_is_about_and_the_desk() -> None:
    rated = told(*DECLINED, RATED)
    assert {who for who in EVERYBODY if rated.shows_rating(by(who))} == {ANNA, BEA, RIK}
    assert rated.shows_rating(by(TESS, at_desk=True))
    rating = shown(rated, by(RIK), reads=True, erased=frozenset()).rating
    assert rating is not None
    assert (rating.useful, rating.respectful, rating.words) == (2, 5, "clear, but short")
    assert shown(rated, by(SAM), reads=True, erased=frozenset()).rating is None


def test_the_rating_of_another_answer_is_not_said_of_this_one() -> None:
    decided = told(*DECLINED, RATED, MISSED, SECOND, GRANTED)
    assert not decided.shows_rating(by(RIK))
    assert not decided.shows_rating(by(SAM))


def test_why_somebody_stood_aside_is_for_the_desk_alone_and_not_of_its_own_idea() -> None:
    aside = told(*WAITS, ASIDE)
    assert not any(aside.shows_recusals(by(who)) for who in EVERYBODY)
    assert not aside.shows_recusals(by(BEA, at_desk=True))
    seen = shown(aside, by(TESS, at_desk=True), reads=True, erased=frozenset())
    assert seen.recusals is not None
    assert [(each.by, each.reason) for each in seen.recusals] == [(RIK, "my sister's idea")]
    assert shown(aside, by(RIK), reads=True, erased=frozenset()).recusals is None
    assert (seen.reviewer, aside.accountable) == (None, DESK)
    nobody = shown(told(*WAITS), by(TESS, at_desk=True), reads=True, erased=frozenset())
    assert nobody.recusals == []


def test_a_service_that_names_nobody_reads_nothing() -> None:
    everything = told(*WAITS, ASIDE, SECOND, replace(NO, by=SAM), RATED, MISSED)
    nobody = Reader(None, at_desk=False)
    seen = shown(everything, nobody, reads=False, erased=frozenset())
    assert (seen.appeal, seen.rating, seen.recusals) == (None, None, None)


def test_what_the_erased_said_is_left_out() -> None:
    said = told(*WAITS, ASIDE, SECOND, replace(NO, by=SAM), RATED, MISSED)
    assert writers(said) == {RIK, BEA, ANNA}
    seen = shown(said, by(DESK, at_desk=True), reads=True, erased=writers(said))
    assert seen.appeal is not None
    assert seen.rating is not None
    assert seen.recusals is not None
    assert (seen.appeal.words, seen.rating.words) == (None, None)
    assert [each.reason for each in seen.recusals] == [None]


def test_what_was_never_told_is_not_found() -> None:
    with pytest.raises(NotFound):
        Told([])
