"""Ways to submit: who is known to whom, what a code can do, and what nobody can."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.ideas import AliasErased, AuthorRevealed, IdeaSubmitted, IdeaWithdrawn
from contracts.outside import PersonErased, PersonListed
from contracts.vocabulary import PersonId
from ideas.settings import IdeasSettings
from services.ideas.tests.acts import answered
from services.ideas.tests.house import Feedback, House, opened
from services.ideas.tests.nameless import puzzled, seal, speak

pytestmark = pytest.mark.integration

TOLD = {"title": "Fietsen", "body": "Naar de klant."}


async def confide(house: House, who: str = "anna:employee", **changes: Any) -> dict[str, Any]:
    answer = await house.post("/ideas/confidential", TOLD | changes, who)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def sealed(
    house: House, told: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    answer = await seal(house, None, told, headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_confidential_idea_has_an_alias_where_its_authors_name_would_be(
    house: House,
) -> None:
    who = f"carla-{uuid4()}"
    told = await confide(house, f"{who}:employee")
    (born,) = await house.events(told["idea"])
    assert isinstance(born, IdeaSubmitted)
    assert (born.way, born.author.startswith("alias-"), born.department) == (
        "confidential", True, None,
    )  # fmt: skip
    assert told["accountable"] == "desk"
    assert who not in await house.everything()
    for table in ("alias_owner", "idea_code", "command_log", "stream"):
        rows = await house.rows(f"SELECT t::text AS row FROM {table} t")  # noqa: S608
        assert who not in "".join(row["row"] for row in rows), table


async def test_only_the_reviewer_learns_whose_a_confidential_idea_is(house: House) -> None:
    idea = (await confide(house))["idea"]
    path = f"/ideas/{idea}/author"
    for who in ("eva:desk", "rik:reviewer", "dirk:director", "anna:employee"):
        refused = await house.get(path, who)
        assert (refused.status_code, refused.json()["type"]) == (
            403, "urn:kiem:TheAuthorIsForTheReviewer",
        )  # fmt: skip
    await answered(house, idea)
    assert (await house.get(path, "rik:reviewer")).json() == {"author": "anna"}
    assert (await house.get(path, "eva:desk")).status_code == 403


async def test_the_words_of_what_is_not_told_to_the_house_are_for_a_few(house: House) -> None:
    for told in (await confide(house), await sealed(house)):
        idea, token = told["idea"], await speak(house, told["code"])
        await house.follow(idea)
        readers = {"zoe:employee": None, "eva:desk": "Fietsen", token: "Fietsen"}
        for who, title in readers.items():
            assert (await house.get(f"/ideas/{idea}", who)).json()["title"] == title
            steps = (await house.get(f"/ideas/{idea}/timeline", who)).json()["steps"]
            assert steps[0]["words"].get("title") == title
        await answered(house, idea)
        assert (await house.get(f"/ideas/{idea}", "rik:reviewer")).json()["title"] == "Fietsen"
        words = f"/ideas/{idea}/words"
        for recipient, title in (("zoe", None), ("rik", "Fietsen")):
            said = await house.client.get(
                f"/v1{words}",
                params={"for": recipient},
                headers={"authorization": "Bearer s:service"},
            )
            assert said.json()["title"] == title
        assert await house.rows("SELECT 1 FROM idea_words_v1 WHERE idea = $1", UUID(idea)) == []


async def test_a_sealed_idea_needs_nobody_and_gets_a_person_a_date_and_a_code(
    house: House,
) -> None:
    told = await sealed(house, {"department": "zorg"})
    (born,) = await house.events(told["idea"])
    assert isinstance(born, IdeaSubmitted)
    assert (born.way, born.accountable, born.department) == ("sealed", "desk", "zorg")
    assert len(told["code"].replace("-", "")) == 20
    assert await house.rows("SELECT 1 FROM alias_owner WHERE alias = $1", born.author) == []
    nobody = await house.get(f"/ideas/{told['idea']}/author", "rik:reviewer")
    assert nobody.status_code == 403
    await answered(house, told["idea"])
    nobody = await house.get(f"/ideas/{told['idea']}/author", "rik:reviewer")
    assert (nobody.status_code, nobody.json()["type"]) == (404, "urn:kiem:NobodyKnowsTheAuthor")


async def test_nothing_of_who_asks_goes_further(house: House) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    who = {
        "authorization": "Bearer anna:employee", "traceparent": f"00-{trace}-00f067aa0ba902b7-01",
        "user-agent": "zilverreiger", "x-forwarded-for": "192.0.2.77", "cookie": "anna",
    }  # fmt: skip
    told = await sealed(house, headers=who)
    (recorded,) = await house.parts.store.load(f"idea-{told['idea']}")
    assert isinstance(recorded.data, IdeaSubmitted)
    assert recorded.actor == recorded.data.author
    assert trace not in (recorded.traceparent or "")


async def test_a_code_is_known_however_it_is_written_and_kept_as_a_hash_only(house: House) -> None:
    told = await sealed(house)
    plain = told["code"].replace("-", "")
    for written in (told["code"].lower(), plain, plain.replace("0", "o").replace("1", "l")):
        token = await speak(house, written)
        assert (await house.get(f"/ideas/{told['idea']}", token)).status_code == 200
    rows = await house.rows("SELECT t::text AS row FROM idea_code t")
    assert plain.lower() not in "".join(row["row"] for row in rows).lower()
    assert plain.encode().hex() not in "".join(row["row"] for row in rows)


async def test_whoever_guesses_a_code_is_told_the_same_each_time(house: House) -> None:
    said = []
    for code in ("0" * 20, "nonsense", "ABCDE-FGHJK-MNPQR-STVWX"):
        answer = await house.client.post("/v1/sealed/tokens", json={"code": code})
        assert answer.status_code == 404
        said.append({k: v for k, v in answer.json().items() if k != "trace_id"})
    assert said[0] == said[1] == said[2]
    assert said[0]["type"] == "urn:kiem:ThisIsNoCode"


async def test_a_token_of_an_alias_is_for_its_idea_alone(house: House) -> None:
    one, other = await sealed(house), await sealed(house)
    token = await speak(house, one["code"])
    for path in (f"/ideas/{other['idea']}", f"/ideas/{other['idea']}/timeline", "/ideas"):
        assert (await house.get(path, token)).status_code == 403, path
    assert (await house.post("/ideas", TOLD, token)).status_code == 403
    better = {"body": "Naar iedere klant."}
    there = await house.post(f"/ideas/{other['idea']}/revision", better, token)
    assert there.status_code == 403
    here = await house.post(f"/ideas/{one['idea']}/revision", better, token)
    assert (here.status_code, here.json()["version"]) == (200, 2)
    assert (
        await house.post(f"/ideas/{one['idea']}/comments", {"words": "Ja."}, token)
    ).status_code == 403
    gone = await house.post(f"/ideas/{one['idea']}/withdrawal", {}, token)
    assert gone.json()["state"] == "withdrawn"


async def test_nobody_makes_a_token_of_their_own(house: House) -> None:
    told = await sealed(house)
    token = await speak(house, told["code"])
    head, claims, signature = token.split(".")
    found = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(found | {"sub": "anna"}).encode()).rstrip(b"=")
    for wrong in (f"{head}.{forged.decode()}.{signature}", f"{head}.{claims}.", f"{head}.{claims}"):
        refused = await house.get(f"/ideas/{told['idea']}", wrong)
        assert refused.status_code == 401, refused.text


async def test_a_puzzle_must_be_solved_counts_once_and_comes_from_here(house: House) -> None:
    puzzle = await puzzled(house)
    assert (await seal(house, told=puzzle)).status_code == 201
    again = await seal(house, told=puzzle)
    assert (again.status_code, again.json()["type"]) == (403, "urn:kiem:ThePuzzleIsOver")
    forged = "99999999999.0.00." + "0" * 64
    for wrong in ({"puzzle": forged, "answer": "1"}, {"puzzle": "ü", "answer": "1"}):
        refused = await seal(house, told=wrong)
        assert (refused.status_code, refused.json()["type"]) == (
            403, "urn:kiem:ThePuzzleIsNotSolved",
        )  # fmt: skip
    fresh = await puzzled(house)
    before_the_first = str(int(fresh["answer"]) - 1)
    unsolved = await seal(house, told={**fresh, "answer": before_the_first})
    assert unsolved.status_code == 403


@pytest.fixture
async def strict(settings: IdeasSettings, feedback: Feedback) -> AsyncIterator[House]:
    """A house that takes few sealed ideas, and looks up few codes."""
    told = settings.model_copy(update={"sealed_per_hour": 3, "sealed_bits": 4, "code_tries": 0.2})
    async with opened(told, feedback) as found:
        await found.parts.db.pool.execute("DELETE FROM spent_puzzle")
        yield found
        await found.parts.db.pool.execute("DELETE FROM spent_puzzle")


async def test_an_hour_takes_so_many_sealed_ideas_and_each_costs_more(strict: House) -> None:
    bits = []
    for _ in range(3):
        bits.append((await strict.client.post("/v1/sealed/puzzles")).json()["bits"])
        assert (await seal(strict)).status_code == 201
    assert bits == sorted(bits)
    assert bits[-1] > bits[0]
    refused = await seal(strict)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:kiem:TooManyRequests")
    assert refused.headers["retry-after"]
    await strict.parts.db.pool.execute(
        "UPDATE spent_puzzle SET spent_at = now() - interval '61 min'"
    )
    assert (await seal(strict)).status_code == 201


async def test_codes_can_be_tried_so_often_only(strict: House) -> None:
    tries = [
        (await strict.client.post("/v1/sealed/tokens", json={"code": f"{n:020}"})).status_code
        for n in range(5)
    ]
    assert (tries[0], tries[-1]) == (404, 429)


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
    token = (await house.post(f"/ideas/{idea}/alias", None)).json()["token"]
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
    look = f"/people/{who}/erasure"
    assert (await house.get(look, "hanna:hr")).json()["holds"]["ideas"] == 2
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
