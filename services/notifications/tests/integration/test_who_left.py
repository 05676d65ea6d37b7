"""Who has left is told what they are owed, and nothing of the house at a webhook outside."""

from datetime import timedelta

import pytest

from contracts.ideas import IdeaRealised
from contracts.outside import PersonLeft, PersonListed
from contracts.talk import IdeaFollowed
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import ANNA, RIK
from services.notifications.tests.integration.test_webhooks import Gateway, declined, register
from services.notifications.tests.neighbours import answering

pytestmark = pytest.mark.integration
BO = PersonId("bo")
SECOND = timedelta(seconds=1)


async def test_who_follows_an_idea_is_told_nothing_more_once_they_have_left(
    house: House, idea: IdeaId
) -> None:
    at = await house.now()
    for person in (ANNA, BO):
        await house.hear(PersonListed(person=person, at=at))
        await house.hear(IdeaFollowed(idea=idea, author=RIK, by=person, at=at))
    await house.hear(PersonLeft(person=ANNA, at=at + SECOND))
    await house.hear(IdeaRealised(idea=idea, author=RIK, by=RIK, at=at + SECOND))
    await house.spread_all()
    assert [n["person"] for n in await house.notices(kind="followed")] == [BO]


async def test_a_webhook_gets_nothing_of_what_its_owner_is_owed_who_left_and_the_mail_has_it(
    house: House, idea: IdeaId
) -> None:
    gateway, at = Gateway(), await house.now()
    await house.introduce(ANNA, "Anna de Wit")
    await house.hear(PersonListed(person=ANNA, at=at))
    async with answering(gateway.application()) as url:
        await register(house, url)
        await house.hear(PersonLeft(person=ANNA, at=at + SECOND))
        await declined(house, idea)
        await house.post_all()
        await house.send_all()
    assert (gateway.got, len(house.office.got)) == ([], 1)
    assert [n["mail"] for n in await house.notices()] == ["delivered"]


async def test_what_waits_for_a_webhook_is_not_posted_once_its_owner_has_left(
    house: House, idea: IdeaId
) -> None:
    gateway, at = Gateway(), await house.now()
    await house.hear(PersonListed(person=ANNA, at=at))
    async with answering(gateway.application()) as url:
        await register(house, url)
        await declined(house, idea)
        await house.hear(PersonLeft(person=ANNA, at=at + SECOND))
        await house.post_all()
    assert gateway.got == []


async def test_what_no_mail_brings_to_who_left_goes_to_no_webhook_either(
    house: House, idea: IdeaId
) -> None:
    gateway, at = Gateway(), await house.now()
    await house.introduce(ANNA, "Anna de Wit")
    house.office.rcpt = "550 5.1.1 no such user"
    await house.hear(PersonListed(person=ANNA, at=at))
    async with answering(gateway.application()) as url:
        await register(house, url)
        await house.hear(PersonLeft(person=ANNA, at=at + SECOND))
        await declined(house, idea)
        await house.send_all()
        await house.post_all()
    assert gateway.got == []
    assert [(n["mail"], n["shown"]) for n in await house.notices()] == [("failed", True)]


async def test_who_is_listed_again_is_told_as_before(house: House, idea: IdeaId) -> None:
    gateway, at = Gateway(), await house.now()
    async with answering(gateway.application()) as url:
        await register(house, url)
        await house.hear(PersonLeft(person=ANNA, at=at))
        await house.hear(PersonListed(person=ANNA, at=at + SECOND))
        await house.hear(IdeaRealised(idea=idea, author=ANNA, by=RIK, at=at + SECOND))
        await house.post_all()
    assert [n["kind"] for n in await house.notices()] == ["realised"]
    assert len(gateway.got) == 1
