"""Who reviews or leads chooses who stands in, and the ladder goes by it."""

from datetime import timedelta

import pytest

from contracts.outside import DeputyNamed, PersonLeft, PersonListed
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    DESK,
    HUGO,
    LENA,
    STAN,
    climbed_while_the_lead_is_away,
    list_people,
)

pytestmark = pytest.mark.integration
BO = PersonId("bo")


async def choose(house: House, deputy: str | None, roles: str = "lead") -> int:
    answer = await house.client.put(
        "/v1/deputy", json={"deputy": deputy}, headers=house.as_("lena", roles)
    )
    return answer.status_code


async def shown(house: House) -> dict[str, object]:
    answer = await house.client.get("/v1/deputy", headers=house.as_("lena", "lead"))
    found: dict[str, object] = answer.json()
    return found


async def test_a_choice_is_told_to_every_service_and_can_be_taken_back(house: House) -> None:
    await list_people(house)
    await house.hear(PersonListed(person=BO, at=await house.now()))
    assert await shown(house) == {"deputy": STAN, "chosen": False}
    assert await choose(house, "bo") == 202
    told = (await house.events("deputy", LENA))[-1]
    assert isinstance(told, DeputyNamed)
    assert (told.person, told.deputy) == (LENA, BO)
    await house.hear(told)
    assert await shown(house) == {"deputy": BO, "chosen": True}
    again = PersonListed(person=LENA, lead=HUGO, deputy=STAN, roles=("lead",), at=told.at)
    await house.hear(again)
    assert (await shown(house))["deputy"] == BO, "a list of the directory takes no choice back"
    assert await choose(house, None) == 202
    await house.hear((await house.events("deputy", LENA))[-1])
    assert await shown(house) == {"deputy": STAN, "chosen": False}


async def test_only_who_reviews_or_leads_chooses_and_only_a_colleague_who_is_here(
    house: House,
) -> None:
    await list_people(house)
    before = await house.events("deputy", LENA)
    assert await choose(house, "stan", roles="employee") == 403
    assert await choose(house, "nobody-knows") == 409
    assert await choose(house, "lena") == 409
    await house.hear(PersonListed(person=BO, at=await house.now()))
    await house.hear(PersonLeft(person=BO, at=await house.now() + timedelta(seconds=1)))
    assert await choose(house, "bo") == 409
    assert await house.events("deputy", LENA) == before


async def test_the_ladder_goes_to_whom_an_absent_lead_chose(house: House, idea: IdeaId) -> None:
    await list_people(house)
    at = await house.now()
    await house.hear(PersonListed(person=BO, at=at))
    await house.hear(DeputyNamed(person=LENA, deputy=BO, at=at))
    assert await climbed_while_the_lead_is_away(house, idea) == [BO, DESK]
