"""Who stands behind an alias: who learns it, who says it, and what is left when they are erased."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from chassis import telemetry
from contracts.ideas import AliasErased, AuthorRevealed, IdeaSubmitted, IdeaWithdrawn
from contracts.outside import PersonErased, PersonListed
from contracts.vocabulary import PersonId
from services.ideas.tests.house import House, envelope
from services.ideas.tests.nameless import TOLD, confide, puzzled, seal, sealed, speak

pytestmark = pytest.mark.integration


async def test_who_asks_again_gets_the_same_idea_and_a_code_that_works(house: House) -> None:
    key, puzzle = f"only-i-know-{uuid4()}", await puzzled(house)
    one, other = [(await seal(house, key, puzzle)).json() for _ in range(2)]
    assert one["idea"] == other["idea"]
    for told in (one, other):
        assert (await house.get(f"/ideas/{one['idea']}", await speak(house, told["code"]))).json()[
            "title"
        ] == "Fietsen"
    refused = await seal(house, key, {**puzzle, "title": "Lopen"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:kiem:CommandKnown")
    assert (await seal(house, "short", puzzle)).status_code == 400
    key = str(uuid4())
    first, second = [
        (await house.post("/ideas/confidential", TOLD, key=key)).json() for _ in range(2)
    ]
    assert first["idea"] == second["idea"]


async def test_who_asks_twice_at_once_submits_one_idea(house: House) -> None:
    key, puzzle = str(uuid4()), await puzzled(house)
    answers = await asyncio.gather(*(seal(house, key, puzzle) for _ in range(4)))
    found = {answer.json()["idea"] for answer in answers if answer.status_code == 201}
    assert len(found) == 1
    assert {answer.status_code for answer in answers} <= {201, 503}


async def test_an_author_speaks_under_their_alias_by_their_account(house: House) -> None:
    idea = (await confide(house))["idea"]
    await house.follow(idea)
    mine = (await house.get("/ideas", mine="true", limit=100)).json()["items"]
    assert idea in {row["idea"] for row in mine}
    for who in ("zoe:employee", "eva:desk"):
        assert (await house.post(f"/ideas/{idea}/alias", None, who)).status_code == 403
    before = await house.rows("SELECT count(*) FROM event")
    first, token = [
        (await house.post(f"/ideas/{idea}/alias", None)).json()["token"] for _ in range(2)
    ]
    assert await house.rows("SELECT count(*) FROM event") == before
    assert (await house.get(f"/ideas/{idea}", first)).status_code == 200
    gone = await house.post(f"/ideas/{idea}/withdrawal", {}, token)
    assert gone.json()["state"] == "withdrawn"
    assert isinstance((await house.events(idea))[-1], IdeaWithdrawn)
    nobodys = (await sealed(house))["idea"]
    assert (await house.post(f"/ideas/{nobodys}/alias", None)).status_code == 403


async def test_a_colleagues_idea_gets_a_code_to_hand_over(house: House) -> None:
    who, typist = f"carla-{uuid4()}", "bob:employee"
    idea = await house.submitted(typist, on_behalf_of=who, co_authors=[])
    assert (await house.post(f"/ideas/{idea}/code", None, "zoe:employee")).status_code == 403
    old, new = [
        (await house.post(f"/ideas/{idea}/code", None, typist)).json()["code"] for _ in range(2)
    ]
    assert (await house.client.post("/v1/sealed/tokens", json={"code": old})).status_code == 404
    token = await speak(house, new)
    better = {"title": "Fietsen, altijd"}
    assert (await house.post(f"/ideas/{idea}/revision", better, token)).status_code == 200
    other = await house.submitted(f"{who}:employee")
    assert (await house.post(f"/ideas/{other}/revision", better, token)).status_code == 403


async def test_only_the_author_says_whose_a_sealed_idea_is(house: House) -> None:
    told = await sealed(house)
    idea, path = told["idea"], f"/ideas/{told['idea']}/revelation"
    other = await sealed(house)
    for body in ({}, {"code": other["code"]}):
        refused = await house.post(path, body, "zoe:employee")
        assert (refused.status_code, refused.json()["type"]) == (
            403,
            "urn:kiem:OnlyTheAuthorReveals",
        )
    done = await house.post(path, {"code": told["code"]}, "anna:employee")
    assert done.status_code == 200, done.text
    last = (await house.events(idea))[-1]
    assert isinstance(last, AuthorRevealed)
    assert (last.by, last.accountable) == ("anna", "desk")
    await house.follow(idea)
    shown = (await house.get(f"/ideas/{idea}", "zoe:employee")).json()
    assert (shown["author"], shown["title"], shown["way"]) == ("anna", "Fietsen", "sealed")
    found = (await house.get("/ideas", "zoe:employee", q="fietsen", mine="false", limit=100)).json()
    assert idea in {row["idea"] for row in found["items"]}
    late = await house.post(path, {"code": told["code"]}, "zoe:employee")
    assert late.status_code == 403


async def test_a_confidential_author_is_revealed_by_nobody_else(house: House) -> None:
    told = await confide(house)
    path = f"/ideas/{told['idea']}/revelation"
    stolen = await house.post(path, {"code": told["code"]}, "zoe:employee")
    assert (stolen.status_code, stolen.json()["type"]) == (403, "urn:kiem:OnlyTheAuthorReveals")
    assert (await house.post(path, {}, "anna:employee")).status_code == 200
    named = await house.submitted()
    refused = await house.post(f"/ideas/{named}/revelation", {}, "anna:employee")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:TheAuthorIsNamed")


async def test_services_learn_who_stands_too_near_and_nothing_more(house: House) -> None:
    who, lead = f"carla-{uuid4()}", f"lea-{uuid4()}"
    at = house.parts.clock.now()
    await house.hear(
        PersonListed(person=PersonId(lead), at=at),
        PersonListed(person=PersonId(who), lead=PersonId(lead), at=at),
    )
    idea = (await confide(house, f"{who}:employee"))["idea"]
    near = {
        person: (await house.get(f"/ideas/{idea}/nearness", "feedback:service", of=person)).json()
        for person in (who, lead, "rik")
    }
    assert near == {who: {"near": True}, lead: {"near": True}, "rik": {"near": False}}
    assert (await house.get(f"/ideas/{idea}/nearness", "rik:reviewer", of=who)).status_code == 403
    nobodys = (await sealed(house))["idea"]
    asked = await house.get(f"/ideas/{nobodys}/nearness", "feedback:service", of=who)
    assert asked.json() == {"near": False}


async def test_erasing_a_person_erases_their_aliases_everywhere(house: House) -> None:
    who = PersonId(f"carla-{uuid4()}")
    told, shown = await confide(house, f"{who}:employee"), await sealed(house)
    revealed = await house.post(
        f"/ideas/{shown['idea']}/revelation", {"code": shown["code"]}, f"{who}:employee"
    )
    assert revealed.status_code == 200
    aliases = []
    for each in (told, shown):
        await house.follow(each["idea"])
        (born, *_) = await house.events(each["idea"])
        assert isinstance(born, IdeaSubmitted)
        aliases.append(born.author)
    look = f"/people/{who}/erasure"  # it counts none of them: that would say whose they are
    assert (await house.get(look, "hanna:hr")).json()["holds"]["ideas"] == 0
    await house.hear(PersonErased(person=who, at=house.parts.clock.now() + timedelta(seconds=1)))
    for each, alias in zip((told, shown), aliases, strict=True):
        assert (await house.get(f"/ideas/{each['idea']}", "eva:desk")).json()["title"] is None
        (gone,) = [r.data for r in await house.parts.store.load(f"alias-{alias}")]
        assert gone == AliasErased(at=gone.at, alias=alias)
        refused = await house.client.post("/v1/sealed/tokens", json={"code": each["code"]})
        assert refused.status_code == 404
        assert (
            await house.rows("SELECT 1 FROM idea_words_v1 WHERE idea = $1", UUID(each["idea"]))
            == []
        )
    assert await house.rows("SELECT 1 FROM alias_owner WHERE alias = ANY ($1)", aliases) == []


async def test_what_is_told_of_an_erased_alias_leads_to_nobody(house: House) -> None:
    who, trace = PersonId(f"carla-{uuid4()}"), "1" * 32
    told = await confide(house, f"{who}:employee")
    (born,) = await house.events(told["idea"])
    assert isinstance(born, IdeaSubmitted)
    heard = envelope(PersonErased(person=who, at=house.parts.clock.now()))
    with telemetry.span("hear", parent=f"00-{trace}-{'1' * 16}-01"):
        assert trace in (telemetry.traceparent() or "")
        for _ in range(2):
            await house.hear_again(heard)
    (gone,) = await house.parts.store.load(f"alias-{born.author}")
    assert (gone.causation, gone.traceparent, gone.actor) == (None, None, None)
    assert gone.correlation == born.author
    assert gone.data.at != heard.data.at


async def test_an_author_is_erased_and_those_who_joined_them_wait_on(house: House) -> None:
    told = await sealed(house)
    whole, part = told["idea"], await house.submitted("cas:employee", co_authors=[])
    token = await speak(house, told["code"])
    asked = {"into": whole, "reason": "hetzelfde"}
    assert (await house.post(f"/ideas/{part}/merger", asked, "eva:desk")).status_code == 200
    refused = await house.post(f"/ideas/{whole}/withdrawal", {}, token)
    assert refused.json()["type"] == "urn:kiem:OthersIdeasArePartOfIt"
    assert (await house.post(f"/ideas/{whole}/erasure", None, token)).status_code == 204
    shown = (await house.get(f"/ideas/{whole}", "eva:desk")).json()
    assert (shown["state"], shown["accountable"], shown["title"]) == ("submitted", "desk", None)


async def test_a_sealed_idea_is_erased_with_its_code(house: House) -> None:
    told = await sealed(house)
    token = await speak(house, told["code"])
    path = f"/ideas/{told['idea']}/erasure"
    assert (await house.post(path, None, "anna:employee")).status_code == 403
    for _ in range(2):
        assert (await house.post(path, None, token)).status_code == 204
    shown = (await house.get(f"/ideas/{told['idea']}", "eva:desk")).json()
    assert (shown["state"], shown["title"], shown["body"]) == ("withdrawn", None, None)
    (born, *_) = await house.parts.store.load(f"idea-{told['idea']}")
    alias = born.data.author  # type: ignore[attr-defined]
    assert len(await house.parts.store.load(f"alias-{alias}")) == 1
