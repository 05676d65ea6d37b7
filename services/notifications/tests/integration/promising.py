"""Whom the tests of promises know, what they hear of an idea, and who stands above whom."""

from datetime import UTC, datetime

from contracts.ideas import (
    IdeaSubmitted,
    IdeaTakenUnderReview,
)
from contracts.notifications import Escalated
from contracts.outside import AbsencePlanned, PersonLeft, PersonListed
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import House

ANNA, RIK, LENA, HUGO, STAN, DESK = map(PersonId, ("anna", "rik", "lena", "hugo", "stan", "desk"))


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def submitted(house: House, idea: IdeaId) -> IdeaSubmitted:
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 5)
    return IdeaSubmitted(idea=idea, author=ANNA, accountable=DESK, due=due, at=at)


async def under_review(house: House, idea: IdeaId, author: PersonId = ANNA) -> IdeaTakenUnderReview:
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 20)
    return IdeaTakenUnderReview(
        idea=idea, author=author, reviewer=RIK, accountable=RIK, due=due, at=at
    )


async def unanswered(house: House) -> int:
    """Return how many ideas have a broken promise and no word since, as everybody may read."""
    counted = (await house.client.get("/v1/guarantee", headers=house.as_("bo"))).json()
    assert counted["besides"]["barrier"]["unanswered"] == 0
    return int(counted["unanswered"])


async def list_people(house: House) -> None:
    at = await house.now()
    for person in (
        PersonListed(person=RIK, lead=LENA, roles=("reviewer",), at=at),
        PersonListed(person=LENA, lead=HUGO, deputy=STAN, roles=("lead",), at=at),
        PersonListed(person=HUGO, roles=("director",), at=at),
    ):
        await house.hear(person)


async def climbed_while_the_lead_is_away(house: House, idea: IdeaId) -> list[PersonId]:
    """Return who was asked, one after the other, as the lead is absent and the director left."""
    at = await house.now()
    event = await under_review(house, idea)
    assert event.due is not None
    day = event.due.date()
    await house.hear(AbsencePlanned(person=LENA, first=day, last=day, at=at))
    await house.hear(PersonLeft(person=HUGO, at=at))
    await house.hear(event)
    await house.pass_time(event.due)
    await house.pass_time((await house.timers(idea))["due"])
    return [e.accountable for e in await house.events("loop", idea) if isinstance(e, Escalated)]
