"""What is said around an answer: questions, views, recusal, rating, appeal, stock answers."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import Rejected
from contracts.feedback import (
    AppealDecided,
    AuthorsChanged,
    QuestionAnswered,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewerRecused,
)
from contracts.vocabulary import AppealId, IdeaId, OpinionId, PersonId, QuestionId
from feedback.domain import (
    AnswerQuestion,
    AskOpinion,
    AskQuestion,
    AssignReviewer,
    ChangeAuthors,
    GiveOpinion,
    HandUp,
    LodgeAppeal,
    MoveDue,
    Open,
    RateFeedback,
    RecuseReviewer,
    ReviewCommand,
    StandIn,
    decide,
    evolve,
    refusals,
)
from feedback.domain.answering import is_empty
from feedback.domain.rubric import RUBRIC
from services.feedback.tests.stories import (
    ANNA,
    BEA,
    CLOSE,
    DESK,
    NAMED,
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

ONE, TWO = QuestionId(UUID(int=11)), QuestionId(UUID(int=12))
VIEW, APPEAL = OpinionId(UUID(int=13)), AppealId(UUID(int=14))
NO = replace(YES, outcome="declined", accountable=None, due=None)
WAITS = (REQUEST, ROUTED)
DECLINED = (*WAITS, NO)


def ask(question: QuestionId = ONE, at: float = 2, by: PersonId = RIK) -> AskQuestion:
    return AskQuestion(
        question, by, day(at), "Voor welke dienst is het?", day(at + 7), day(at + 33)
    )


def reply(question: QuestionId = ONE, at: float = 4, by: PersonId = ANNA) -> AnswerQuestion:
    return AnswerQuestion(question, by, day(at), "Voor de nachtdienst.", day(at + 26))


def opinion(asked: PersonId = TESS, by: PersonId = RIK) -> AskOpinion:
    return AskOpinion(VIEW, by, day(2), asked, "Kan dit bij jullie?", day(6), touches_team=True)


def recuse(by: PersonId = RIK, to: PersonId | None = None) -> RecuseReviewer:
    return RecuseReviewer(by, day(2), "mijn zus", DESK, day(7), naming(to) if to else None)


def rate(by: PersonId = ANNA, useful: int = 4) -> RateFeedback:
    return RateFeedback(by, day(5), useful, 5, "helder")


def appeal(by: PersonId = ANNA, to: PersonId | None = None) -> LodgeAppeal:
    found = naming(to) if to else None
    return LodgeAppeal(APPEAL, by, day(6), "De cijfers kloppen niet.", DESK, day(11), found)


HAPPENS: list[tuple[tuple[ReviewCommand, ...], list[str]]] = [
    ((*WAITS, ask()), ["QuestionAsked"]),
    ((*WAITS, ask(), ask()), []),
    ((*WAITS, ask(), reply()), ["QuestionAnswered"]),
    ((*WAITS, ask(), ask(TWO, at=10)), ["QuestionAsked"]),
    ((*WAITS, recuse()), ["ReviewerRecused"]),
    ((*WAITS, recuse(to=SAM)), ["ReviewerRecused", "ReviewerAssigned"]),
    ((*WAITS, recuse(to=RIK)), ["ReviewerRecused"]),
    ((*WAITS, recuse(), recuse()), []),
    ((*WAITS, MoveDue(day(2), RIK, day(40))), ["DueMoved"]),
    ((*WAITS, MoveDue(day(2), RIK, day(28))), []),
    ((*WAITS, MoveDue(day(2), SAM, day(40))), []),
    ((*DECLINED, MoveDue(day(4), RIK, day(40))), []),
    ((*WAITS, opinion()), ["OpinionAsked"]),
    ((*WAITS, opinion(), GiveOpinion(VIEW, TESS, day(3), "Ja, in mei.")), ["OpinionGiven"]),
    ((*WAITS, opinion(), *[GiveOpinion(VIEW, TESS, day(3), "Ja, in mei.")] * 2), []),
    ((*DECLINED, rate()), ["FeedbackRated"]),
    ((*DECLINED, appeal()), ["AppealLodged"]),
    ((*DECLINED, appeal(to=SAM)), ["AppealLodged", "ReviewerAssigned"]),
    ((*DECLINED, appeal(to=RIK)), ["AppealLodged"]),
    ((*DECLINED, appeal(), appeal()), []),
    ((*DECLINED, appeal(to=SAM), replace(YES, by=SAM)), ["ReviewCompleted", "AppealDecided"]),
    ((*WAITS, AssignReviewer(naming(SAM), day(2), RIK)), ["ReviewerAssigned"]),
]  # fmt: skip
REFUSED: list[tuple[tuple[ReviewCommand, ...], type[Rejected]]] = [
    ((*WAITS, ask(by=SAM)), refusals.OnlyTheReviewerDoesThis),
    ((*WAITS, ask(), ask(TWO, at=3)), refusals.AQuestionIsOpen),
    ((*WAITS, reply()), refusals.ThereIsNoSuchQuestion),
    ((*WAITS, ask(), reply(by=RIK)), refusals.OnlyAuthorsDoThis),
    ((*WAITS, CLOSE, ask()), refusals.NoReviewIsOpen),
    ((*WAITS, recuse(by=SAM)), refusals.OnlyTheReviewerDoesThis),
    ((*WAITS, recuse(), AssignReviewer(naming(RIK), day(3), DESK, at_desk=True)),
     refusals.SomebodyElseLooks),
    ((*WAITS, opinion(asked=BEA)), refusals.SomebodyElseIsAsked),
    ((*WAITS, opinion(by=SAM)), refusals.OnlyTheReviewerDoesThis),
    ((*WAITS, GiveOpinion(VIEW, TESS, day(3), "Ja.")), refusals.NoSuchOpinionIsAsked),
    ((*WAITS, opinion(), GiveOpinion(VIEW, SAM, day(3), "Ja.")), refusals.OnlyWhoWasAskedGivesIt),
    ((*WAITS, rate()), refusals.ThereIsNoAnswerYet),
    ((*DECLINED, rate(by=SAM)), refusals.OnlyAuthorsDoThis),
    ((*DECLINED, rate(), rate(useful=1)), refusals.TheAnswerIsRated),
    ((*WAITS, appeal()), refusals.ThereIsNoAnswerYet),
    ((*DECLINED, appeal(by=RIK)), refusals.OnlyAuthorsDoThis),
    ((*DECLINED, appeal(to=SAM), replace(NO, by=SAM),
      replace(appeal(), appeal=AppealId(UUID(int=15)))), refusals.AnAppealIsLodgedOnce),
    ((*WAITS, YES, appeal()), refusals.NobodyAppealsAYes),
    ((*DECLINED, appeal(to=SAM), replace(NO, by=RIK)), refusals.SomebodyElseLooks),
    ((*WAITS, AssignReviewer(naming(SAM), day(2), TESS)), refusals.OnlyTheReviewerDoesThis),
    ((*WAITS, replace(NO, reason="Nee.")), refusals.TheReasonSaysNothing),
    ((*WAITS, replace(NO, reason="Geen budget.")), refusals.TheReasonSaysNothing),
    ((*WAITS, replace(NO, next_step="Later.")), refusals.TheNextStepSaysNothing),
    ((*WAITS, replace(NO, copied_from=IdeaId(UUID(int=2)))), refusals.TheReasonIsCopied),
    ((*WAITS, replace(NO, sentences=dict.fromkeys(RUBRIC.names, "Het past hier niet."))),
     refusals.TheSentencesAreAllTheSame),
    ((*WAITS, replace(NO, sentences={**NO.sentences, RUBRIC.names[0]: "Nee, nee, nee."})),
     refusals.TheseSentencesSayNothing),
]  # fmt: skip


def told(*commands: ReviewCommand) -> list[Any]:
    *before, last = commands
    return decide(after(*before), last)


@pytest.mark.parametrize(("commands", "said"), HAPPENS)
def test_it_happens(commands: tuple[ReviewCommand, ...], said: list[str]) -> None:
    assert [type(event).__name__ for event in told(*commands)] == said


@pytest.mark.parametrize(("commands", "refusal"), REFUSED)
def test_it_is_refused(commands: tuple[ReviewCommand, ...], refusal: type[Rejected]) -> None:
    with pytest.raises(refusal) as refused:
        told(*commands)
    assert ". " in str(refused.value), "say what to do as well"


def test_a_question_stops_the_clock_and_an_answer_lets_it_run_on() -> None:
    asked = after(*WAITS, ask())
    assert isinstance(asked, Open)
    assert (asked.due, asked.accountable) == (day(35), RIK)
    answered = after(*WAITS, ask(), reply())
    assert isinstance(answered, Open)
    assert (answered.due, answered.question) == (day(30), None)


def test_an_answer_that_comes_too_late_moves_nothing() -> None:
    (event,) = told(*WAITS, ask(), reply(at=10))
    assert isinstance(event, QuestionAnswered)
    assert event.due == day(35)


def test_an_appeal_waits_for_another_reviewer_and_is_decided_with_its_answer() -> None:
    opened = after(*DECLINED, appeal())
    assert isinstance(opened, Open)
    assert (opened.accountable, opened.reviewer, opened.against) == (DESK, None, RIK)
    completed, decided = told(*DECLINED, appeal(to=SAM), replace(YES, by=SAM))
    assert isinstance(completed, ReviewCompleted)
    assert isinstance(decided, AppealDecided)
    assert (completed.appeal, decided.appeal, decided.granted) == (APPEAL, APPEAL, True)
    _, stands = told(*DECLINED, appeal(to=SAM), replace(NO, by=SAM))
    assert stands.granted is False


def test_whoever_recused_is_named_no_more_by_routing_either() -> None:
    state = after(*WAITS, recuse())
    assert isinstance(state, Open)
    assert (state.reviewer, state.accountable, state.due) == (None, DESK, day(7))


@pytest.mark.parametrize(
    "text", ["", "nee", "Nee, helaas.", "zie boven", "... ??? !!!", "a b c d e"]
)
def test_what_says_nothing_is_empty(text: str) -> None:
    assert is_empty(text)


@pytest.mark.parametrize("text", ["Het kost te veel tijd.", "De leverancier stopt in mei."])
def test_a_plain_sentence_says_something(text: str) -> None:
    assert not is_empty(text)


MOVES: list[ReviewCommand] = [
    *WAITS, ask(), reply(), ask(TWO, at=10), reply(TWO, at=12), recuse(), recuse(to=SAM),
    opinion(), GiveOpinion(VIEW, TESS, day(3), "Ja, in mei."), NO, YES, replace(NO, by=SAM),
    rate(), appeal(), appeal(to=SAM), CLOSE, MoveDue(day(3), RIK, day(50)),
]  # fmt: skip


@given(st.lists(st.sampled_from(MOVES), max_size=14))
def test_an_open_review_always_has_a_person_and_a_date(commands: list[ReviewCommand]) -> None:
    state = None
    for command in [REQUEST, *commands]:
        try:
            events = decide(state, command)
        except Rejected:
            continue
        for event in events:
            state = evolve(state, event)
        if isinstance(state, Open):
            assert state.accountable
            assert state.due
            assert state.reviewer not in {ANNA, BEA, *state.recused, state.against} - {None}


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
