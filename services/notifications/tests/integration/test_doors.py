"""What people and services may ask of notifications, and what is not for them."""

from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest

from contracts import outside
from contracts.ideas import IdeaSubmitted, IdeaTakenUnderReview
from contracts.outside import PersonErased, PersonListed
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import House

pytestmark = pytest.mark.integration

ANNA, BO, RIK, LENA, DESK = map(PersonId, ("anna", "bo", "rik", "lena", "desk"))
DETAILS = {"name": "Anna de Wit", "mail": "anna@example.org", "language": "nl"}


async def put(
    house: House, person: str, body: object, *roles: str, path: str | None = None
) -> httpx2.Response:
    return await house.client.put(
        path or f"/v1/people/{person}/contact",
        json=body,
        headers=house.as_("olga", *(roles or ("operator",))),
    )


async def test_details_are_kept_once_changed_and_shown_by_name_alone(house: House) -> None:
    assert (await put(house, "anna", DETAILS)).status_code == 204
    assert (await put(house, "anna", DETAILS, "hr")).status_code == 204
    assert (await put(house, "bo", {"name": "Bo", "language": "en"})).status_code == 204
    assert (await put(house, "anna", DETAILS | {"name": "Anna Bos"})).status_code == 204
    asked = await house.client.get(
        "/v1/people", params={"ids": "anna,bo,nobody"}, headers=house.as_("rik")
    )
    assert asked.json() == {"anna": {"name": "Anna Bos"}, "bo": {"name": "Bo"}}


@pytest.mark.parametrize("role", ["employee", "reviewer", "lead", "desk", "service"])
async def test_only_operators_and_hr_keep_details(house: House, role: str) -> None:
    assert (await put(house, "anna", DETAILS, role)).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Anna\r\nBcc: quoted"},
        {"name": "Anna", "mail": "anna@example.org\nBcc: quoted"},
        {"name": "Anna", "mail": "quoted"},
        {"name": "Anna", "mail": "quoted@b, c@d"},
        {"name": " "},
        {"name": "Anna", "language": "quoted"},
        {"name": "Anna", "address": "quoted"},
        {},
    ],
)
async def test_details_that_make_no_sense_are_refused_without_being_quoted(
    house: House, wrong: dict[str, str]
) -> None:
    answer = await put(house, "anna", wrong)
    assert answer.status_code == 422
    assert "quoted" not in answer.text


async def test_many_details_are_kept_at_once_and_each_has_an_answer_of_its_own(
    house: House,
) -> None:
    await house.hear(PersonErased(person=BO, at=await house.now()))
    items = [
        {"person": "anna", **DETAILS}, {"person": "bo", "name": "Bo"}, {"person": "rik"},
        {"person": "Eva Vos", "name": "quoted"}, {"person": "zoe", "name": "Zoe", "mail": "quoted"},
        "quoted", {"person": "lena", "name": "Lena", "language": "en"},
        {"person": "anna", "name": "Anna Bos"},
    ]  # fmt: skip
    answer = await put(house, "", {"items": items}, path="/v1/people/contacts")
    assert answer.status_code == 200
    told = answer.json()["items"]
    assert [(one["person"], one["result"]) for one in told] == [
        ("anna", "kept"), ("bo", "refused"), ("rik", "refused"), ("Eva Vos", "refused"),
        ("zoe", "refused"), (None, "refused"), ("lena", "kept"), ("anna", "kept"),
    ]  # fmt: skip
    assert "erased" in told[1]["reason"]
    assert told[2]["reason"] == "name: Field required"
    assert told[4]["reason"].startswith("mail: a mail address looks like")
    assert "quoted" not in answer.text
    asked = await house.client.get(
        "/v1/people", params={"ids": "anna,bo,lena,zoe"}, headers=house.as_("rik")
    )
    assert asked.json() == {"anna": {"name": "Anna Bos"}, "lena": {"name": "Lena"}}


async def test_not_more_details_are_taken_at_once_than_fit(house: House) -> None:
    path, one = "/v1/people/contacts", {"person": "anna", "name": "Anna"}
    assert (await put(house, "", {"items": [one] * 201}, path=path)).status_code == 422
    assert (await put(house, "", {"items": []}, path=path)).status_code == 422
    assert (await put(house, "", {"items": [one]}, "employee", path=path)).status_code == 403


