"""Mergers, co-authors, wake-ups, and promises that get another date."""

from typing import Any
from uuid import UUID

import pytest

from chassis.decider import Rejected
from contracts.ideas import IdeaReopened, PromiseMoved
from contracts.vocabulary import IdeaId, PersonId
from ideas.domain import (
    AbsorbIdea,
    ChangeCoAuthors,
    HearAppeal,
    IdeaCommand,
    JoinPilot,
    MergeIdea,
    MovePromise,
    RecordAnswer,
    ReviveIdea,
    SeparateIdea,
    SetPromise,
    decide,
)
from ideas.domain import refusals as no
from services.ideas.tests.making import (
    ACCEPTED,
    ANNA,
    BO,
    DESK,
    IDEA,
    IN_PILOT,
    NEXT_PILOT,
    PILOT,
    REALISED,
    RIK,
    STRANGER,
    answer,
    day,
    events,
    lived,
    names,
    reopen,
    reveal,
    start,
    submit,
    take,
    withdraw,
)

OTHER = IdeaId(UUID(int=99))
WAITING = (submit(), take())
PARKED = (*WAITING, answer("parked"))
DECLINED = (*WAITING, answer("declined"))
CONFIDENTIAL = (
    submit(author=PersonId("alias-7"), co_authors=(), way="confidential"), take(),
    answer("accepted"), start(),
)  # fmt: skip


def move(until: float = 40, at: float = 3, by: PersonId = RIK) -> MovePromise:
    return MovePromise(by, day(at), day(until), "we wachten op een offerte")


def merge(into: IdeaId = OTHER, at: float = 3) -> MergeIdea:
    return MergeIdea(DESK, day(at), into, "zegt hetzelfde")


def absorb(at: float = 3) -> AbsorbIdea:
    return AbsorbIdea(DESK, day(at), OTHER, (STRANGER,))


def revive(at: float = 30) -> ReviveIdea:
    return ReviveIdea(day(at), DESK, day(at + 7), RIK, "er is budget")


def wake(at: float = 30) -> ReviveIdea:
    """Let a timer fire that was set for this day."""
    return ReviveIdea(day(at), DESK, day(at + 7), day=day(at).date())


def parked(until: float | None, at: float = 2) -> RecordAnswer:
    return answer("parked", at, wake_on=until and day(until).date())


def moved(until: float, cause: Any, who: PersonId | None = None) -> SetPromise:
    return SetPromise(day(3), day(until), cause, who)


def extended(until: float, was: float) -> SetPromise:
    return SetPromise(day(30), day(until), "outage", was=day(was))


