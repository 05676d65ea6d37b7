"""People are told by webhooks: signed, each once, with words only where they are the person's."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI, Request
from standardwebhooks import Webhook
from starlette.responses import Response

from contracts.ideas import IdeaDeclined
from contracts.notifications import NoticeFailedV2
from contracts.outside import PersonErased
from contracts.vocabulary import IdeaId, PersonId
from notifications.delivery.addresses import Rules, choose, read
from notifications.delivery.calling import WebCaller
from notifications.delivery.mail import Refused, Unreachable
from notifications.delivery.signing import new_secret
from notifications.projections.endpoints import Endpoint, Secrets
from services.notifications.tests.house import House
from services.notifications.tests.neighbours import answering

pytestmark = pytest.mark.integration

ANNA, RIK, ALIAS = map(PersonId, ("anna", "rik", "alias-7"))


@dataclass
class Gateway:
    """A receiver: what it answers, and what it got."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def application(self) -> FastAPI:
        app = FastAPI(telemetry={"tracing": False})

        @app.post("/hook")
        async def take(request: Request) -> Response:
            self.got.append((dict(request.headers), (await request.body()).decode()))
            return Response(status_code=self.status, headers=self.headers)

        @app.api_route("/inside", methods=["GET", "POST"])
        async def inside() -> Response:
            self.got.append(({}, "followed"))
            return Response()

        return app


async def register(
    house: House, url: str, *, organisation: bool = False, **more: Any
) -> httpx2.Response:
    path = "/v1/organisation/webhooks" if organisation else "/v1/webhooks"
    who = house.as_("olga", "operator") if organisation else house.as_("anna")
    body = {"url": f"{url}/hook"} | more
    return await house.client.post(path, json=body, headers=who)


async def declined(house: House, idea: IdeaId, author: PersonId = ANNA) -> None:
    at = await house.now()
    await house.hear(IdeaDeclined(idea=idea, author=author, by=RIK, at=at))


async def proofs(house: House, idea: IdeaId) -> list[tuple[str, str]]:
    (notice,) = [n for n in await house.notices() if n["idea"] == idea]
    events = await house.events("notice", notice["notice"])
    return [(type(event).__name__.removesuffix("V2"), event.channel) for event in events]


async def test_a_notice_is_posted_signed_and_proven(house: House, idea: IdeaId) -> None:
    gateway = Gateway()
    await house.introduce(ANNA, "Anna de Wit")
    async with answering(gateway.application()) as url:
        made = await register(house, url)
        assert made.status_code == 201
        await declined(house, idea)
        await house.post_all()
    ((headers, body),) = gateway.got
    assert Webhook(made.json()["secret"]).verify(body, headers)
    (notice,) = await house.notices()
    assert headers["webhook-id"] == str(notice["notice"])
    data = json.loads(body)["data"]
    assert "Fietsen naar de klant" in data["title"]
    assert "Hallo Anna de Wit" in data["text"]
    assert await proofs(house, idea) == [
        ("NoticeDelivered", "in_app"),
        ("NoticeDelivered", "webhook"),
    ]
    assert "authorization" not in headers


async def test_the_organisation_gets_no_words_and_nothing_about_aliases(
    house: House, idea: IdeaId
) -> None:
    gateway = Gateway()
    await house.introduce(ANNA, "Anna de Wit")
    async with answering(gateway.application()) as url:
        assert (await register(house, url, organisation=True)).status_code == 201
        await declined(house, idea)
        await declined(house, IdeaId(uuid4()), ALIAS)
        await house.post_all()
    ((_, body),) = gateway.got
    assert not any(word in body for word in ("Fietsen", "Anna", "de Wit", "example.org"))
    assert json.loads(body)["data"]["person"] == "anna"
    assert await proofs(house, idea) == [("NoticeDelivered", "in_app")], "it only listens"


async def test_a_secret_is_shown_once_and_its_address_never(house: House) -> None:
    who = house.as_("anna")
    body = {"url": "https://hooks.example.org/very/secret", "receiver": "teams"}
    made = await house.client.post("/v1/webhooks", json=body, headers=who)
    assert made.json()["secret"].startswith("whsec_")
    again = await house.client.post("/v1/webhooks", json=body, headers=who)
    assert again.json() == made.json() | {"secret": None}
    shown = await house.client.get("/v1/webhooks", headers=house.as_("anna"))
    assert [(i["host"], i["receiver"]) for i in shown.json()["items"]] == [
        ("hooks.example.org", "teams")
    ]
    assert "very" not in shown.text
    rows = await house.parts.db.pool.fetch("SELECT * FROM endpoint")
    assert b"hooks" not in rows[0]["sealed"]
    others = await house.client.get("/v1/webhooks", headers=house.as_("bo"))
    assert others.json()["items"] == []
    place = f"/v1/webhooks/{made.json()['webhook']}"
    assert (await house.client.delete(place, headers=house.as_("bo"))).status_code == 404


async def test_both_secrets_sign_while_one_is_replaced(house: House, idea: IdeaId) -> None:
    gateway = Gateway()
    async with answering(gateway.application()) as url:
        made = (await register(house, url)).json()
        place = f"/v1/webhooks/{made['webhook']}/secret"
        fresh = (await house.client.post(place, headers=house.as_("anna"))).json()
        await declined(house, idea)
        await house.post_all()
    ((headers, body),) = gateway.got
    for secret in (made["secret"], fresh["secret"]):
        assert Webhook(secret).verify(body, headers)


async def test_no_more_than_five(house: House) -> None:
    found = [await register(house, f"https://hooks{n}.example.org") for n in range(6)]
    assert [answer.status_code for answer in found] == [201] * 5 + [409]


