"""The doors of ideas: what people can ask, who may, and what is refused with which words."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.ideas import IdeaSubmitted
from contracts.outside import PersonErased, PersonListed
from contracts.vocabulary import PersonId
from services.ideas.tests.acts import ENDS, PLAN, answered, piloted
from services.ideas.tests.house import House

pytestmark = pytest.mark.integration

NOWHERE = UUID(int=9)  # not a random one: every worker must name its tests alike


async def test_a_submitted_idea_is_acknowledged_with_a_person_and_a_date(house: House) -> None:
    answer = await house.post("/ideas", {"title": "Fietsen", "body": "Naar de klant."})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["version"], told["state"], told["accountable"]) == (1, "submitted", "desk")
    now = house.parts.clock.now()
    expected = house.parts.calendar.add_working_days(now, 5)
    assert datetime.fromisoformat(told["due"]) == expected


async def test_the_same_request_submits_one_idea_and_another_with_its_key_is_refused(
    house: House,
) -> None:
    key, told = str(uuid4()), {"title": "Fietsen", "body": "Naar de klant."}
    one, other = [await house.post("/ideas", told, key=key) for _ in range(2)]
    assert one.json() == other.json()
    refused = await house.post("/ideas", told | {"title": "Lopen"}, key=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:kiem:CommandKnown")


async def test_requests_at_the_same_time_submit_one_idea(house: House) -> None:
    key, told = str(uuid4()), {"title": "Fietsen", "body": "Naar de klant."}
    answers = await asyncio.gather(*(house.post("/ideas", told, key=key) for _ in range(6)))
    assert {answer.json()["idea"] for answer in answers} == {answers[0].json()["idea"]}


async def test_nothing_is_submitted_without_a_desk(house_without_desk: House) -> None:
    answer = await house_without_desk.post("/ideas", {"title": "Fietsen", "body": "Ja."})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kiem:NobodyIsAtTheDesk")
    assert "Ask an operator" in answer.json()["detail"]


async def test_the_directory_says_where_the_author_works(house: House) -> None:
    who = f"carla-{uuid4()}"
    now = house.parts.clock.now()
    for person in (who, "bo"):
        await house.hear(PersonListed(person=PersonId(person), department="zorg", at=now))
    idea = await house.submitted(f"{who}:employee")
    assert (await house.get(f"/ideas/{idea}")).json()["department"] == "zorg"
    told = await house.submitted(f"{who}:employee", department="it")
    assert (await house.get(f"/ideas/{told}")).json()["department"] == "it"


async def test_an_author_is_no_co_author_and_nobody_is_one_twice(house: House) -> None:
    idea = await house.submitted(co_authors=["bo", "anna", "bo"])
    assert (await house.get(f"/ideas/{idea}")).json()["co_authors"] == ["bo"]


async def test_an_idea_goes_its_whole_way(house: House) -> None:
    idea, pilot = await piloted(house)
    measured = await house.post(
        f"/ideas/{idea}/pilots/{pilot}/measurements", {"value": 12.5}, "rik:reviewer"
    )
    assert measured.status_code == 201, measured.text
    end = {"outcome": "scaled", "learning": "het scheelt een kwartier"}
    concluded = await house.post(f"/ideas/{idea}/pilots/{pilot}/conclusion", end, "anna:employee")
    assert concluded.status_code == 201, concluded.text
    assert (await house.get(f"/ideas/{idea}")).json()["state"] == "in_pilot"
    done = await house.post(f"/ideas/{idea}/realisation", {"remark": "overal"}, "eva:desk")
    assert (done.status_code, done.json()["state"]) == (200, "realised")
    assert (done.json()["accountable"], done.json()["due"]) == (None, None)


async def test_a_pilot_is_owed_until_the_end_of_its_last_day(house: House) -> None:
    idea, _ = await piloted(house)
    shown = (await house.get(f"/ideas/{idea}")).json()
    assert shown["accountable"] == "rik"
    assert datetime.fromisoformat(shown["due"]) == house.parts.calendar.end_of(ENDS)


async def test_starting_a_pilot_twice_with_one_key_starts_one(house: House) -> None:
    idea = await house.submitted()
    await answered(house, idea)
    path, key = f"/ideas/{idea}/pilots", str(uuid4())
    one, other = [await house.post(path, PLAN, key=key) for _ in range(2)]
    assert (one.status_code, one.json()) == (201, other.json())
    refused = await house.post(path, PLAN)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:APilotRuns")


@pytest.mark.parametrize("missing", ["hypothesis", "measure", "stop_rule", "ends_on"])
async def test_a_pilot_needs_its_whole_plan(house: House, missing: str) -> None:
    plan = {name: text for name, text in PLAN.items() if name != missing}
    answer = await house.post(f"/ideas/{uuid4()}/pilots", plan)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{missing}"]


async def test_a_pilot_can_not_end_in_the_past(house: House) -> None:
    idea = await house.submitted()
    await answered(house, idea)
    refused = await house.post(f"/ideas/{idea}/pilots", PLAN | {"ends_on": "2020-03-01"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:APilotEndsLater")


async def test_nothing_may_end_so_late_that_nobody_hears_anything_until_then(house: House) -> None:
    idea = await house.submitted()
    await answered(house, idea)
    today = house.parts.calendar.local_date(house.parts.clock.now())
    far, question = f"{today + timedelta(days=367)}", {"question": "Hoe?", "why": "tijd"}
    contest = question | {"first": f"{today}", "last": far, "criteria": ["nut"]}
    for path, body, who in (
        (f"/ideas/{idea}/pilots", PLAN | {"ends_on": far}, "rik:reviewer"),
        ("/challenges", contest, "lea:lead"),
    ):
        refused = (await house.post(path, body, who)).json()
        assert refused["type"] == "urn:kiem:TheDateIsTooFar"
        assert f"The latest possible is {today + timedelta(days=366)}." in refused["detail"]
    trial = {"hypothesis": "het scheelt", "ends_on": far}
    refused = (await house.post("/experiments", trial)).json()
    assert refused["type"] == "urn:kiem:AnExperimentIsShort"
    assert f"{today + timedelta(weeks=6)}" in refused["detail"]


async def test_only_its_authors_revise_and_withdraw_an_idea(house: House) -> None:
    idea = await house.submitted()
    for path, body in (("revision", {"title": "Lopen"}), ("withdrawal", {"reason": "nee"})):
        refused = await house.post(f"/ideas/{idea}/{path}", body, "zoe:employee")
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:kiem:OnlyAuthorsDoThis")
    revised = await house.post(f"/ideas/{idea}/revision", {"title": "Lopen"}, "bo:employee")
    assert (revised.status_code, revised.json()["version"]) == (200, 2)
    assert (await house.get(f"/ideas/{idea}")).json()["title"] == "Lopen"
    gone = await house.post(f"/ideas/{idea}/withdrawal", {"reason": "nee"})
    assert gone.json()["state"] == "withdrawn"


async def test_the_desk_reopens_an_idea_and_nobody_else_does(house: House) -> None:
    idea = await house.submitted()
    await house.post(f"/ideas/{idea}/withdrawal", {})
    asked = {"to": "submitted", "reason": "er is nu geld"}
    assert (await house.post(f"/ideas/{idea}/reopening", asked)).status_code == 403
    never = await house.post(f"/ideas/{idea}/reopening", asked | {"to": "accepted"}, "eva:desk")
    assert (never.status_code, never.json()["type"]) == (409, "urn:kiem:TheIdeaWasNeverThere")
    told = (await house.post(f"/ideas/{idea}/reopening", asked, "eva:desk")).json()
    assert (told["state"], told["accountable"]) == ("submitted", "desk")
    assert told["due"] is not None


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "body.title"),
    ({"title": "   "}, "body.title"),
    ({"title": "x" * 201}, "body.title"),
    ({"title": 7}, "body.title"),
    ({"body": ""}, "body.body"),
    ({"body": "x" * 10_001}, "body.body"),
    ({"category": "a\x00b"}, "body.category"),
    ({"department": ""}, "body.department"),
    ({"co_authors": ["a\x00b"]}, "body.co_authors.0"),
    ({"co_authors": ["x"] * 21}, "body.co_authors"),
    ({"language": "de"}, "body.language"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
async def test_a_wrong_field_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    told = {"title": "Fietsen", "body": "Naar de klant."} | changes
    answer = await house.post("/ideas", told)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_words_can_hold_every_character(house: House) -> None:
    words = "a\x00b \N{BICYCLE} \u202e 'quoted' \\u0000"
    idea = await house.submitted(title=words, body=words)
    shown = (await house.get(f"/ideas/{idea}")).json()
    assert (shown["title"], shown["body"]) == (words, words)


async def test_half_a_character_is_refused(house: House) -> None:
    headers = {"authorization": "Bearer anna:employee", "idempotency-key": str(uuid4()),
               "content-type": "application/json"}  # fmt: skip
    body = rb'{"title": "\ud800", "body": "Naar de klant."}'
    answer = await house.client.post("/v1/ideas", content=body, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/ideas?limit=0", "/ideas?limit=101", "/ideas?after=no-id", "/ideas?state=lost",
        "/ideas/no-id", f"/ideas/{NOWHERE}/timeline?version=0",
        f"/ideas/{NOWHERE}/timeline?version={10**30}",
        f"/ideas/{NOWHERE}/timeline?known_at=9999-12-31T23:59:59-23:00",
        f"/ideas/{NOWHERE}/timeline?known_at=2026-03-02",
    ],
)  # fmt: skip
async def test_a_wrong_address_is_refused(house: House, path: str) -> None:
    assert (await house.get(path)).status_code == 422


async def test_what_is_not_there_is_said_so(house: House) -> None:
    for path in ("", "/timeline", "/words?for=anna"):
        answer = await house.get(f"/ideas/{uuid4()}{path}", "x:employee,service")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:kiem:NotFound")
    refused = await house.post(f"/ideas/{uuid4()}/withdrawal", {})
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:kiem:ThereIsNoSuchIdea")


async def test_who_is_no_employee_sees_no_idea(house: House) -> None:
    idea = await house.submitted()
    for path in ("/ideas", f"/ideas/{idea}", f"/ideas/{idea}/timeline"):
        assert (await house.get(path, "publisher:publisher")).status_code == 403
    assert (await house.get(f"/ideas/{idea}/words", **{"for": "anna"})).status_code == 403


async def test_a_mail_may_say_the_title_to_its_reader(house: House) -> None:
    idea = await house.submitted(language="en")
    told = await house.get(f"/ideas/{idea}/words", "notifications:service", **{"for": "rik"})
    assert told.json() == {
        "recipient": "rik", "title": "Fietsen", "language": "en", "author": "anna",
        "co_authors": ["bo"], "way": "named", "reason": None, "category": None,
    }  # fmt: skip


async def test_words_are_sealed_and_go_with_their_author(house: House) -> None:
    who, secret = f"dirk-{uuid4()}", "Xanthippe-Fahrrad"
    idea = await house.submitted(f"{who}:employee", title=secret, body=secret)
    assert (await house.get(f"/ideas/{idea}")).json()["title"] == secret
    assert secret not in await house.everything()
    await house.hear(PersonErased(person=PersonId(who), at=house.parts.clock.now()))
    shown = (await house.get(f"/ideas/{idea}")).json()
    assert (shown["title"], shown["body"], shown["state"]) == (None, None, "submitted")
    (birth,) = (await house.get(f"/ideas/{idea}/timeline")).json()["steps"]
    assert birth["words"] == {}


async def test_what_happens_is_recorded_with_who_asked(house: House) -> None:
    idea = await house.submitted()
    (born,) = await house.parts.store.load(f"idea-{idea}")
    assert isinstance(born.data, IdeaSubmitted)
    assert (born.actor, born.correlation) == ("anna", idea)


async def test_the_description_of_the_doors_can_be_made(house: House) -> None:
    document = (await house.client.get("/openapi.json")).json()
    assert {"/v1/ideas", "/v1/ideas/{idea}/timeline", "/v1/imports/history"} <= set(
        document["paths"]
    )
