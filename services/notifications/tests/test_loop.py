"""The feedback guarantee, told as stories."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.notifications import (
    Escalated,
    LoopEvent,
    PromiseBroken,
    PromiseExtended,
    PromiseKept,
    PromiseMade,
    PromisePassedOn,
)
from contracts.vocabulary import IdeaId, PersonId
from notifications.domain.ladder import Ladder, Listed
from notifications.domain.loop import (
    BreakPromise,
    ExtendPromise,
    FollowStep,
    LoopCommand,
    PassOn,
    decider,
)
from notifications.domain.subjects import of_idea

IDEA = IdeaId(UUID(int=7))
ANNA, RIK, LENA, DESK = map(PersonId, ("anna", "rik", "lena", "desk"))
ABOUT = of_idea(IDEA)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LADDER = Ladder({RIK: Listed(lead=LENA)}, DESK, {ANNA})


def made(person: PersonId, due: datetime, at: datetime = NOON) -> PromiseMade:
    return PromiseMade(**ABOUT.told(), author=ANNA, accountable=person, due=due, at=at)


def kept(person: PersonId, due: datetime, at: datetime) -> PromiseKept:
    return PromiseKept(**ABOUT.told(), author=ANNA, accountable=person, due=due, at=at)


def broken(person: PersonId, due: datetime, at: datetime) -> PromiseBroken:
    return PromiseBroken(**ABOUT.told(), author=ANNA, accountable=person, due=due, at=at)


def escalated(person: PersonId, due: datetime, at: datetime) -> Escalated:
    return Escalated(
        **ABOUT.told(), author=ANNA, previous=RIK, accountable=person, due=due, rung="lead",
        missed=NOON + 20 * DAY, at=at,
    )  # fmt: skip


def step(
    version: int, person: PersonId | None = None, due: datetime | None = None, *,
    at: datetime = NOON, answers: bool = False, finished: bool = False, known: int = 0,
    names: bool = False,
) -> FollowStep:  # fmt: skip
    return FollowStep(ABOUT, ANNA, at, version, known, person, due, answers, finished, names)


def story(*, given: Sequence[LoopEvent], when: LoopCommand, then: Sequence[LoopEvent]) -> None:
    assert decider.decide(decider.replay(given), when) == list(then)


FIRST = made(DESK, NOON + 5 * DAY)
RIKS = made(RIK, NOON + 20 * DAY)
TOO_LATE = NOON + 20 * DAY
TAKEN_OVER = escalated(LENA, NOON + 27 * DAY, TOO_LATE)
LATER = NOON + 23 * DAY


def extended(person: PersonId, was: datetime, due: datetime, at: datetime) -> PromiseExtended:
    return PromiseExtended(**ABOUT.told(), author=ANNA, accountable=person, was=was, due=due, at=at)


RIKS_LATER = extended(RIK, RIKS.due, LATER, TOO_LATE)


def test_a_submitted_idea_has_a_promise_by_the_desk() -> None:
    story(given=[], when=step(1, DESK, NOON + 5 * DAY), then=[FIRST])


def test_being_routed_to_a_reviewer_replaces_the_promise_and_answers_nothing() -> None:
    story(given=[FIRST], when=step(2, RIK, NOON + 20 * DAY, known=1), then=[RIKS])


def test_an_answer_keeps_the_promise_and_makes_the_next() -> None:
    at, due = NOON + 3 * DAY, NOON + 40 * DAY
    story(
        given=[FIRST, RIKS],
        when=step(3, LENA, due, at=at, answers=True, known=2),
        then=[kept(RIK, NOON + 20 * DAY, at), made(LENA, due, at)],
    )


def test_the_last_word_keeps_the_promise_and_nothing_is_owed_any_more() -> None:
    at = NOON + DAY
    finish = step(3, at=at, answers=True, finished=True, known=2)
    story(given=[RIKS], when=finish, then=[kept(RIK, NOON + 20 * DAY, at)])
    story(given=[RIKS, kept(RIK, RIKS.due, at)], when=finish, then=[])


def test_a_step_that_repeats_the_promise_promises_nothing_new() -> None:
    story(given=[RIKS], when=step(3, RIK, NOON + 20 * DAY, answers=True, known=2), then=[])


def test_a_step_that_repeats_a_broken_promise_does_not_bring_it_back() -> None:
    given: list[LoopEvent] = [RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER]
    story(given=given, when=step(3, RIK, NOON + 20 * DAY, known=2), then=[])


def test_a_step_that_repeats_who_took_over_promises_nothing_new() -> None:
    given: list[LoopEvent] = [RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER]
    story(given=given, when=step(3, LENA, TAKEN_OVER.due, known=2), then=[])
    again = escalated(DESK, NOON + 34 * DAY, TAKEN_OVER.due)
    story(given=[*given, again], when=step(3, LENA, TAKEN_OVER.due, known=2), then=[])


def test_a_step_from_before_what_is_known_changes_no_promise() -> None:
    story(given=[RIKS], when=step(1, DESK, NOON + 5 * DAY, known=2), then=[])
    story(given=[RIKS], when=step(2, finished=True, known=2), then=[])


def test_a_past_step_without_a_date_leaves_the_promise_as_it_is() -> None:
    story(given=[], when=step(1), then=[])
    story(given=[RIKS], when=step(3, answers=True, known=2), then=[])


def test_a_finished_idea_that_is_reopened_has_a_promise_again() -> None:
    done = kept(RIK, RIKS.due, NOON + DAY)
    story(given=[RIKS, done], when=step(4, RIK, RIKS.due, known=3), then=[RIKS])


def test_a_date_that_passes_breaks_the_promise_openly_and_names_the_next() -> None:
    until = NOON + 27 * DAY
    story(
        given=[RIKS],
        when=BreakPromise(TOO_LATE, until, LADDER),
        then=[broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER],
    )


def test_a_date_that_passed_while_the_house_was_away_moves_on_and_nobody_broke_it() -> None:
    story(given=[RIKS], when=ExtendPromise(TOO_LATE, LATER), then=[RIKS_LATER])
    again = ExtendPromise(TOO_LATE, LATER + DAY)
    story(given=[RIKS, RIKS_LATER], when=again, then=[])
    story(given=[], when=again, then=[])


def test_an_extended_date_is_promised_already_when_the_idea_takes_it_over() -> None:
    story(given=[RIKS, RIKS_LATER], when=step(3, RIK, LATER, known=2), then=[])
    story(given=[RIKS, RIKS_LATER], when=step(3, RIK, RIKS.due, known=2), then=[])
    up = escalated(LENA, LATER + 7 * DAY, LATER)
    given: list[LoopEvent] = [RIKS, RIKS_LATER, broken(RIK, LATER, LATER), up]
    story(given=given, when=step(3, RIK, LATER, known=2), then=[])


def test_whoever_took_over_keeps_their_place_on_the_ladder_when_their_date_moves_on() -> None:
    late, until = TAKEN_OVER.due, NOON + 40 * DAY
    given: list[LoopEvent] = [
        RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER, extended(LENA, late, until, late),
    ]  # fmt: skip
    last = decider.decide(decider.replay(given), BreakPromise(until, until + DAY, LADDER))[-1]
    assert isinstance(last, Escalated)
    assert (last.previous, last.accountable) == (LENA, DESK)


def test_a_timer_that_fires_early_twice_or_after_the_end_changes_nothing() -> None:
    early = BreakPromise(RIKS.due - timedelta(seconds=1), NOON + 27 * DAY, LADDER)
    again = BreakPromise(TOO_LATE, NOON + 27 * DAY, LADDER)
    story(given=[RIKS], when=early, then=[])
    story(given=[RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER], when=again, then=[])
    story(given=[RIKS, kept(RIK, RIKS.due, NOON + DAY)], when=again, then=[])
    story(given=[], when=again, then=[])


def test_a_word_that_was_given_in_time_and_heard_late_kept_what_was_said_to_be_broken() -> None:
    given: list[LoopEvent] = [RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER]
    in_time = RIKS.due - DAY
    story(
        given=given,
        when=step(2, at=in_time, finished=True),
        then=[kept(RIK, RIKS.due, in_time)],
    )
    story(
        given=given,
        when=step(2, LENA, LATER + 9 * DAY, at=in_time, answers=True),
        then=[kept(RIK, RIKS.due, in_time), made(LENA, LATER + 9 * DAY, in_time)],
    )
    late = RIKS.due + DAY
    story(
        given=given,
        when=step(2, at=late, finished=True),
        then=[kept(LENA, TAKEN_OVER.due, late)],
    )


def test_of_two_that_were_said_to_be_broken_the_first_in_time_was_kept() -> None:
    again: list[LoopEvent] = [
        broken(LENA, TAKEN_OVER.due, TAKEN_OVER.due),
        escalated(DESK, NOON + 40 * DAY, TAKEN_OVER.due),
    ]
    given: list[LoopEvent] = [RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER, *again]
    for at, expected in (
        (RIKS.due, kept(RIK, RIKS.due, RIKS.due)),
        (RIKS.due + DAY, kept(LENA, TAKEN_OVER.due, RIKS.due + DAY)),
        (TAKEN_OVER.due + DAY, kept(DESK, NOON + 40 * DAY, TAKEN_OVER.due + DAY)),
    ):
        story(given=given, when=step(2, at=at, finished=True), then=[expected])


SAM = PersonId("sam")
WITH_DEPUTY = Ladder({RIK: Listed(lead=LENA, deputy=SAM), SAM: Listed()}, DESK, {ANNA})


def passed_on(
    person: PersonId, due: datetime, gone: PersonId = RIK, at: datetime = NOON + DAY
) -> PromisePassedOn:
    return PromisePassedOn(
        **ABOUT.told(), author=ANNA, previous=gone, accountable=person, due=due, cause="left", at=at
    )


def gone(ladder: Ladder, who: PersonId = RIK, at: datetime = NOON + DAY) -> PassOn:
    return PassOn(at, who, "left", ladder)


def test_who_is_gone_is_succeeded_by_the_deputy_by_the_same_date() -> None:
    story(given=[RIKS], when=gone(WITH_DEPUTY), then=[passed_on(SAM, RIKS.due)])


def test_without_a_deputy_who_can_answer_the_lead_has_it_and_then_the_desk() -> None:
    story(given=[RIKS], when=gone(LADDER), then=[passed_on(LENA, RIKS.due)])
    for sam in (Listed(left=True), Listed(absent=True)):
        listed = {RIK: Listed(lead=LENA, deputy=SAM), SAM: sam}
        story(given=[RIKS], when=gone(Ladder(listed, DESK, {ANNA})),
              then=[passed_on(LENA, RIKS.due)])  # fmt: skip
    theirs = Ladder({RIK: Listed(lead=LENA, deputy=SAM), SAM: Listed()}, DESK, {ANNA, SAM, LENA})
    story(given=[RIKS], when=gone(theirs), then=[passed_on(DESK, RIKS.due)])


def test_whose_it_is_under_an_alias_nobody_can_tell_so_the_desk_has_it() -> None:
    ladder = Ladder(WITH_DEPUTY.directory, DESK, {PersonId("alias-7")})
    story(given=[RIKS], when=gone(ladder), then=[passed_on(DESK, RIKS.due)])


def test_what_is_said_overdue_or_anothers_is_passed_on_to_nobody() -> None:
    story(given=[], when=gone(LADDER), then=[])
    story(given=[FIRST], when=gone(LADDER), then=[])
    story(given=[RIKS], when=gone(LADDER, at=RIKS.due), then=[])
    story(given=[FIRST], when=gone(LADDER, DESK), then=[])


def test_who_has_it_since_then_promised_it_and_the_matter_saying_so_promises_nothing_new() -> None:
    given: list[LoopEvent] = [RIKS, passed_on(LENA, RIKS.due)]
    story(given=given, when=step(3, LENA, RIKS.due), then=[])
    ladder = Ladder({LENA: Listed(lead=SAM), RIK: Listed(lead=LENA)}, DESK, {ANNA})
    up = decider.decide(decider.replay(given), BreakPromise(TOO_LATE, LATER, ladder))
    assert [(e.accountable, type(e).__name__) for e in up] == [
        (LENA, "PromiseBroken"), (SAM, "Escalated"),
    ]  # fmt: skip


def test_what_was_passed_on_and_is_handed_back_by_the_same_date_is_promised_anew() -> None:
    given: list[LoopEvent] = [RIKS, passed_on(SAM, RIKS.due)]
    back = step(4, RIK, RIKS.due, known=3, names=True)
    story(given=given, when=back, then=[RIKS])
    story(given=[*given, RIKS], when=back, then=[])  # who has it already promises nothing new
    story(given=given, when=step(4, RIK, RIKS.due, known=3), then=[])  # said before it was passed


def test_an_answer_by_the_same_date_keeps_the_promise_and_makes_it_anew() -> None:
    at = NOON + 2 * DAY
    answer = step(4, RIK, RIKS.due, at=at, answers=True, names=True, known=3)
    again = made(RIK, RIKS.due, at)
    story(given=[RIKS], when=answer, then=[kept(RIK, RIKS.due, at), again])
    passed: list[LoopEvent] = [RIKS, passed_on(SAM, RIKS.due)]
    story(given=passed, when=answer, then=[kept(SAM, RIKS.due, at), again])


def test_whoever_took_over_and_goes_on_by_the_date_they_had_has_answered() -> None:
    at = TOO_LATE + DAY
    given: list[LoopEvent] = [RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER]
    answer = step(3, LENA, TAKEN_OVER.due, at=at, answers=True, names=True, known=2)
    kept_late, again = kept(LENA, TAKEN_OVER.due, at), made(LENA, TAKEN_OVER.due, at)
    story(given=given, when=answer, then=[kept_late, again])


def test_the_ladder_that_was_climbed_stays_climbed() -> None:
    given: list[LoopEvent] = [RIKS, broken(RIK, RIKS.due, TOO_LATE), TAKEN_OVER]
    listed = {RIK: Listed(lead=LENA), LENA: Listed(deputy=SAM), SAM: Listed()}
    ladder = Ladder(listed, DESK, {ANNA})
    on = passed_on(SAM, TAKEN_OVER.due, LENA, TOO_LATE + DAY)
    story(given=given, when=gone(ladder, LENA, TOO_LATE + DAY), then=[on])
    state = decider.replay([*given, on])
    assert state is not None
    up = decider.decide(state, BreakPromise(TAKEN_OVER.due, TAKEN_OVER.due + DAY, ladder))
    assert up[-1].accountable == DESK
