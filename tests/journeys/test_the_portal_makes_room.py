"""Who is stuck says so in the portal, is promised an answer there, and reads it there."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.journeys.house import House, until
from tests.journeys.portal import Reader, portal_client

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
async def employee(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        yield Reader(house, client)


@pytest.fixture
async def leader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house, requests_burst=500) as client:
        yield Reader(house, client)


async def sent(reader: Reader, form: str, **filled: str) -> httpx2.Response:
    """Send a form of a page; each form is one command."""
    fields = await reader.fields(form)
    return await reader.client.post(form.removesuffix("/new"), data=fields | filled)


async def test_a_barrier_and_time_are_asked_for_answered_and_read_in_the_portal(
    house: House, employee: Reader, leader: Reader
) -> None:
    cast = await house.cast()
    await employee.sign_in(cast.author)
    await leader.sign_in(cast.lead, "employee lead")
    told = {"title": "Een kar die zelf stopt", "body": "Op de helling rolt hij nu weg."}
    await house.done("ideas", "/v1/ideas", told, cast.author)
    raised = await sent(employee, "/room/barriers/new", kind="legal", words="Mag dit van de wet?")
    more = {"purpose": "pilot", "words": "Een week in het magazijn meelopen."}
    asked = await sent(employee, "/room/time/new", hours="7,5", **more)
    refused = await sent(employee, "/room/time/new", hours="80", **more)
    places = [each.headers["location"].partition("?")[0] for each in (raised, asked, refused)]
    for place in places:
        page = (await employee.client.get(place)).text
        assert "is aan zet" in page, "somebody with a name owes it from the first moment"
    barrier, granted, denied = (place.rpartition("/")[2] for place in places)

    async def waits() -> bool:
        page = (await leader.client.get("/leading")).text
        return all(said in page for said in (barrier, granted, denied, told["title"]))

    await until("all three wait for the leader, who sees what their people are promised", waits)
    for path, said in (
        (f"/leading/barriers/{barrier}/decline",
         {"reason": "De wet verbiedt het.", "next_step": "Vraag HR in mei."}),
        (f"/leading/time/{granted}/grant", {"hours": "4,5"}),
        (f"/leading/time/{denied}/refusal", {"reason": "Het rooster is al rond."}),
    ):  # fmt: skip
        fields = await leader.fields("/leading")
        assert (await leader.client.post(path, data=fields | said)).status_code == 303, path

    answers = ("De wet verbiedt het.", "Vraag HR in mei.", "4,5 uur gegeven",
               "Het rooster is al rond.")  # fmt: skip

    async def answered() -> bool:
        page = (await employee.client.get("/room")).text
        return all(each in page for each in answers)

    await until("the employee reads every answer in their list", answered)

    async def looked_back() -> bool:
        page = (await leader.client.get("/leading")).text
        return "4,5 uur gegeven door" in page and "niet gegeven door" in page

    await until("the leader reads back what they gave and refused", looked_back)
    shown = [(await employee.client.get(place)).text for place in places]
    assert "Vraag HR in mei." in shown[0]
    assert "4,5 uur gegeven" in shown[1]
    assert "Het rooster is al rond." in shown[2]
    assert "iemand anders is daar een antwoord op schuldig" in shown[2]
