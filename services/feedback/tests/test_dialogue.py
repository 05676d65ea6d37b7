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
    QuestionAnswered,
    ReviewCompleted,
)
from contracts.vocabulary import AppealId, IdeaId, OpinionId, PersonId, QuestionId
from feedback.domain import (
    AnswerQuestion,
    AskOpinion,
    AskQuestion,
    AssignReviewer,
    GiveOpinion,
    LodgeAppeal,
    MoveDue,
    Open,
    RateFeedback,
    RecuseReviewer,
    ReviewCommand,
    decide,
    evolve,
    refusals,
)
from feedback.domain.answering import is_empty
from feedback.domain.rubric import RUBRIC
from services.feedback.tests.stories import (
    ANNA,
    APPEAL,
    BEA,
    CLOSE,
    DECLINED,
    DESK,
    NO,
    REQUEST,
    RIK,
    SAM,
    TESS,
    WAITS,
    YES,
    after,
    day,
    naming,
)

ONE, TWO = QuestionId(UUID(int=11)), QuestionId(UUID(int=12))
VIEW = OpinionId(UUID(int=13))


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
    ((*WAITS, ask(by=SAM)), refusals.OnlyWhoAnswersAsks),
    ((*WAITS, ask(), ask(TWO, at=3)), refusals.AQuestionIsOpen),
    ((*WAITS, reply()), refusals.ThereIsNoSuchQuestion),
    ((*WAITS, ask(), reply(by=RIK)), refusals.OnlyAuthorsDoThis),
    ((*WAITS, CLOSE, ask()), refusals.NoReviewIsOpen),
    ((*WAITS, recuse(by=SAM)), refusals.OnlyTheReviewerDoesThis),
    ((*WAITS, recuse(), AssignReviewer(naming(RIK), day(3), DESK, at_desk=True)),
     refusals.SomebodyElseLooks),
    ((*WAITS, opinion(asked=BEA)), refusals.SomebodyElseIsAsked),
    ((*WAITS, opinion(by=SAM)), refusals.OnlyWhoAnswersAsks),
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
