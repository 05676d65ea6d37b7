"""Drafts: one's own, sealed, never told, and an idea at last."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.ideas import IdeaSubmitted
from contracts.outside import PersonErased
from contracts.vocabulary import PersonId
from services.ideas.tests.house import House
from services.ideas.tests.nameless import speak

pytestmark = pytest.mark.integration

SAID = {"title": "Fietsen roodmus", "body": "Naar de klant roodmus.", "tags": ["vervoer"]}


async def drafted(house: House, who: str, **said: Any) -> str:
    draft = str(uuid4())
    saved = await house.put(f"/drafts/{draft}", who, SAID | said)
    assert saved.status_code == 200, saved.text
    return draft


async def test_a_draft_is_saved_listed_changed_and_thrown_away(house: House) -> None:
    who = f"carla-{uuid4()}:employee"
    bare, whole = await drafted(house, who, title="", body=""), await drafted(house, who)
    for _ in range(2):
        later = await house.put(f"/drafts/{bare}", who, {"title": "Lopen"})
        said = later.json()
        assert (later.status_code, said["title"], said["body"]) == (200, "Lopen", "")
    found = (await house.get("/drafts", who)).json()["items"]
    assert [(item["draft"], item["title"]) for item in found] == [
        (bare, "Lopen"), (whole, "Fietsen roodmus"),
    ]  # fmt: skip
    for _ in range(2):
        assert (await house.delete(f"/drafts/{bare}", who)).status_code == 204
    assert (await house.get(f"/drafts/{bare}", who)).status_code == 404
    assert (await house.get(f"/drafts/{whole}", who)).json()["tags"] == ["vervoer"]


async def test_nobody_sees_changes_or_throws_away_what_another_drafts(house: House) -> None:
    mine = f"carla-{uuid4()}:employee"
    draft = await drafted(house, mine)
    for who in ("zoe:employee", "eva:desk"):
        assert (await house.get(f"/drafts/{draft}", who)).status_code == 404
        assert (await house.put(f"/drafts/{draft}", who, SAID)).status_code == 404
        assert (await house.post(f"/drafts/{draft}/submission", {}, who)).status_code == 404
        await house.delete(f"/drafts/{draft}", who)
        found = (await house.get("/drafts", who)).json()["items"]
        assert draft not in {item["draft"] for item in found}
    assert (await house.get(f"/drafts/{draft}", mine)).status_code == 200


async def test_a_draft_is_sealed_and_told_to_nobody(house: House) -> None:
    who = f"carla-{uuid4()}"
    before = await house.rows("SELECT count(*) FROM event")
    draft = await drafted(house, f"{who}:employee")
    assert await house.rows("SELECT count(*) FROM event") == before
    (row,) = await house.rows("SELECT t::text AS row FROM draft t WHERE person = $1", who)
    assert "roodmus" not in row["row"]
    assert b"roodmus".hex() not in row["row"]
    await house.hear(
        PersonErased(
            person=PersonId(who), at=house.parts.clock.now() + timedelta(seconds=1)
        )
    )  # fmt: skip
    assert await house.rows("SELECT 1 FROM draft WHERE person = $1", who) == []
    assert (await house.get(f"/drafts/{draft}", f"{who}:employee")).status_code == 404
    assert (await house.put(f"/drafts/{draft}", f"{who}:employee", SAID)).status_code == 404


async def test_a_draft_becomes_one_idea_and_is_no_draft_any_more(house: House) -> None:
    who, key = f"carla-{uuid4()}", str(uuid4())
    draft = await drafted(house, f"{who}:employee", co_authors=["bo"])
    path = f"/drafts/{draft}/submission"
    answers = [await house.post(path, {}, f"{who}:employee", key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["code"] is None
    (born,) = await house.events(answers[0].json()["idea"])
    assert isinstance(born, IdeaSubmitted)
    assert (born.author, born.title, born.co_authors) == (who, "Fietsen roodmus", ("bo",))
    assert (await house.get("/drafts", f"{who}:employee")).json() == {"items": []}
    assert (await house.post(path, {}, f"{who}:employee")).status_code == 404


async def test_a_draft_that_is_submitted_twice_at_once_is_one_idea(house: House) -> None:
    who, key = f"carla-{uuid4()}:employee", str(uuid4())
    path = f"/drafts/{await drafted(house, who)}/submission"
    answers = await asyncio.gather(*(house.post(path, {}, who, key) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {201, 503}
    assert len({a.json()["idea"] for a in answers if a.status_code == 201}) == 1


async def test_a_draft_can_be_confided(house: House) -> None:
    who, key = f"carla-{uuid4()}", str(uuid4())
    path = f"/drafts/{await drafted(house, f'{who}:employee')}/submission"
    answers = [
        (await house.post(path, {"way": "confidential"}, f"{who}:employee", key)).json()
        for _ in range(2)
    ]
    assert answers[0]["idea"] == answers[1]["idea"]
    (born,) = await house.events(answers[0]["idea"])
    assert isinstance(born, IdeaSubmitted)
    assert (born.way, born.author == who) == ("confidential", False)
    for told in answers:
        token = await speak(house, told["code"])
        shown = await house.get(f"/ideas/{told['idea']}", token)
        assert shown.json()["title"] == "Fietsen roodmus"
    assert (await house.get("/drafts", f"{who}:employee")).json() == {"items": []}
    together = await drafted(house, f"{who}:employee", co_authors=["bo"])
    refused = await house.post(
        f"/drafts/{together}/submission", {"way": "confidential"}, f"{who}:employee"
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:AnAliasHasNoCoAuthors")


async def test_half_a_draft_is_no_idea(house: House) -> None:
    who = f"carla-{uuid4()}:employee"
    for way in ("named", "confidential"):
        draft = await drafted(house, who, body=" ")
        refused = await house.post(f"/drafts/{draft}/submission", {"way": way}, who)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:TheDraftIsNotWhole")
        assert (await house.get(f"/drafts/{draft}", who)).status_code == 200


async def test_nobody_hoards_drafts(house: House) -> None:
    who = f"carla-{uuid4()}:employee"
    first = await drafted(house, who)
    for _ in range(house.settings.drafts - 1):
        await drafted(house, who)
    refused = await house.put(f"/drafts/{uuid4()}", who, SAID)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:ThereAreTooManyDrafts")
    assert (await house.put(f"/drafts/{first}", who, {"title": "Anders"})).status_code == 200
    await house.delete(f"/drafts/{first}", who)
    assert (await house.put(f"/drafts/{uuid4()}", who, SAID)).status_code == 200
