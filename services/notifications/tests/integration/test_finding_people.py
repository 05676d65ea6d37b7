"""Who is called so: by the beginnings of a name or by a code, and never everybody."""

from datetime import timedelta

import httpx2
import pytest

from contracts.outside import PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import PersonId
from services.notifications.tests.house import House

pytestmark = pytest.mark.integration

ANNA, BO, LENA = map(PersonId, ("anna", "bo", "lena"))


async def search(house: House, name: str, *roles: str) -> httpx2.Response:
    return await house.client.get(
        "/v1/people/search", params={"name": name}, headers=house.as_("rik", *roles)
    )


async def test_people_are_found_by_beginnings_of_their_name_or_by_their_code(house: House) -> None:
    names = {"p-1": "Anna de Wit", "p-2": "Zoë van Wijk", "p-3": "Anna Bos", "p-4": "Bo Wit"}
    for person, name in names.items():
        await house.introduce(person, name)

    async def found(name: str) -> list[str]:
        told = (await search(house, name)).json()
        assert told["more"] is False
        assert all(each["name"] == names[each["person"]] for each in told["items"])
        return [each["person"] for each in told["items"]]

    assert await found("anna") == ["p-3", "p-1"]
    assert await found("WI an") == ["p-1"]
    assert await found("zoe") == ["p-2"], "however it is written"
    assert await found("p-4") == ["p-4"]
    assert await found("nna") == await found("--") == await found("example.org") == []


async def test_whoever_left_or_was_erased_is_not_found_any_more(house: House) -> None:
    now = await house.now()
    for person in (ANNA, BO, LENA):
        await house.introduce(person, f"Sam {person}")
        await house.hear(PersonListed(person=person, department="Noord", at=now))
    assert len((await search(house, "sam")).json()["items"]) == 3
    await house.hear(PersonLeft(person=BO, at=now + timedelta(hours=1)))
    await house.hear(PersonErased(person=ANNA, at=now))
    told = (await search(house, "sam")).json()
    assert [each["person"] for each in told["items"]] == [LENA]


async def test_nobody_reads_the_whole_directory_by_searching_it(house: House) -> None:
    for number in range(12):
        await house.introduce(f"p-{number:02d}", f"Sam Nummer{number:02d}")
    told = (await search(house, "sam")).json()
    assert (len(told["items"]), told["more"]) == (10, True)
    assert (await search(house, "s")).status_code == 422
    for role in ("service", "operator", "hr"):
        assert (await search(house, "sam", role)).status_code == 403
