"""Whoever is to go on with an idea hands it over, or is succeeded when they are gone."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.decider import Rejected
from contracts.handed_up import IdeaHandedOver, IdeaHandedUp
from contracts.ideas import IdeaSeparated
from contracts.vocabulary import IdeaId, PersonId
from ideas.domain import AbsorbIdea, HandOverIdea, Idea, MovePromise, SeparateIdea, decide, refusals
from ideas.domain.handing_up import HandUp
from services.ideas.tests.making import (
    ANNA,
    BO,
    DESK,
    LEAD,
    RIK,
    STRANGER,
    answer,
    day,
    lived,
    submit,
    take,
    withdraw,
)

ACCEPTED = (submit(), take(), answer("accepted"))
OTHER = IdeaId(UUID(int=77))


def over(at: float = 4, by: PersonId = RIK, to: PersonId = LEAD, **more: Any) -> HandOverIdea:
    return HandOverIdea(by, day(at), to, "Ik ga naar een andere locatie.", **more)


def due(idea: Idea) -> datetime:
    assert idea.due is not None
    return idea.due


def test_another_goes_on_with_it_by_the_same_date() -> None:
    before = lived(*ACCEPTED)
    (event,) = decide(before, over())
    assert isinstance(event, IdeaHandedOver)
    assert (event.accountable, event.due, event.by) == (LEAD, due(before), RIK)
    after = lived(*ACCEPTED, over())
    assert (after.accountable, after.state) == (LEAD, "accepted")
    assert decide(after, over(5, LEAD)) == []


def test_the_desk_hands_over_what_is_anybodys() -> None:
    assert decide(lived(*ACCEPTED), over(by=DESK, at_desk=True))


@pytest.mark.parametrize(
    ("commands", "asked", "refusal"),
    [
        (ACCEPTED, over(by=STRANGER), refusals.OnlyTheAccountableHandsItOver),
        (ACCEPTED, over(by=ANNA), refusals.OnlyTheAccountableHandsItOver),
        ((submit(),), over(by=DESK), refusals.AnotherReviewerIsNamed),
        ((submit(), take()), over(), refusals.AnotherReviewerIsNamed),
        ((submit(), withdraw()), over(), refusals.NothingIsPromised),
    ],
)
def test_what_may_not_be_handed_over_is_refused(
    commands: tuple[Any, ...], asked: HandOverIdea, refusal: type[Rejected]
) -> None:
    with pytest.raises(refusal):
        decide(lived(*commands), asked)


def test_a_promise_that_was_moved_is_not_moved_again_by_who_has_it_now() -> None:
    before = lived(*ACCEPTED)
    later = MovePromise(RIK, day(4), due(before).replace(year=due(before).year + 1), "Ziek.")
    for passing in (
        over(5),
        HandUp(day(5), RIK, LEAD, later.due, cause="left"),
    ):
        after = lived(*ACCEPTED, later, passing)
        assert after.accountable == LEAD
        with pytest.raises(refusals.APromiseMovesOnce):
            decide(after, replace(later, by=LEAD, at=day(6), due=due(after).replace(month=12)))


def test_who_is_gone_is_succeeded_and_only_for_what_they_owe() -> None:
    idea = lived(*ACCEPTED)
    told = HandUp(day(5), RIK, LEAD, due(idea), cause="left")
    (event,) = decide(idea, told)
    assert isinstance(event, IdeaHandedUp)
    assert (event.previous, event.accountable, event.due, event.cause) == (
        RIK, LEAD, due(idea), "left",
    )  # fmt: skip
    assert decide(idea, replace(told, previous=BO)) == []


def test_why_a_merger_is_undone_is_said_where_it_is_undone() -> None:
    absorbed = AbsorbIdea(DESK, day(2), OTHER, (BO,))
    idea = lived(submit(), absorbed)
    (event,) = decide(idea, SeparateIdea(DESK, day(3), OTHER, "Toch iets anders."))
    assert isinstance(event, IdeaSeparated)
    assert event.reason == "Toch iets anders."
