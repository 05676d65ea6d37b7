"""A broken promise about a barrier, time or help is handed up: who took over may answer it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.decider import Decider, NotAllowed
from contracts.handed_up import IdeaHandedUp
from contracts.ideas import IdeaRevised, PilotStarted, PromiseMoved
from contracts.vocabulary import (
    BarrierId,
    ChallengeId,
    ExperimentId,
    HelpId,
    PersonId,
    RequestId,
    ToolId,
)
from ideas.domain import (
    MovePromise,
    ReviseIdea,
    SetPromise,
    barriers,
    challenges,
    decide,
    experiments,
    hours,
    tools,
)
from ideas.domain import refusals as no
from ideas.domain.handing_up import HandUp
from services.ideas.tests.making import ACCEPTED, day, lived, start, submit, take, withdraw

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA, RIK, LENA, HUGO, SAM = map(PersonId, ("anna", "rik", "lena", "hugo", "sam"))
DUE = AT + 7 * DAY

BARRIER = barriers.RaiseBarrier(
    BarrierId(UUID(int=6)), ANNA, AT, "access", "geen testomgeving", RIK, DUE
)
TIME = hours.AskTime(RequestId(UUID(int=7)), ANNA, AT, "pilot", 12.0, "om te proberen", RIK, DUE)
HELP = tools.AskHelp(
    HelpId(UUID(int=8)), ANNA, AT, ToolId(UUID(int=9)), "Hoe deel ik een lijst?", RIK, DUE
)

CHALLENGE = challenges.LaunchChallenge(
    ChallengeId(UUID(int=10)), RIK, AT, AT.date(), "Hoe minder dubbel?", "Het kost tijd.",
    AT.date(), (AT + DAY).date(), DUE, ("nut",),
)  # fmt: skip
EXPERIMENT = experiments.StartExperiment(
    ExperimentId(UUID(int=11)), RIK, AT, AT.date(), (AT + DAY).date(), DUE, "Het scheelt tijd."
)


def remove(by: PersonId) -> barriers.RemoveBarrier:
    return barriers.RemoveBarrier(by, DUE + DAY, "Er is er nu een.")


def grant(by: PersonId) -> hours.GrantTime:
    return hours.GrantTime(by, DUE + DAY)


def help_out(by: PersonId) -> tools.AnswerHelp:
    return tools.AnswerHelp(by, DUE + DAY, "Onder het tandwiel.")


def close(by: PersonId) -> challenges.CloseChallenge:
    return challenges.CloseChallenge(by, DUE + DAY, "Er kwamen geen antwoorden.")


def report(by: PersonId) -> experiments.ReportExperiment:
    return experiments.ReportExperiment(by, DUE + DAY, "nowhere", "Niemand had er tijd voor.")


KINDS = [
    pytest.param(barriers.barrier_decider, BARRIER, remove, id="barrier"),
    pytest.param(hours.time_decider, TIME, grant, id="time"),
    pytest.param(tools.help_decider, HELP, help_out, id="help"),
    pytest.param(challenges.challenge_decider, CHALLENGE, close, id="challenge"),
    pytest.param(experiments.experiment_decider, EXPERIMENT, report, id="experiment"),
]
each_kind = pytest.mark.parametrize(("decider", "asked", "answer"), KINDS)


def up(previous: PersonId, to: PersonId, missed: datetime | None = DUE, days: int = 7) -> HandUp:
    return HandUp(DUE, previous, to, DUE + days * DAY, missed)


def after(decider: Decider[Any, Any, Any], *commands: Any) -> Any:
    state = decider.initial
    for command in commands:
        state = decider.replay(decider.decide(state, command), state)
    return state


@each_kind
def test_who_took_over_answers_and_so_may_who_was_named(
    decider: Decider[Any, Any, Any], asked: Any, answer: Any
) -> None:
    with pytest.raises(NotAllowed):
        decider.decide(after(decider, asked), answer(LENA))
    state = after(decider, asked, up(RIK, LENA))
    for by in (LENA, RIK):
        (told,) = decider.decide(state, answer(by))
        assert told.by == by
    with pytest.raises(NotAllowed):
        decider.decide(state, answer(SAM))


@each_kind
def test_it_says_who_is_accountable_now_and_until_when(
    decider: Decider[Any, Any, Any], asked: Any, answer: Any
) -> None:
    (told,) = decider.decide(after(decider, asked), up(RIK, LENA))
    assert (told.previous, told.accountable, told.due) == (RIK, LENA, DUE + 7 * DAY)
    higher = up(LENA, HUGO, missed=DUE + 7 * DAY, days=14)
    (told,) = decider.decide(after(decider, asked, up(RIK, LENA)), higher)
    assert (told.previous, told.accountable) == (LENA, HUGO)
    climbed = after(decider, asked, up(RIK, LENA), higher)
    with pytest.raises(NotAllowed):
        decider.decide(climbed, answer(LENA))  # her turn is over; his has come


@each_kind
def test_what_was_handed_up_of_an_earlier_promise_changes_nothing(
    decider: Decider[Any, Any, Any], asked: Any, answer: Any
) -> None:
    assert decider.decide(None, up(RIK, LENA)) == []
    state = after(decider, asked)
    assert decider.decide(state, up(RIK, LENA, missed=DUE - DAY)) == []
    assert decider.decide(state, up(SAM, LENA)) == []
    assert decider.decide(after(decider, asked, up(RIK, LENA)), up(RIK, LENA)) == []
    assert decider.decide(after(decider, asked, answer(RIK)), up(RIK, LENA)) == []


@each_kind
def test_an_older_teller_who_does_not_say_which_date_passed_is_believed_of_a_later_date(
    decider: Decider[Any, Any, Any], asked: Any, answer: Any
) -> None:
    del answer
    state = after(decider, asked)
    assert decider.decide(state, up(RIK, LENA, missed=None)) != []
    assert decider.decide(state, up(RIK, LENA, missed=None, days=0)) == []


def test_a_barrier_that_was_handed_over_before_it_was_handed_up_stays_where_it_is() -> None:
    over = barriers.HandOverBarrier(RIK, DUE - DAY, SAM, DUE + 10 * DAY, "Het is iets van Sam.")
    state = after(barriers.barrier_decider, BARRIER, over)
    assert barriers.barrier_decider.decide(state, up(RIK, LENA)) == []
    taken = after(barriers.barrier_decider, BARRIER, up(RIK, LENA))
    (told,) = barriers.barrier_decider.decide(
        taken, barriers.HandOverBarrier(LENA, DUE + DAY, SAM, DUE + 20 * DAY, "Voor Sam.")
    )
    assert type(told).__name__ == "BarrierHandedOver"


TAKEN = (submit(), take())


def test_an_idea_says_who_is_accountable_now_whatever_is_told_of_it_after() -> None:
    taken = lived(*TAKEN)
    assert taken.accountable is not None
    assert taken.due is not None
    up_ = HandUp(taken.due, taken.accountable, LENA, taken.due + 7 * DAY, taken.due)
    (told,) = decide(taken, up_)
    assert isinstance(told, IdeaHandedUp)
    assert (told.previous, told.accountable, told.due) == (taken.accountable, LENA, up_.due)
    state = lived(*TAKEN, up_)
    assert (state.accountable, state.due, state.state) == (LENA, up_.due, "under_review")
    better = ReviseIdea(taken.author, taken.due + DAY, "Fietsen naar de klant")
    (revised,) = decide(state, better)
    assert isinstance(revised, IdeaRevised)
    assert (revised.accountable, revised.due) == (LENA, up_.due)
    assert decide(state, up_) == []


def test_who_took_over_an_accepted_idea_acts_and_so_may_who_was_named() -> None:
    accepted = lived(*ACCEPTED)
    assert accepted.accountable is not None
    assert accepted.due is not None
    up_ = HandUp(accepted.due, accepted.accountable, LENA, accepted.due + 7 * DAY, accepted.due)
    state = lived(*ACCEPTED, up_)
    for by in (LENA, accepted.accountable):
        assert [type(e) for e in decide(state, start(by=by))] == [PilotStarted]
    with pytest.raises(no.OnlyTheAccountableDoThis):
        decide(state, start(by=SAM))
    until = accepted.due + 20 * DAY
    longer = MovePromise(LENA, accepted.due + DAY, until, "We wachten op een offerte.")
    assert [type(e) for e in decide(state, longer)] == [PromiseMoved]


def test_of_a_finished_idea_nothing_is_handed_up() -> None:
    taken = lived(*TAKEN)
    assert taken.accountable is not None
    assert taken.due is not None
    late = HandUp(taken.due, taken.accountable, LENA, taken.due + 7 * DAY, taken.due)
    assert decide(lived(*TAKEN, withdraw()), late) == []
    assert decide(None, late) == []


def test_a_date_that_is_past_is_no_promise() -> None:
    assert decide(lived(*TAKEN), SetPromise(day(9), day(8), "answer")) == []
