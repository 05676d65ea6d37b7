"""What lives around ideas: talk, barriers, time, experiments, tools, help, challenges, thanks."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import Decider, Rejected
from contracts.challenges import Phase
from contracts.room import TimeAsked
from contracts.vocabulary import BarrierId, LearningId, PersonId, ThanksId
from ideas.domain import answering, barriers, challenges, experiments, hours, sharing, talk, tools
from services.ideas.tests.matters import (
    ABOUT,
    ANNA,
    ANSWERED,
    AT,
    BO,
    CLOSED,
    DESK,
    HELPED,
    LEAD,
    ONE,
    OTHER,
    TEAM,
    TODAY,
    TWO,
    after,
    ask_help,
    ask_time,
    barrier,
    form,
    introduce,
    judge,
    launch,
    names,
    post,
    remove,
    try_out,
)

HAPPENS: list[tuple[Decider[Any, Any, Any], list[Any], list[str]]] = [
    (talk.talk_decider, [talk.SupportIdea(ABOUT, BO, AT)], ["IdeaSupported"]),
    (talk.talk_decider, [talk.SupportIdea(ABOUT, BO, AT), talk.WithdrawSupport(ABOUT, BO, AT)],
     ["SupportWithdrawn"]),
    (talk.talk_decider, [talk.WithdrawSupport(ABOUT, BO, AT)], []),
    (talk.talk_decider, [talk.FollowIdea(ABOUT, ANNA, AT)], ["IdeaFollowed"]),
    (talk.talk_decider, [talk.FollowIdea(ABOUT, BO, AT), talk.UnfollowIdea(ABOUT, BO, AT)],
     ["IdeaUnfollowed"]),
    (talk.talk_decider, [talk.UnfollowIdea(ABOUT, BO, AT)], []),
    (talk.talk_decider, [post(), post(TWO, ANNA, reply_to=ONE)], ["CommentPosted"]),
    (talk.talk_decider, [post(), remove(BO)], ["CommentRemoved"]),
    (talk.talk_decider, [post(), remove(DESK, at_desk=True, reason="namen")], ["CommentRemoved"]),
    (talk.talk_decider, [post(), remove(BO), post()], []),
    (barriers.barrier_decider, [barrier()], ["BarrierRaised"]),
    (barriers.barrier_decider, [barrier(), ANSWERED], ["BarrierRemoved"]),
    (barriers.barrier_decider,
     [barrier(), barriers.DeclineBarrier(
         DESK, AT, "het is nu te duur", "Lia vraagt het in mei weer.", at_desk=True)],
     ["BarrierDeclined"]),
    (barriers.barrier_decider,
     [barrier(), barriers.HandOverBarrier(LEAD, AT, OTHER, AT, "jouw systeem"),
      barriers.RemoveBarrier(OTHER, AT, "er is er nu een")], ["BarrierRemoved"]),
    (hours.time_decider, [ask_time(), hours.GrantTime(LEAD, AT)], ["TimeGranted"]),
    (hours.time_decider,
     [ask_time(), hours.RefuseTime(LEAD, AT, BarrierId(UUID(int=6)), "het is te druk")],
     ["TimeRefused"]),
    (experiments.experiment_decider, [try_out()], ["ExperimentStarted"]),
    (experiments.experiment_decider,
     [try_out(), experiments.ReportExperiment(BO, AT, "otherwise", "het scheelde niet")],
     ["ExperimentReported"]),
    (tools.tool_decider, [introduce(), tools.ChangeTool(LEAD, AT, tools.Particulars())],
     ["ToolChanged"]),
    (tools.tool_decider, [introduce(), tools.ChangeTool(LEAD, AT, introduce().particulars)], []),
    (tools.help_decider, [ask_help(), HELPED], ["HelpAnswered"]),
    (tools.help_decider, [ask_help(), tools.AnswerHelp(OTHER, AT, "zo", helper=True)],
     ["HelpAnswered"]),
    (challenges.challenge_decider, [launch(), form()], ["TeamFormed"]),
    (challenges.challenge_decider,
     [launch(), form(), challenges.ChangeTeam(TEAM, OTHER, AT, (OTHER,))], ["TeamChanged"]),
    (challenges.challenge_decider,
     [launch(), form(), challenges.JoinTeam(TEAM, ANNA, AT)], ["TeamChanged"]),
    (challenges.challenge_decider, [launch(), form(), challenges.JoinTeam(TEAM, OTHER, AT)], []),
    (challenges.challenge_decider, [launch(), judge()], ["AnswerJudged"]),
    (challenges.challenge_decider, [launch(), judge(), judge(nut=8, moeite=2)], ["AnswerJudged"]),
    (challenges.challenge_decider, [launch(), CLOSED], ["ChallengeClosed"]),
    (challenges.challenge_decider, [launch(), CLOSED, CLOSED], []),
    (sharing.learning_decider,
     [sharing.ShareLearning(LearningId(UUID(int=12)), ANNA, AT, "rust helpt")],
     ["LearningShared"]),
    (sharing.thanks_decider,
     [sharing.GiveThanks(ThanksId(UUID(int=13)), ANNA, AT, (BO,), "dank")], ["ThanksGiven"]),
]  # fmt: skip


def _month(ahead: int) -> str:
    count = AT.year * 12 + AT.month - 1 + ahead
    return f"{count // 12}-{count % 12 + 1:02d}"


@pytest.mark.parametrize("ahead", [-1, 0, 12])
def test_time_is_asked_for_a_month_that_is_near(ahead: int) -> None:
    (asked,) = hours.time_decider.decide(None, ask_time(month=_month(ahead)))
    assert isinstance(asked, TimeAsked)
    assert asked.month == _month(ahead)


REFUSED: list[tuple[Decider[Any, Any, Any], list[Any], type[Rejected]]] = [
    (talk.talk_decider, [talk.SupportIdea(ABOUT, ANNA, AT)], talk.ItIsYourOwnIdea),
    (talk.talk_decider, [post(reply_to=TWO)], talk.ThereIsNoSuchComment),
    (talk.talk_decider, [remove(BO)], talk.ThereIsNoSuchComment),
    (talk.talk_decider, [post(), remove(ANNA)], talk.OnlyItsWriterTakesItBack),
    (talk.talk_decider, [post(), remove(DESK, at_desk=True)], talk.TheDeskSaysWhy),
    (barriers.barrier_decider, [ANSWERED], barriers.ThereIsNoSuchBarrier),
    (barriers.barrier_decider, [barrier(owner=ANNA)], barriers.NobodyAnswersTheirOwnBarrier),
    (barriers.barrier_decider, [barrier(), ANSWERED, ANSWERED], barriers.TheBarrierIsAnswered),
    (barriers.barrier_decider, [barrier(), barriers.RemoveBarrier(LEAD, AT, "Geen budget.")],
     answering.TheReasonSaysNothing),
    (barriers.barrier_decider,
     [barrier(), barriers.DeclineBarrier(LEAD, AT, "het is nu te duur", "volgend jaar")],
     answering.TheNextStepSaysNothing),
    (hours.time_decider,
     [ask_time(), hours.RefuseTime(LEAD, AT, BarrierId(UUID(int=6)), "nee")],
     answering.TheReasonSaysNothing),
    (barriers.barrier_decider, [barrier(), barriers.RemoveBarrier(OTHER, AT, "")],
     barriers.OnlyItsOwnerAnswersIt),
    (barriers.barrier_decider, [barrier(), barriers.RemoveBarrier(ANNA, AT, "", at_desk=True)],
     barriers.NobodyAnswersTheirOwnBarrier),
    (barriers.barrier_decider, [barrier(), barriers.HandOverBarrier(LEAD, AT, ANNA, AT, "")],
     barriers.NobodyAnswersTheirOwnBarrier),
    (hours.time_decider, [hours.GrantTime(LEAD, AT)], hours.ThereIsNoSuchRequest),
    (hours.time_decider, [ask_time(lead=ANNA)], hours.NobodyGrantsTheirOwnTime),
    *((hours.time_decider, [ask_time(month=month)], hours.ThatMonthIsFarAway)
      for month in ("2199-01", _month(13), _month(-2))),
    (hours.time_decider, [ask_time(), hours.GrantTime(LEAD, AT, 13)], hours.MoreThanWasAsked),
    (hours.time_decider, [ask_time(), hours.GrantTime(OTHER, AT)], hours.OnlyTheLeadAnswersIt),
    (hours.time_decider, [ask_time(), hours.GrantTime(ANNA, AT, at_desk=True)],
     hours.NobodyGrantsTheirOwnTime),
    (hours.time_decider, [ask_time(), hours.GrantTime(LEAD, AT), hours.GrantTime(LEAD, AT)],
     hours.TheRequestIsAnswered),
    (experiments.experiment_decider, [try_out(ends_on=TODAY)], experiments.AnExperimentEndsLater),
    (experiments.experiment_decider, [try_out(ends_on=TODAY + timedelta(weeks=6, days=1))],
     experiments.AnExperimentIsShort),
    (experiments.experiment_decider,
     [try_out(team=tuple(PersonId(str(n)) for n in range(8)))], experiments.TheTeamIsTooLarge),
    (experiments.experiment_decider,
     [try_out(), experiments.ReportExperiment(OTHER, AT, "well", "goed")],
     experiments.OnlyTheTeamReports),
    (experiments.experiment_decider,
     [try_out(), *[experiments.ReportExperiment(BO, AT, "well", "goed")] * 2],
     experiments.TheExperimentIsReported),
    (experiments.experiment_decider, [experiments.ReportExperiment(BO, AT, "well", "goed")],
     experiments.ThereIsNoSuchExperiment),
    (tools.tool_decider, [tools.ChangeTool(LEAD, AT, tools.Particulars())],
     tools.ThereIsNoSuchTool),
    (tools.help_decider, [ask_help(super_user=ANNA)], tools.NobodyAnswersTheirOwnQuestion),
    (tools.help_decider, [HELPED], tools.ThereIsNoSuchQuestion),
    (tools.help_decider, [ask_help(), HELPED, HELPED], tools.TheQuestionIsAnswered),
    (tools.help_decider, [ask_help(), tools.AnswerHelp(OTHER, AT, "zo")],
     tools.OnlySuperUsersHelp),
    (tools.help_decider, [ask_help(), tools.AnswerHelp(ANNA, AT, "zo", helper=True)],
     tools.NobodyAnswersTheirOwnQuestion),
    (challenges.challenge_decider, [CLOSED], challenges.ThereIsNoSuchChallenge),
    (challenges.challenge_decider, [launch(last=TODAY)], challenges.AChallengeLastsSomeTime),
    (challenges.challenge_decider, [launch(criteria=())], challenges.AChallengeHasCriteria),
    (challenges.challenge_decider,
     [launch(phases=(Phase(name="pitch", first=TODAY, last=date(2027, 1, 1)),))],
     challenges.PhasesLieWithinTheChallenge),
    (challenges.challenge_decider, [launch(), judge(ANNA)], challenges.OnlyTheJuryJudges),
    (challenges.challenge_decider, [launch(), form(), judge(BO)],
     challenges.NobodyJudgesTheirOwn),
    (challenges.challenge_decider, [launch(), judge(nut=7)], challenges.TheCriteriaAreFixed),
    (challenges.challenge_decider, [launch(), form(())], challenges.ATeamHasMembers),
    (challenges.challenge_decider, [launch(), challenges.ChangeTeam(TEAM, BO, AT, (BO,))],
     challenges.ThereIsNoSuchTeam),
    (challenges.challenge_decider,
     [launch(), form(), challenges.ChangeTeam(TEAM, ANNA, AT, (ANNA,))],
     challenges.OnlyTheTeamChangesIt),
    (challenges.challenge_decider, [launch(), challenges.JoinTeam(TEAM, ANNA, AT)],
     challenges.ThereIsNoSuchTeam),
    (challenges.challenge_decider,
     [launch(), form(tuple(PersonId(f"p-{n}") for n in range(challenges.MOST_MEMBERS))),
      challenges.JoinTeam(TEAM, ANNA, AT)], challenges.TheTeamIsFull),
    (challenges.challenge_decider,
     [launch(), form(), challenges.JoinTeam(TEAM, LEAD, AT), judge()],
     challenges.NobodyJudgesTheirOwn),
    (challenges.challenge_decider,
     [launch(), form(), CLOSED, challenges.JoinTeam(TEAM, ANNA, AT)],
     challenges.TheChallengeIsClosed),
    (challenges.challenge_decider,
     [launch(), challenges.CloseChallenge(OTHER, AT, "Dank!")], challenges.OnlyItsLeaderClosesIt),
    (challenges.challenge_decider, [launch(), CLOSED, judge()], challenges.TheChallengeIsClosed),
    (sharing.thanks_decider,
     [sharing.GiveThanks(ThanksId(UUID(int=13)), ANNA, AT, (BO, ANNA), "dank")],
     sharing.NobodyThanksThemselves),
]  # fmt: skip


@pytest.mark.parametrize(("decider", "commands", "said"), HAPPENS)
def test_it_happens(decider: Decider[Any, Any, Any], commands: list[Any], said: list[str]) -> None:
    assert names(after(decider, *commands)[1]) == said


@pytest.mark.parametrize(("decider", "commands", "refusal"), REFUSED)
def test_it_is_refused(
    decider: Decider[Any, Any, Any], commands: list[Any], refusal: type[Rejected]
) -> None:
    *before, last = commands
    state, _ = after(decider, *before)
    with pytest.raises(refusal) as refused:
        decider.decide(state, last)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(("decider", "commands", "said"), HAPPENS)
def test_what_began_begins_once(
    decider: Decider[Any, Any, Any], commands: list[Any], said: list[str]
) -> None:
    state, _ = after(decider, *commands)
    assert decider.decide(state, commands[0]) == [] or len(commands) > 1


@given(st.lists(st.sampled_from([ANNA, BO, LEAD, OTHER]), max_size=12), st.randoms())
def test_support_is_counted_once_a_person(people: list[PersonId], chance: Any) -> None:
    commands: list[Callable[..., Any]] = [talk.SupportIdea, talk.WithdrawSupport]
    state = talk.Talk()
    expected: set[PersonId] = set()
    for person in people:
        command = chance.choice(commands)
        if person == ANNA:
            continue
        state = talk.talk_decider.replay(talk.decide(state, command(ABOUT, person, AT)), state)
        (expected.add if command is talk.SupportIdea else expected.discard)(person)
    assert state.supporters == expected


def test_time_that_is_refused_is_granted_at_nothing() -> None:
    refusal = hours.RefuseTime(LEAD, AT, BarrierId(UUID(int=6)), "het is te druk")
    state, _ = after(hours.time_decider, ask_time(), refusal)
    assert (state.granted, state.lead) == (0, None)