async def test_details_of_an_erased_person_are_not_kept_again(house: House) -> None:
    await put(house, "anna", DETAILS)
    await house.hear(PersonErased(person=ANNA, at=await house.now()))
    answer = await put(house, "anna", DETAILS)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kiem:ThePersonIsErased")
    asked = await house.client.get("/v1/people", params={"ids": "anna"}, headers=house.as_("rik"))
    assert asked.json() == {}


async def test_everybody_who_was_erased_is_listed_once_page_by_page(house: House) -> None:
    at = await house.now()
    for number in range(5):  # as HR may say it of all of them in one moment
        await house.hear(PersonErased(person=PersonId(f"gone-{number}"), at=at))
    await house.hear(PersonErased(person=PersonId("gone-before"), at=at - timedelta(days=1)))
    found, before = [], None
    while True:
        asked = {"limit": 2} | ({"before": before} if before else {})
        answer = await house.client.get(
            "/v1/erasures", params=asked, headers=house.as_("hanna", "hr")
        )
        found += [each["person"] for each in answer.json()["items"]]
        if (before := answer.json()["next"]) is None:
            break
    assert found == [*(f"gone-{n}" for n in (4, 3, 2, 1, 0)), "gone-before"]
    refused = await house.client.get("/v1/erasures", headers=house.as_("x", "desk"))
    assert refused.status_code == 403


async def test_hr_erases_a_person_and_the_word_goes_where_the_directory_is(house: House) -> None:
    person = "anna-7 b"
    path = f"/v1/people/{person}/erasure"
    await put(house, person, DETAILS)
    hr = house.as_("hanna", "hr")
    looked = (await house.client.get(path, headers=hr)).json()
    assert looked == {
        "person": person, "erased": False,
        "holds": {"contact_details": 1, "waiting_mails": 0, "webhooks": 0},
    }  # fmt: skip
    for who in ("operator", "desk", "employee", "service"):
        assert (await house.client.get(path, headers=house.as_("x", who))).status_code == 403
        assert (await house.client.post(path, headers=house.as_("x", who))).status_code == 403
    told = await house.client.post(path, headers=hr)
    assert (told.status_code, told.json()) == (202, {"person": person, "repeated": False})
    again = await house.client.post(path, headers=house.as_("hanna", "hr"))
    assert again.json() == {"person": person, "repeated": True}
    (recorded,) = await house.parts.store.load(f"erasure-{person}")
    assert isinstance(recorded.data, PersonErased)
    record = house.parts.relay._record(
        gpos=1, id=str(recorded.id), stream=recorded.stream, version=1, type=recorded.type,
        data="{}", occurred_at=recorded.occurred_at, recorded_at=recorded.recorded_at,
        correlation=None, causation=None, traceparent=None,
    )  # fmt: skip
    assert (record["topic"], record["key"]) == (outside.PEOPLE_TOPIC, person.encode())
    await house.hear(recorded.data)
    looked = (await house.client.get(path, headers=hr)).json()
    assert looked == {
        "person": person, "erased": True,
        "holds": {"contact_details": 0, "waiting_mails": 0, "webhooks": 0},
    }  # fmt: skip


async def submit(house: House, idea: IdeaId, author: PersonId = ANNA) -> None:
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 5)
    await house.hear(IdeaSubmitted(idea=idea, author=author, accountable=DESK, due=due, at=at))


async def take(house: House, idea: IdeaId) -> None:
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 20)
    await house.hear(
        IdeaTakenUnderReview(idea=idea, author=ANNA, reviewer=RIK, accountable=RIK, due=due, at=at)
    )
    await house.hear(PersonListed(person=RIK, lead=LENA, at=at))


async def test_everybody_sees_their_own_notices_newest_first_page_by_page(house: House) -> None:
    ideas = [IdeaId(uuid4()) for _ in range(3)]
    for idea in ideas:
        await submit(house, idea)
    await submit(house, IdeaId(uuid4()), BO)
    headers = house.as_("anna")
    first = (await house.client.get("/v1/notices?limit=2", headers=headers)).json()
    assert [item["idea"] for item in first["items"]] == [str(ideas[2]), str(ideas[1])]
    assert first["items"][0]["kind"] == "acknowledgement"
    rest = (await house.client.get(f"/v1/notices?after={first['next']}", headers=headers)).json()
    assert ([item["idea"] for item in rest["items"]], rest["next"]) == ([str(ideas[0])], None)