HAPPENS: list[tuple[tuple[IdeaCommand, ...], list[str]]] = [
    ((*WAITING, ChangeCoAuthors(ANNA, day(1), (BO, RIK))), ["CoAuthorsChanged"]),
    ((*WAITING, ChangeCoAuthors(BO, day(1), ())), ["CoAuthorsChanged"]),
    ((*WAITING, ChangeCoAuthors(ANNA, day(1), (BO,))), []),
    ((*WAITING, merge()), ["IdeaMerged"]),
    ((*WAITING, merge(), merge()), []),
    ((*WAITING, absorb()), ["IdeaAbsorbed"]),
    ((*WAITING, absorb(), absorb()), []),
    ((*WAITING, absorb(), SeparateIdea(DESK, day(4), OTHER)), ["IdeaSeparated"]),
    ((*WAITING, SeparateIdea(DESK, day(4), OTHER)), []),
    ((*WAITING, merge(), reopen("under_review")), ["IdeaReopened"]),
    ((*PARKED, revive()), ["IdeaRevived"]),
    ((*WAITING, parked(30), wake(30)), ["IdeaRevived"]),
    ((*WAITING, parked(30), wake(31)), ["IdeaRevived"]),
    ((*WAITING, wake(30)), []),
    ((*PARKED, wake(30)), []),
    ((*WAITING, parked(30), revive(4), parked(60, 5), wake(30)), []),
    ((*WAITING, parked(30), revive(4), parked(None, 5), wake(30)), []),
    ((*WAITING, move()), ["PromiseMoved"]),
    ((*WAITING, move(), move()), []),
    ((*WAITING, moved(50, "question")), ["PromiseMoved"]),
    ((*WAITING, moved(28, "question")), []),
    ((*REALISED, moved(50, "outage")), []),
    ((*WAITING, extended(31, was=28)), ["PromiseMoved"]),
    ((*WAITING, moved(50, "question"), extended(31, was=28)), []),
    ((*WAITING, moved(28, "recusal", DESK)), ["PromiseMoved"]),
    ((*DECLINED, HearAppeal(day(9), ANNA, DESK, day(16))), ["IdeaReopened"]),
    ((*ACCEPTED, HearAppeal(day(9), ANNA, DESK, day(16))), []),
    ((*IN_PILOT, JoinPilot(PILOT, STRANGER, day(4))), ["PilotJoined"]),
    ((*IN_PILOT, *[JoinPilot(PILOT, STRANGER, day(4))] * 2), []),
    ((*CONFIDENTIAL, reveal(), JoinPilot(PILOT, STRANGER, day(4))), ["PilotJoined"]),
    ((*CONFIDENTIAL, JoinPilot(PILOT, RIK, day(4))), ["PilotJoined"]),
    ((*CONFIDENTIAL, JoinPilot(PILOT, STRANGER, day(4), at_desk=True)), ["PilotJoined"]),
    ((*CONFIDENTIAL, JoinPilot(PILOT, BO, day(4))), []),
    ((*WAITING, absorb(), SeparateIdea(DESK, day(4), OTHER), withdraw(5)), ["IdeaWithdrawn"]),
]
REFUSED: list[tuple[tuple[IdeaCommand, ...], type[Rejected]]] = [
    ((*WAITING, ChangeCoAuthors(BO, day(1), (BO, RIK))), no.OnlyTheAuthorNamesCoAuthors),
    ((*WAITING, ChangeCoAuthors(STRANGER, day(1), (BO, STRANGER))), no.OnlyTheAuthorNamesCoAuthors),
    ((*WAITING, merge(IDEA)), no.AnIdeaIsNoPartOfItself),
    ((*REALISED, merge()), no.TheIdeaIsFinished),
    ((*WAITING, withdraw(), absorb()), no.TheIdeaIsFinished),
    ((*WAITING, revive()), no.OnlyParkedIdeasWake),
    ((*WAITING, move(by=ANNA)), no.OnlyTheAccountableMovesIt),
    ((*WAITING, move(at=28)), no.ThePromiseIsBroken),
    ((*WAITING, move(until=20)), no.APromiseMovesOn),
    ((*WAITING, move(), move(until=60)), no.APromiseMovesOnce),
    ((*WAITING, move(), moved(50, "question"), move(until=60)), no.APromiseMovesOnce),
    ((*REALISED, move(at=8)), no.NothingIsPromised),
    ((*IN_PILOT, JoinPilot(NEXT_PILOT, STRANGER, day(4))), no.NoSuchPilotRuns),
    ((*CONFIDENTIAL, JoinPilot(PILOT, STRANGER, day(4))), no.ThePilotIsOfAFew),
    ((*WAITING, absorb(), withdraw(4)), no.OthersIdeasArePartOfIt),
    ((*WAITING, absorb(), withdraw(4, STRANGER)), no.OthersIdeasArePartOfIt),
]


@pytest.mark.parametrize(("commands", "said"), HAPPENS)
def test_it_happens(commands: tuple[IdeaCommand, ...], said: list[str]) -> None:
    assert names(events(*commands)) == said


@pytest.mark.parametrize(("commands", "refusal"), REFUSED)
def test_it_is_refused(commands: tuple[IdeaCommand, ...], refusal: type[Rejected]) -> None:
    with pytest.raises(refusal):
        events(*commands)


def test_another_promise_may_be_moved_again() -> None:
    idea = lived(*WAITING, move(), answer("accepted", at=5))
    (told,) = decide(idea, move(until=80, at=6))
    assert isinstance(told, PromiseMoved)
    assert (told.accountable, told.due) == (RIK, day(80))


def test_an_idea_that_takes_another_in_has_its_authors_too() -> None:
    idea = lived(*WAITING, absorb())
    assert idea.authors == {ANNA, BO, STRANGER}
    assert lived(*WAITING, absorb(), SeparateIdea(DESK, day(4), OTHER)).authors == {ANNA, BO}


def test_a_merged_idea_is_finished_and_owes_nothing() -> None:
    idea = lived(*WAITING, merge())
    assert (idea.state, idea.accountable, idea.due) == ("merged", None, None)
    assert idea.merged_into == OTHER


def test_a_revived_idea_waits_for_an_answer_again() -> None:
    idea = lived(*PARKED, revive())
    assert (idea.state, idea.accountable, idea.due) == ("submitted", DESK, day(37))


def test_an_appeal_opens_the_idea_where_it_was_judged() -> None:
    (told,) = events(*DECLINED, HearAppeal(day(9), ANNA, DESK, day(16)))
    assert isinstance(told, IdeaReopened)
    assert (told.to, told.by, told.accountable) == ("under_review", ANNA, DESK)


def test_a_recused_reviewer_is_the_reviewer_no_more() -> None:
    idea = lived(*WAITING, moved(28, "recusal", DESK))
    assert (idea.reviewer, idea.accountable, idea.state) == (None, DESK, "under_review")
