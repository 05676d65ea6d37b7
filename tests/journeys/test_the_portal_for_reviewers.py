"""What a reviewer does beside one answer: several at once, other views, a promise in time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.answers import judged
from tests.journeys.house import House, until
from tests.journeys.portal import Reader, behind, portal_client, reviewer_of, sealed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
ANSWER = {
    "outcome": "declined", "next_step": "Zodra de lift er is wordt dit een ja.",
    **judged(
        "Het scheelt elke dienst een wandeling.",
        "Er is dit jaar geen plek voor.",
        "Het past bij hoe we werken.",
    ),
}  # fmt: skip


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house) as client:
        yield Reader(house, client)


async def reviewed(house: House, author: str, title: str) -> tuple[str, str]:
    """Tell an idea; return it with who reviews it."""
    told = {"title": title, "body": "De rolstoelen staan nu op zolder."}
    idea = (await house.done("ideas", "/v1/ideas", told, author))["idea"]

    async def look() -> str | None:
        found: str | None = (await house.get("ideas", f"/v1/ideas/{idea}", author))["reviewer"]
        return found

    return idea, await until("somebody reviews it", look)


async def test_one_answer_reaches_the_authors_of_several_ideas(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    (one, rob), (two, other) = [await reviewed(house, cast.author, t) for t in ("Berging", "Hok")]
    if rob != other:
        told = {"reviewer": rob}
        await house.done("feedback", f"/v1/reviews/{two}/reviewer", told, "eva", "desk")
    await reader.sign_in(rob, "employee reviewer")
    await reader.finds("/reviews", f'name="idea" value="{one}"', f'name="idea" value="{two}"')
    where = f"/reviews/together?idea={one}&idea={two}"
    fields = await reader.fields(where)
    form: dict[str, Any] = {**fields, **ANSWER, "idea": [one, two]}
    refused = await reader.client.post("/reviews/together", data=form | {"reason": "nee"})
    assert refused.status_code == 422
    assert "De reden zegt te weinig" in refused.text
    whole = form | {"reason": f"De gang is volgens de brandweer te smal, zie {one}."}
    done = await reader.client.post("/reviews/together", data=whole)
    assert done.status_code == 200, done.text
    assert done.text.count("Beantwoord.") == 2
    for idea in (one, two):
        await house.in_state(idea, "declined")
        said = await house.get("feedback", f"/v1/reviews/{idea}", cast.author)
        assert "brandweer" in said["reason"]


async def test_another_view_is_asked_given_and_read_by_who_answers_alone(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    idea, rob = await reviewed(house, cast.author, "Een ruimere kleedkamer")
    await reader.sign_in(rob, "employee reviewer")
    fields = await reader.fields(f"/reviews/{idea}")
    asked = {"asked": cast.lead, "words": "Wat doet dit met jouw rooster?", "touches_team": "1"}
    went = await reader.client.post(f"/reviews/{idea}/opinion", data=fields | asked)
    assert went.status_code == 303, went.text

    async with portal_client(house) as client:
        lead = Reader(house, client)
        await lead.sign_in(cast.lead, "employee lead")
        page = (await client.get(f"/ideas/{idea}")).text
        assert "Wat doet dit met jouw rooster?" in page
        where = page.partition(f'action="/ideas/{idea}/opinion/')[2].partition('"')[0]
        fields = await lead.fields(f"/ideas/{idea}")
        view = fields | {"view": "Het rooster kan het dragen."}
        given = await client.post(f"/ideas/{idea}/opinion/{where}", data=view)
        assert given.status_code == 303, given.text
        await lead.sign_in(cast.author)
        text = (await client.get(f"/ideas/{idea}")).text
        assert "jouw rooster" not in text
        assert "kan het dragen" not in text
    page = (await reader.client.get(f"/reviews/{idea}")).text
    assert "Het rooster kan het dragen." in page


async def test_a_promise_is_moved_once_in_time_and_a_note_is_for_oneself(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    idea, rob = await reviewed(house, cast.author, "Zitjes bij de lift")
    await house.in_state(idea, "under_review")
    due = (await house.get("ideas", f"/v1/ideas/{idea}", rob))["due"]
    later = (await house.today() + timedelta(days=90)).isoformat()
    await reader.sign_in(rob, "employee reviewer")
    fields = await reader.fields(f"/reviews/{idea}")
    move = fields | {"until": later, "reason": "De leverancier antwoordt pas dan."}
    went = await reader.client.post(f"/reviews/{idea}/promise", data=move)
    assert went.status_code == 303, went.text
    assert (await house.get("ideas", f"/v1/ideas/{idea}", rob))["due"] > due
    fields = await reader.fields(f"/reviews/{idea}")
    latest = (await house.today() + timedelta(days=120)).isoformat()
    again = fields | {"until": latest, "reason": "Nog eens."}
    refused = await reader.client.post(f"/reviews/{idea}/promise", data=again)
    assert refused.status_code == 422
    assert "al eens verzet" in refused.text
    fields = await reader.fields(f"/reviews/{idea}")
    note = fields | {"words": "Bellen met de leverancier."}
    assert (await reader.client.post(f"/reviews/{idea}/note", data=note)).status_code == 303
    assert "Bellen met de leverancier." in (await reader.client.get(f"/reviews/{idea}")).text
    await reader.sign_in("eva", "employee desk")
    assert "Bellen met de leverancier." not in (await reader.client.get(f"/reviews/{idea}")).text


async def test_a_sealed_idea_is_answered_only_by_who_stands_apart(
    reader: Reader, house: House
) -> None:
    await house.cast()
    idea = await behind(house, await sealed(reader.client, "Een stille kamer", "Voor even rust."))
    rob = await reviewer_of(house, idea)
    await reader.sign_in(rob, "employee reviewer")
    fields = await reader.fields(f"/reviews/{idea}")
    whole = fields | ANSWER | {"reason": f"De zolder is brandgevaarlijk, staat in {idea}."}
    refused = await reader.client.post(f"/reviews/{idea}", data=whole)
    assert refused.status_code == 422
    assert "Vink aan dat je er los van staat" in refused.text
    done = await reader.client.post(f"/reviews/{idea}", data=whole | {"apart": "1"})
    assert done.status_code == 303, done.text


async def test_whose_a_confidential_idea_is_only_its_reviewer_can_ask(
    reader: Reader, house: House
) -> None:
    cast = await house.cast()
    told = {"title": "Eerder lunchen", "body": "Om elf uur is iedereen al moe."}
    idea = (await house.done("ideas", "/v1/ideas/confidential", told, cast.author))["idea"]
    rob = await reviewer_of(house, idea)
    await reader.sign_in(rob, "employee reviewer")
    page = (await reader.client.get(f"/reviews/{idea}")).text
    assert "Anna Jansen" not in page
    assert "Anna Jansen, in vertrouwen" in (await reader.client.get(f"/reviews/{idea}?who=1")).text
    for other in (cast.director, "eva"):
        await reader.sign_in(other, "employee desk director")
        assert "Anna Jansen" not in (await reader.client.get(f"/reviews/{idea}?who=1")).text
