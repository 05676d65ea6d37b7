"""Commands about what lives around ideas, as tests give them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.decider import Decider
from contracts.vocabulary import (
    BarrierId,
    ChallengeId,
    CommentId,
    ExperimentId,
    HelpId,
    IdeaId,
    PersonId,
    RequestId,
    TeamId,
    ToolId,
)
from ideas.domain import barriers, challenges, experiments, hours, talk, tools

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


TODAY = AT.date()
LAST, REPORT = TODAY + timedelta(days=21), AT + timedelta(days=60)


ANNA, BO, LEAD, OTHER, DESK = map(PersonId, ("anna", "bo", "lead", "other", "desk"))


IDEA, NEXT = IdeaId(UUID(int=1)), IdeaId(UUID(int=2))


ONE, TWO = CommentId(UUID(int=3)), CommentId(UUID(int=4))


TEAM = TeamId(UUID(int=5))


ABOUT = talk.About(IDEA, ANNA, frozenset({ANNA}))


def after(decider: Decider[Any, Any, Any], *commands: Any) -> tuple[Any, list[Any]]:
    """Return the state after commands that all succeed, and what the last of them led to."""
    state, told = decider.initial, []
    for command in commands:
        told = decider.decide(state, command)
        state = decider.replay(told, state)
    return state, told


def names(told: Sequence[object]) -> list[str]:
    return [type(event).__name__ for event in told]


def post(comment: CommentId = ONE, by: PersonId = BO, **more: Any) -> talk.PostComment:
    return talk.PostComment(ABOUT, comment, by, AT, "Ook bij ons.", **more)


def remove(by: PersonId, **more: Any) -> talk.RemoveComment:
    return talk.RemoveComment(ABOUT, ONE, by, AT, **more)


def barrier(**more: Any) -> barriers.RaiseBarrier:
    told: dict[str, Any] = {"owner": LEAD, "due": AT + timedelta(days=7)}
    return barriers.RaiseBarrier(
        BarrierId(UUID(int=6)), ANNA, AT, "access", "geen testomgeving", **told | more
    )


def ask_time(**more: Any) -> hours.AskTime:
    told: dict[str, Any] = {"lead": LEAD, "due": AT + timedelta(days=7)}
    return hours.AskTime(
        RequestId(UUID(int=7)), ANNA, AT, "pilot", 12.0, "om te proberen", **told | more
    )


def try_out(**more: Any) -> experiments.StartExperiment:
    told: dict[str, Any] = {
        "ends_on": TODAY + timedelta(weeks=6), "due": REPORT, "team": (BO,),
    }  # fmt: skip
    return experiments.StartExperiment(
        ExperimentId(UUID(int=8)), ANNA, AT, TODAY, hypothesis="het scheelt", **told | more
    )


def introduce() -> tools.IntroduceTool:
    told = tools.Particulars({"zoeken": "core"}, super_users=(BO,))
    return tools.IntroduceTool(
        ToolId(UUID(int=9)), LEAD, AT, "planner", "minder bellen", "wat denk je?", told
    )


def ask_help(**more: Any) -> tools.AskHelp:
    told: dict[str, Any] = {"super_user": BO, "due": AT + timedelta(days=2)}
    return tools.AskHelp(
        HelpId(UUID(int=10)), ANNA, AT, ToolId(UUID(int=9)), "hoe zoek ik?", **told | more
    )


def launch(**more: Any) -> challenges.LaunchChallenge:
    told: dict[str, Any] = {
        "first": TODAY, "last": LAST, "due": REPORT, "criteria": ("nut", "moeite"),
        "jury": (LEAD, BO),
    }  # fmt: skip
    return challenges.LaunchChallenge(
        ChallengeId(UUID(int=11)), LEAD, AT, TODAY, "Hoe minder dubbel?", "tijd", **told | more
    )


def form(members: tuple[PersonId, ...] = (BO, OTHER)) -> challenges.FormTeam:
    return challenges.FormTeam(TEAM, BO, AT, members, "De Kiemen", IDEA)


def judge(by: PersonId = LEAD, **points: int) -> challenges.JudgeAnswer:
    given_ = points or {"nut": 7, "moeite": 3}
    return challenges.JudgeAnswer(IDEA, frozenset({ANNA}), by, AT, given_)


CLOSED = challenges.CloseChallenge(LEAD, AT, "Dank!", (IDEA,), 61)


ANSWERED = barriers.RemoveBarrier(LEAD, AT, "er staat er nu een")


HELPED = tools.AnswerHelp(BO, AT, "zo")