async def test_a_notice_is_seen_by_its_person_and_by_nobody_else(
    house: House, idea: IdeaId
) -> None:
    await submit(house, idea)
    (notice,) = await house.notices()
    path = f"/v1/notices/{notice['notice']}/seen"
    assert (await house.client.post(path, headers=house.as_("bo"))).status_code == 404
    assert (await house.client.post(path, headers=house.as_("anna"))).status_code == 204
    (seen,) = await house.notices()
    assert (await house.client.post(path, headers=house.as_("anna"))).status_code == 204
    assert seen["seen_at"] is not None
    assert await house.notices() == [seen]


async def test_a_promise_is_seen_by_those_whom_it_concerns(house: House, idea: IdeaId) -> None:
    await submit(house, idea)
    await take(house, idea)
    path = f"/v1/loops/{idea}"
    for person, roles, status in [
        ("anna", (), 200), ("rik", (), 200), ("lena", (), 200), ("desk", (), 200),
        ("dora", ("desk",), 200), ("bo", (), 403), ("hugo", ("lead", "director", "operator"), 403),
    ]:  # fmt: skip
        answer = await house.client.get(path, headers=house.as_(person, *roles))
        assert answer.status_code == status, person
    shown = (await house.client.get(path, headers=house.as_("anna"))).json()
    assert (shown["state"], shown["accountable"], shown["broken"]) == ("promised", "rik", 0)
    assert [step["event"] for step in shown["history"]] == ["PromiseMade", "PromiseMade"]


async def test_who_waits_reads_the_names_of_those_who_owe_and_a_stranger_none(
    house: House, idea: IdeaId
) -> None:
    await submit(house, idea)
    await take(house, idea)
    assert (await put(house, "rik", {"name": "Rik de Wit"})).status_code == 204
    path = f"/v1/loops/{idea}/people"
    named = await house.client.get(path, headers=house.as_("anna"))
    assert named.json() == {"rik": {"name": "Rik de Wit"}}
    assert (await house.client.get(path, headers=house.as_("bo"))).status_code == 403


async def test_a_promise_that_nobody_knows_of_is_not_found(house: House, idea: IdeaId) -> None:
    answer = await house.client.get(f"/v1/loops/{idea}", headers=house.as_("anna"))
    assert answer.status_code == 404


async def test_everybody_may_count_promises(house: House, idea: IdeaId) -> None:
    await submit(house, idea)
    counted = await house.client.get("/v1/loops", headers=house.as_("bo"))
    assert counted.json() == {
        "unfinished": 1, "promised": 1, "silent": 0, "broken": 0, "kept": 0,
        "unanswered": 0,
    }  # fmt: skip


async def test_what_waits_behind_a_dead_letter_counts_as_silent(house: House, idea: IdeaId) -> None:
    await submit(house, idea)
    for offset, (topic, key, status) in enumerate([
        ("kiem.ideas.events", "one", "parked"), ("kiem.ideas.events", "one", "parked"),
        ("kiem.feedback.events", "two", "parked"), ("kiem.ideas.events", "three", "resolved"),
        ("kiem.people.events", "four", "parked"),
    ]):  # fmt: skip
        await house.parts.db.pool.execute(
            "INSERT INTO dead_letter (cluster_id, topic, part, off, key, raw, reason, fingerprint, "
            "behind, status) VALUES ('c', $1, 0, $2, $3, '', 'r', 'f', false, $4)",
            topic, offset, key, status,
        )  # fmt: skip
    counted = (await house.client.get("/v1/guarantee", headers=house.as_("bo"))).json()
    await house.parts.db.pool.execute("DELETE FROM dead_letter")
    assert (counted["unfinished"], counted["held_up"], counted["silent"]) == (1, 2, 2)


async def test_a_command_needs_a_key_that_makes_it_once(house: House) -> None:
    headers = house.as_("olga", "operator")
    del headers["idempotency-key"]
    answer = await house.client.put("/v1/people/anna/contact", json=DETAILS, headers=headers)
    assert answer.status_code == 400