async def test_what_fails_is_tried_again_and_given_up_openly(house: House, idea: IdeaId) -> None:
    gateway = Gateway(status=503, headers={"retry-after": "900"})
    async with answering(gateway.application()) as url:
        await register(house, url)
        await declined(house, idea)
        await house.post_all()
        left = await house.parts.db.pool.fetchval(
            "SELECT next_attempt_at - now() > interval '800 s' FROM webhook_call"
        )
        assert left, "the receiver asked for a quarter of an hour"
        for _ in range(2):
            await house.hurry()
            await house.post_all()
    assert len(gateway.got) == 3
    (notice,) = await house.notices()
    failed = (await house.events("notice", notice["notice"]))[-1]
    assert isinstance(failed, NoticeFailedV2)
    assert (failed.channel, failed.cause, failed.attempts) == ("webhook", "503", 3)


async def test_who_is_gone_is_asked_no_more(house: House, idea: IdeaId) -> None:
    gateway = Gateway(status=410)
    async with answering(gateway.application()) as url:
        await register(house, url)
        await declined(house, idea)
        await house.post_all()
        await declined(house, IdeaId(uuid4()))
        await house.post_all()
    assert len(gateway.got) == 1
    shown = await house.client.get("/v1/webhooks", headers=house.as_("anna"))
    assert shown.json()["items"][0]["stopped"] == "410"


async def test_a_redirect_is_not_followed(house: House, idea: IdeaId) -> None:
    gateway = Gateway(status=307, headers={"location": "/inside"})
    async with answering(gateway.application()) as url:
        await register(house, url)
        await declined(house, idea)
        await house.post_all()
    assert [body != "followed" for _, body in gateway.got] == [True]


async def test_what_a_name_means_is_judged_at_every_attempt_and_called_as_judged() -> None:
    gateway = Gateway()
    answers = [["1.1.1.1"], ["127.0.0.1"], ["::ffff:127.0.0.1"], ["1.1.1.1", "127.0.0.1"]]

    async def rebinding(host: str, _: int) -> list[str]:
        assert host == "rebind.example.org"
        return answers.pop(0)

    async with answering(gateway.application()) as url:
        port = int(url.rpartition(":")[2])
        rules = Rules(frozenset({port}))
        target = read(f"https://rebind.example.org:{port}/hook", rules)
        assert str(await choose(target, rules, rebinding)) == "1.1.1.1"
        web = WebCaller(rules, 2, rebinding)
        while answers:
            sent = await web.post(endpoint(f"https://rebind.example.org:{port}/hook"), "7", b"{}",
                                  datetime.now(UTC))  # fmt: skip
            assert sent == Refused("it leads into a network that is not public", for_good=True)
    assert gateway.got == []


def endpoint(url: str) -> Endpoint:
    return Endpoint(
        endpoint=uuid4(), person=ANNA, receiver="standard", reaches=True,
        made_at=datetime.now(UTC), stopped=None, kept=Secrets(url, new_secret()),
    )  # fmt: skip


async def test_a_webhook_that_never_answers_is_left_after_its_time() -> None:
    async def mute(reader: StreamReader, writer: StreamWriter) -> None:
        while await reader.read(1_000):
            pass
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    web = WebCaller(Rules(loopback=True), 0.2)
    sent = await web.post(
        endpoint(f"http://127.0.0.1:{port}/hook"), "7", b"{}", datetime.now(UTC)
    )  # fmt: skip
    assert isinstance(sent, Unreachable)
    server.close()


async def test_somebody_erased_is_told_nothing_more(house: House, idea: IdeaId) -> None:
    gateway = Gateway()
    async with answering(gateway.application()) as url:
        await register(house, url)
        await declined(house, idea)
        await house.hear(PersonErased(person=ANNA, at=await house.now()))
        await house.post_all()
        await declined(house, IdeaId(uuid4()))
        await house.post_all()
    assert gateway.got == []
    assert (await register(house, "https://hooks.example.org")).status_code == 409


async def test_a_mail_that_fails_falls_back_to_a_webhook_that_was_not_wished(
    house: House, idea: IdeaId
) -> None:
    gateway = Gateway()
    await house.introduce(ANNA, "Anna de Wit")
    house.office.rcpt = "550 5.1.1 no such user"
    wish = {"app": False, "mail": "at_once", "webhook": False}
    who = house.as_("anna")
    assert (
        await house.client.put("/v1/preferences/decision", json=wish, headers=who)
    ).status_code == 204
    async with answering(gateway.application()) as url:
        await register(house, url)
        await declined(house, idea)
        assert await house.post_all() == 0
        await house.send_all()
        assert await house.post_all() == 1
    assert await proofs(house, idea) == [("NoticeFailed", "mail"), ("NoticeDelivered", "webhook")]
    assert not (await house.notices())[0]["shown"]


async def test_where_the_webhook_fails_too_the_app_has_it(house: House, idea: IdeaId) -> None:
    gateway = Gateway(status=410)
    await house.introduce(ANNA, "Anna de Wit")
    house.office.rcpt = "550 5.1.1 no such user"
    wish = {"app": False, "mail": "at_once"}
    await house.client.put("/v1/preferences/decision", json=wish, headers=house.as_("anna"))
    async with answering(gateway.application()) as url:
        await register(house, url)
        await declined(house, idea)
        await house.send_all()
        await house.post_all()
    assert sorted(await proofs(house, idea)) == [
        ("NoticeDelivered", "in_app"), ("NoticeFailed", "mail"), ("NoticeFailed", "webhook"),
    ]  # fmt: skip
    assert (await house.notices())[0]["shown"]
