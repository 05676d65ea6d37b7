"""Somebody is asked for a view before a decision that touches their team, and finds it."""

import pytest

from tests.journeys.house import House, until
from tests.journeys.portal import Reader, portal_client

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


async def test_a_lead_finds_what_is_asked_gives_a_view_and_is_asked_no_more(house: House) -> None:
    cast = await house.cast()
    body = {"title": "De balie een uur langer open", "body": "Dan kan de late dienst er terecht."}
    idea = (await house.done("ideas", "/v1/ideas", body, cast.author))["idea"]
    reviewer = (await house.in_state(idea, "under_review"))["reviewer"]
    words = "Wat vraagt dit van de balie?"
    asked = {"asked": cast.lead, "words": words, "touches_team": True}
    path = f"/v1/reviews/{idea}/opinions"
    view = (await house.done("feedback", path, asked, reviewer, "employee reviewer"))["id"]

    async with portal_client(house) as client:
        reader = Reader(house, client)
        await reader.sign_in(cast.lead, "employee lead")

        async def there() -> bool:
            return words in (await client.get("/views")).text

        await until("the lead finds what is asked", there)
        assert 'href="/views"' in (await client.get("/leading")).text
        fields = await reader.fields("/views")
        empty = await client.post(f"/views/{idea}/{view}", data=fields | {"words": " "})
        assert (empty.status_code, "Schrijf eerst hoe jij het ziet." in empty.text) == (422, True)
        told = fields | {"words": "Met één collega erbij kan het.", "once": "view"}
        assert (await client.post(f"/views/{idea}/{view}", data=told)).status_code == 303

        async def gone() -> bool:
            return "Niemand wacht op jouw blik." in (await client.get("/views")).text

        await until("nobody asks the lead any more", gone)
        stranger = await client.post(
            f"/views/{idea}/00000000-0000-7000-8000-000000000000", data=told | {"once": "other"}
        )
        assert stranger.status_code == 422
