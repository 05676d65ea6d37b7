"""An idea keeps the terms it was submitted under: its reminders, its days, its ladder."""

from datetime import timedelta

import pytest

from contracts.ideas import IdeaSubmitted, IdeaTakenUnderReview
from contracts.notifications import Escalated
from contracts.vocabulary import IdeaId, PersonId, Terms
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import list_people

pytestmark = pytest.mark.integration

ANNA, RIK, DESK = map(PersonId, ("anna", "rik", "desk"))


async def reviewed(house: House, idea: IdeaId, terms: Terms | None) -> IdeaTakenUnderReview:
    await list_people(house)
    at = await house.now()
    days = house.parts.calendar.add_working_days
    await house.hear(
        IdeaSubmitted(idea=idea, author=ANNA, accountable=DESK, due=days(at, 5), terms=terms, at=at)
    )
    event = IdeaTakenUnderReview(
        idea=idea, author=ANNA, reviewer=RIK, accountable=RIK, due=days(at, 20), at=at
    )
    await house.hear(event)
    return event


async def test_reminders_days_and_ladder_are_those_of_its_terms(house: House, idea: IdeaId) -> None:
    terms = Terms(version=1, remind_days=(1, 5), escalate_days=2, rungs=("director", "desk"))
    event = await reviewed(house, idea, terms)
    assert event.due is not None
    days = house.parts.calendar.add_working_days
    for before in (5, 1):
        timers = await house.timers(idea)
        assert timers["remind"] == days(event.due, -before)
        await house.pass_time(timers["remind"] + timedelta(minutes=1))
    assert "remind" not in await house.timers(idea)
    reminders = await house.notices(kind="reminder")
    assert [(n["person"], n["due"]) for n in reminders] == [(RIK, event.due)] * 2
    climbed = []
    for _ in range(3):
        due = (await house.timers(idea))["due"]
        await house.pass_time(due)
        up = (await house.events("loop", idea))[-1]
        assert isinstance(up, Escalated)
        assert up.due == days(due, 2)
        climbed.append((up.accountable, up.rung))
    assert climbed == [("hugo", "director"), (DESK, "desk"), (DESK, "desk")]


async def test_without_terms_it_is_as_for_everybody(house: House, idea: IdeaId) -> None:
    event = await reviewed(house, idea, None)
    assert event.due is not None
    days = house.parts.calendar.add_working_days
    assert (await house.timers(idea))["remind"] == days(event.due, -1)
    await house.pass_time(event.due)
    up = (await house.events("loop", idea))[-1]
    assert (up.accountable, up.rung, up.due) == ("lena", "lead", days(event.due, 5))
