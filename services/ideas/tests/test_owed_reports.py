"""When a challenge takes answers and from whom; and what it and an experiment owe at their end."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.decider import NotAllowed, Rejected
from contracts.challenges import ChallengeLaunched
from contracts.room import ExperimentEnded, ExperimentStarted
from contracts.vocabulary import ChallengeId, ExperimentId, PersonId
from ideas.domain import challenges, experiments
from ideas.domain.challenges import Challenge, require_answerable
from ideas.domain.experiments import Experiment

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 9), date(2026, 3, 20)
DUE = datetime(2026, 4, 3, 15, tzinfo=UTC)
ANNA, BO, LENA, DESK = map(PersonId, ("anna", "bo", "lena", "desk"))
EXPERIMENT = ExperimentId(UUID(int=2))


def launched(audience: tuple[str, ...] = ()) -> Challenge:
    told = challenges.LaunchChallenge(
        ChallengeId(UUID(int=1)), LENA, AT, AT.date(), "Hoe?", "Daarom.", FIRST, LAST, DUE,
        ("nut",), audience,
    )  # fmt: skip
    decider = challenges.challenge_decider
    state = decider.replay(decider.decide(None, told))
    assert state is not None
    return state


def begun() -> list[ExperimentStarted]:
    plan = experiments.StartExperiment(
        EXPERIMENT, ANNA, AT, AT.date(), LAST, DUE, "Het scheelt.", (BO,)
    )
    return experiments.experiment_decider.decide(None, plan)  # type: ignore[return-value]


def tried() -> Experiment:
    state = experiments.experiment_decider.replay(begun())
    assert state is not None
    return state


@pytest.mark.parametrize("day", [FIRST, FIRST + timedelta(days=3), LAST])
def test_a_challenge_takes_answers_from_its_first_day_until_its_last(day: date) -> None:
    require_answerable(launched(), day, None)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (FIRST - timedelta(days=1), challenges.TheChallengeBeginsLater),
        (LAST + timedelta(days=1), challenges.TheChallengeIsOver),
    ],
)
def test_on_another_day_it_takes_none_and_names_its_days(
    day: date, refusal: type[Rejected]
) -> None:
    with pytest.raises(refusal, match="from 2026-03-09 until 2026-03-20"):
        require_answerable(launched(), day, None)


def test_only_those_who_are_asked_answer_and_everybody_where_nobody_is_named() -> None:
    asks = launched(("zorg", "ict"))
    require_answerable(asks, FIRST, "ict")
    for department in ("inkoop", None):
        with pytest.raises(challenges.TheChallengeAsksOthers):
            require_answerable(asks, FIRST, department)
        require_answerable(launched(), FIRST, department)


def test_a_challenge_that_is_closed_or_not_there_takes_no_answer() -> None:
    decider = challenges.challenge_decider
    done = decider.decide(launched(), challenges.CloseChallenge(LENA, AT, "Dank voor alles."))
    for gone in (None, decider.replay(done, launched())):
        with pytest.raises(challenges.TheChallengeIsClosed):
            require_answerable(gone, FIRST, None)


def test_a_challenge_names_who_owes_its_report_and_until_when_and_then_nobody() -> None:
    state = launched()
    assert (state.owner, state.due) == (LENA, DUE)
    decider = challenges.challenge_decider
    done = decider.decide(state, challenges.CloseChallenge(DESK, AT, "Dank.", at_desk=True))
    closed = decider.replay(done, state)
    assert closed is not None
    assert (closed.owner, closed.due) == (None, None)


def test_a_challenge_from_before_reports_were_owed_owes_none() -> None:
    told = ChallengeLaunched(
        at=AT, challenge=ChallengeId(UUID(int=1)), by=LENA, first=FIRST, last=LAST, criteria=("x",)
    )
    state = challenges.challenge_decider.replay([told])
    assert state is not None
    assert (state.owner, state.due) == (None, None)


def test_on_its_last_day_the_team_is_asked_once_what_it_learned() -> None:
    decider, over = experiments.experiment_decider, experiments.EndExperiment(AT)
    (ended,) = decider.decide(tried(), over)
    assert isinstance(ended, ExperimentEnded)
    assert (ended.author, ended.accountable, ended.due) == (ANNA, ANNA, DUE)
    assert decider.decide(decider.replay([ended], tried()), over) == []


def test_a_team_that_told_already_is_not_asked() -> None:
    decider = experiments.experiment_decider
    told = decider.decide(tried(), experiments.ReportExperiment(BO, AT, "well", "Het werkt."))
    state = decider.replay(told, tried())
    assert state is not None
    assert (state.owner, state.due) == (None, None)
    assert decider.decide(state, experiments.EndExperiment(AT)) == []
    assert decider.decide(None, experiments.EndExperiment(AT)) == []


def test_the_desk_may_tell_what_was_learned_where_nobody_else_does() -> None:
    decider = experiments.experiment_decider
    with pytest.raises(NotAllowed):
        decider.decide(tried(), experiments.ReportExperiment(DESK, AT, "nowhere", "Niets gehoord."))
    said = experiments.ReportExperiment(DESK, AT, "nowhere", "Niets gehoord.", at_desk=True)
    assert decider.decide(tried(), said)
