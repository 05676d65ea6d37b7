"""Ways to submit: who is known to whom, what a code can do, and what nobody can."""

import base64
import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from contracts.ideas import IdeaSubmitted
from contracts.outside import PersonErased
from contracts.vocabulary import PersonId
from ideas.settings import IdeasSettings
from services.ideas.tests.acts import PLAN, answered
from services.ideas.tests.house import Feedback, House, opened
from services.ideas.tests.nameless import TOLD, confide, puzzled, seal, sealed, speak

pytestmark = pytest.mark.integration


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


async def test_nobody_joins_a_pilot_to_read_what_is_for_a_few(house: House) -> None:
    idea = (await confide(house))["idea"]
    await answered(house, idea)
    pilot = (await house.post(f"/ideas/{idea}/pilots", PLAN, "rik:reviewer")).json()["pilot"]
    door = f"/ideas/{idea}/pilots/{pilot}/members"
    for who in ("zoe:employee", "anna:employee"):  # its author has no name here, either
        refused = await house.post(door, {}, who)
        assert (refused.status_code, refused.json()["type"]) == (
            403, "urn:kiem:ThePilotIsOfAFew",
        )  # fmt: skip
        assert (await house.get(f"/ideas/{idea}", "zoe:employee")).json()["title"] is None
    assert (await house.post(door, {}, "rik:reviewer")).status_code == 200


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


async def test_many_ideas_are_named_at_once_to_whoever_may_know_them(house: House) -> None:
    named = await house.submitted(title="Minder papier")
    await house.follow(named)
    private = (await confide(house))["idea"]
    erased = await house.submitted("gone:employee", title="Weg ermee", co_authors=[])
    await house.follow(erased)
    await house.hear(PersonErased(person=PersonId("gone"), at=house.parts.clock.now()))
    asked = {"idea": [named, private, erased, str(uuid4())]}
    for who, known in (("zoe:employee", None), ("eva:desk", "Fietsen")):
        told = await house.get("/ideas/titles", who, **asked)
        assert told.json() == {"titles": {named: "Minder papier", private: known, erased: None}}, (
            told.text
        )
    too_many = await house.get("/ideas/titles", idea=[str(uuid4()) for _ in range(101)])
    assert too_many.status_code == 422


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
