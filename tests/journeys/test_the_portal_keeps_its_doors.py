"""The portal under attack, and with a service gone: nobody is somebody else, the rest works."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from portal.guard import HEADERS
from portal.session import NAME
from tests.journeys.house import House, until
from tests.journeys.portal import Reader, portal_client

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
NASTY = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
async def reader(house: House) -> AsyncIterator[Reader]:
    async with portal_client(house) as client:
        yield Reader(house, client)


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(reader: Reader) -> None:
    sent = await reader.client.get("/ideas?mine=1")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?to=%2Fideas%3Fmine%3D1")
    back = await reader.sign_in("anna", to="/ideas?mine=1")
    assert (back.status_code, back.headers["location"]) == (303, "/ideas?mine=1")
    assert (await reader.client.get("/ideas?mine=1")).status_code == 200


async def test_every_answer_carries_the_headers_that_guard_it(reader: Reader) -> None:
    for path in ("/", "/ideas", "/nowhere", "/static/kiem.css", "/livez", "/sign-in", "/sealed",
                 "/follow", "/follow/idea", "/kiosk", "/inbox/stream"):  # fmt: skip
        answer = await reader.client.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
    page = await reader.client.get("/")
    assert page.headers["cache-control"] == "no-store"
    assert "unsafe" not in HEADERS["content-security-policy"]


async def test_the_way_back_of_somebody_else_signs_nobody_in(reader: Reader, house: House) -> None:
    """Login fixation: a code that an attacker asked for, brought into another browser."""
    await reader.client.get("/sign-in")
    async with portal_client(house) as attackers:
        leaving = await attackers.get("/sign-in")
        asked = httpx2.URL(leaving.headers["location"])
        form = {**dict(asked.params), "sub": "attacker", "roles": ["employee"]}
        chosen = await house.http.post(str(asked.copy_with(query=None)), data=form)
    back = httpx2.URL(chosen.headers["location"])
    answer = await reader.client.get(f"{back.path}?{back.query.decode()}")
    assert answer.status_code == 400
    assert NAME not in reader.client.cookies


async def test_signing_in_replaces_whoever_was_signed_in(reader: Reader) -> None:
    await reader.sign_in("anna")
    before = reader.client.cookies[NAME]
    await reader.sign_in("rob")
    assert reader.client.cookies[NAME] != before


async def test_signing_out_needs_a_form_of_ours_and_then_nobody_is_signed_in(
    reader: Reader,
) -> None:
    await reader.sign_in("anna")
    assert (await reader.client.post("/sign-out")).status_code == 403
    fields = await reader.fields("/")
    assert (await reader.client.post("/sign-out", data=fields)).status_code == 303
    assert (await reader.client.get("/ideas")).status_code == 303


async def test_a_form_of_another_site_does_nothing(reader: Reader, house: House) -> None:
    await reader.sign_in("csrf-victim")
    idea = {"title": "Niet van mij", "body": "Dit stuurde een andere site.", "once": "x"}
    for proof in ({}, {"csrf": ""}, {"csrf": "AAAA"}):
        assert (await reader.client.post("/ideas/new", data=idea | proof)).status_code == 403
    mine = await house.get("ideas", "/v1/ideas", "csrf-victim", mine="true")
    assert mine["items"] == []


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example"])
async def test_nobody_is_led_to_another_site(reader: Reader, to: str) -> None:
    back = await reader.sign_in("anna", to=to)
    assert back.headers["location"] == "/"
    chosen = await reader.client.get("/language/en", params={"to": to})
    assert chosen.headers["location"] == "/"


async def test_what_people_write_is_text_and_never_markup(reader: Reader, house: House) -> None:
    cast = await house.cast()
    await reader.sign_in("mallory")
    fields = await reader.fields("/ideas/new")
    sent = await reader.client.post("/ideas/new", data=fields | {"title": NASTY, "body": NASTY})
    assert sent.status_code == 303, sent.text
    path = sent.headers["location"].partition("?")[0]
    fields = await reader.fields(path)
    said = await reader.client.post(f"{path}/comments", data=fields | {"words": NASTY})
    assert said.status_code == 303
    told = await reader.fields("/thanks") | {"to": cast.lead, "words": NASTY}
    assert (await reader.client.post("/thanks", data=told)).status_code == 303
    told = await reader.fields("/ideas/new") | {"title": NASTY, "body": NASTY, "keep": "1"}
    draft = (await reader.client.post("/ideas/new", data=told)).headers["location"]
    again = await reader.client.post("/follow", data={"code": NASTY})
    assert NASTY not in again.text
    for page in (
        path,
        "/",
        "/thanks",
        draft,
        f"{path}?photo={NASTY}",
        "/ideas?mine=1",
        f"/ideas?q={NASTY}",
        f"/numbers?tool={NASTY}",
    ):
        text = (await reader.client.get(page)).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page


async def test_an_idea_that_is_sent_twice_is_there_once(reader: Reader, house: House) -> None:
    await reader.sign_in("clicks-twice")
    told = await reader.fields("/ideas/new") | {"title": "Eén keer", "body": "Twee keer geklikt."}
    first = await reader.client.post("/ideas/new", data=told)
    again = await reader.client.post("/ideas/new", data=told)
    assert first.headers["location"] == again.headers["location"]

    async def mine() -> list[Any]:
        found = await house.get("ideas", "/v1/ideas", "clicks-twice", mine="true")
        return list(found["items"])

    assert len(await until("the idea is listed", mine)) == 1


@pytest.mark.parametrize("page", ["/reviews", "/operation"])
async def test_a_room_for_others_says_so(reader: Reader, page: str) -> None:
    await reader.sign_in("anna")
    assert (await reader.client.get(page)).status_code == 403


async def test_what_is_not_there_is_a_page_that_says_what_to_do(reader: Reader) -> None:
    await reader.sign_in("anna")
    for page in ("/nowhere", "/ideas/no-id", "/ideas/0190a000-0000-7000-8000-000000000000"):
        answer = await reader.client.get(page)
        assert answer.status_code == 404, page
        assert "Niets gevonden" in answer.text, page


async def test_too_large_a_form_is_refused(reader: Reader) -> None:
    await reader.sign_in("anna")
    fields = await reader.fields("/ideas/new")
    sent = await reader.client.post(
        "/ideas/new", data=fields | {"title": "x", "body": "x" * 99_999}
    )
    assert sent.status_code == 413


async def test_who_asks_too_often_waits(house: House) -> None:
    async with portal_client(house, requests_burst=3, requests_per_second=0.001) as client:
        answers = [(await client.get("/")).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("gone", ["ideas", "feedback", "metrics", "notifications"])
async def test_without_a_service_the_rest_of_the_pages_works_and_says_so(
    house: House, gone: str
) -> None:
    cast = await house.cast()
    idea = await house.done("ideas", "/v1/ideas", {"title": "Licht", "body": "Uit."}, cast.author)
    async with portal_client(house, **{f"{gone}_url": "http://127.0.0.1:9"}) as client:
        reader = Reader(house, client)
        await reader.sign_in(cast.author, "employee reviewer")
        pages = {
            "/": {"ideas", "feedback", "notifications"}, "/inbox": {"notifications"},
            "/reviews": {"feedback"}, "/numbers": {"metrics"}, "/ideas": {"ideas"},
            f"/ideas/{idea['idea']}": {"feedback", "notifications"},
        }  # fmt: skip
        for page, needs in pages.items():
            answer = await client.get(page)
            if gone == "ideas" and page.startswith("/ideas/"):
                assert answer.status_code == 503  # without its idea there is nothing to show
                continue
            assert answer.status_code == 200, page
            said = "Nu niet bereikbaar" in answer.text
            assert said or gone not in needs, page


async def test_nothing_of_what_people_wrote_is_in_the_log(reader: Reader, house: House) -> None:
    mark = "woordendiegeenlogmagkennen"
    page = house.plan.url("portal")
    async with httpx2.AsyncClient(base_url=page, trust_env=False) as client:
        real = Reader(house, client)
        await real.sign_in("logged-person")
        told = await real.fields("/ideas/new") | {"title": mark, "body": mark}
        assert (await client.post("/ideas/new", data=told)).status_code == 303
        assert (await client.get("/ideas", params={"q": mark})).status_code == 200
    log = (house.logs / "portal.log").read_text("utf-8")
    assert "process.started" in log
    assert mark not in log
    assert "logged-person" not in log
    traces = (house.traces / "portal.jsonl").read_text("utf-8")
    assert mark not in traces
