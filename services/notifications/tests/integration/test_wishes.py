"""People choose how they are told, and what is owed reaches them all the same."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from contracts.ideas import IdeaDeclined, IdeaRealised, PilotStarted
from contracts.notifications import NoticeDelivered, NoticeFailed
from contracts.outside import PersonErased
from contracts.vocabulary import IdeaId, PersonId, PilotId
from notifications.domain.notices import CAN_WAIT
from services.notifications.tests.house import House

pytestmark = pytest.mark.integration

ANNA, RIK, DESK = map(PersonId, ("anna", "rik", "desk"))


async def wish(house: House, kind: str, *, app: bool, mail: str, person: str = "anna") -> Any:
    path = f"/v1/preferences/{kind}"
    return await house.client.put(path, json={"app": app, "mail": mail}, headers=house.as_(person))


async def realised(house: House, idea: IdeaId) -> None:
    at = await house.now()
    await house.hear(IdeaRealised(idea=idea, author=ANNA, by=RIK, at=at))


async def declined(house: House, idea: IdeaId) -> None:
    at = await house.now()
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=at))


async def channels(house: House) -> list[tuple[str, str]]:
    (notice,) = await house.notices()
    events = await house.events("notice", notice["notice"])
    return [(type(event).__name__, event.channel) for event in events]


async def test_everybody_sees_what_they_can_wish_for(house: House) -> None:
    assert (await wish(house, "realised", app=True, mail="digest")).status_code == 204
    shown = await house.client.get("/v1/preferences", headers=house.as_("anna"))
    kinds = {item["kind"]: item for item in shown.json()["items"]}
    assert kinds["realised"] == {
        "kind": "realised", "owed": False, "app": True, "mail": "digest", "webhook": True,
    }  # fmt: skip
    assert kinds["decision"] == {
        "kind": "decision", "owed": True, "app": True, "mail": "at_once", "webhook": True,
    }  # fmt: skip
    others = await house.client.get("/v1/preferences", headers=house.as_("bo"))
    wait = {item["kind"] for item in others.json()["items"] if item["mail"] != "at_once"}
    assert wait == CAN_WAIT


async def test_what_is_owed_is_never_off_and_the_refusal_says_so(house: House) -> None:
    refused = await wish(house, "decision", app=False, mail="off")
    assert refused.status_code == 409
    assert "Leave one of them on" in refused.json()["detail"]
    assert (await wish(house, "decision", app=True, mail="digest")).status_code == 409
    assert (await wish(house, "nothing", app=True, mail="off")).status_code == 422


async def test_an_optional_notice_that_nobody_wants_is_told_nowhere(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna")
    await wish(house, "realised", app=False, mail="off")
    await realised(house, idea)
    assert await house.send_all() == 0
    inbox = await house.client.get("/v1/notices", headers=house.as_("anna"))
    assert (inbox.json()["items"], inbox.json()["unread"]) == ([], 0)
    assert await channels(house) == []


async def test_an_owed_notice_may_come_by_mail_alone(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna")
    await wish(house, "decision", app=False, mail="at_once")
    await declined(house, idea)
    await house.send_all()
    assert await channels(house) == [("NoticeDelivered", "mail")]
    inbox = await house.client.get("/v1/notices", headers=house.as_("anna"))
    assert inbox.json()["items"] == []


async def test_an_owed_notice_that_no_mail_can_carry_is_shown_in_the_app(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna")
    await wish(house, "decision", app=False, mail="at_once")
    house.office.rcpt = "550 5.1.1 no such user"
    await declined(house, idea)
    await house.send_all()
    assert await channels(house) == [
        (NoticeFailed.__name__, "mail"),
        (NoticeDelivered.__name__, "in_app"),
    ]
    inbox = await house.client.get("/v1/notices", headers=house.as_("anna"))
    assert [item["kind"] for item in inbox.json()["items"]] == ["decision"]


async def test_whoever_has_no_address_finds_what_is_owed_in_the_app(
    house: House, idea: IdeaId
) -> None:
    await wish(house, "decision", app=False, mail="at_once")
    await declined(house, idea)
    await house.send_all()
    assert await channels(house) == [("NoticeDelivered", "in_app")]


async def test_a_digest_is_one_mail_at_its_hour_of_a_working_day(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit", "en")
    for kind in ("realised", "pilot_started"):
        await wish(house, kind, app=True, mail="digest")
    friday = house.parts.calendar.end_of((await house.now()).date() + timedelta(days=4))
    await house.pass_time(friday)
    for _ in range(2):
        await realised(house, IdeaId(uuid4()))
    pilot = PilotId(uuid4())
    await house.hear(
        PilotStarted(idea=idea, author=ANNA, pilot=pilot, by=RIK, accountable=RIK,
                     due=friday + timedelta(days=30), at=friday)
    )  # fmt: skip
    assert await house.send_all() == 0
    owner = "SELECT due FROM timer WHERE owner = 'digest-anna'"
    due: datetime = await house.parts.db.pool.fetchval(owner)
    local = due.astimezone(ZoneInfo("Europe/Amsterdam"))
    assert (local.weekday(), local.hour, local.minute) == (0, 8, 0)
    await house.pass_time(due)
    assert await house.send_all() == 1
    (mail,) = house.office.got
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert mail["Subject"] == "Kiem: 3 messages"
    assert text.count("Your idea is now how we work: Fietsen naar de klant") == 2
    assert "Your idea is being tried out" in text
    assert f"https://kiem.example/ideas/{idea}" in " ".join(text.split())
    proofs = [
        [e for e in await house.events("notice", n["notice"]) if e.channel == "mail"]
        for n in await house.notices()
        if n["kind"] in {"realised", "pilot_started"}
    ]
    assert [len(found) for found in proofs] == [1, 1, 1]
    assert len({found[0].proof for found in proofs}) == 1
    assert await house.send_all() == 0


async def test_a_digest_that_is_refused_is_said_of_each_of_its_notices(house: House) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await wish(house, "realised", app=True, mail="digest")
    for _ in range(2):
        await realised(house, IdeaId(uuid4()))
    house.office.rcpt = "550 5.1.1 no such user"
    due = await house.parts.db.pool.fetchval("SELECT due FROM timer WHERE owner = 'digest-anna'")
    await house.pass_time(due)
    await house.send_all()
    assert [n["mail"] for n in await house.notices()] == ["failed", "failed"]


async def test_one_click_stops_optional_mails_of_a_kind(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna")
    await realised(house, idea)
    await house.send_all()
    (mail,) = house.office.got
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip(" <>").removeprefix("https://notices.example")
    assert mail.is_multipart()
    assert address in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    # To look at the page stops nothing: mail programs open links by themselves.
    page = await house.client.get(address)
    assert page.status_code == 200
    assert "<form" in page.text
    await realised(house, IdeaId(uuid4()))
    assert await house.send_all() == 1
    for _ in range(2):
        stopped = await house.client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert stopped.status_code == 200
    await realised(house, IdeaId(uuid4()))
    assert await house.send_all() == 0
    inbox = await house.client.get("/v1/notices", headers=house.as_("anna"))
    assert len(inbox.json()["items"]) == 3


async def test_what_is_owed_has_no_link_to_stop_it(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna")
    await declined(house, idea)
    await house.send_all()
    (mail,) = house.office.got
    assert mail["List-Unsubscribe"] is None
    (notice,) = await house.notices()
    address = f"/v1/unsubscribe/{notice['token']}"
    assert (await house.client.post(address)).status_code == 404
    assert (await house.client.post(f"/v1/unsubscribe/{uuid4()}")).status_code == 404


async def test_what_waits_for_a_digest_is_not_sent_once_it_is_not_wanted(
    house: House, idea: IdeaId
) -> None:
    await wish(house, "realised", app=True, mail="digest")
    await realised(house, idea)
    await wish(house, "realised", app=True, mail="off")
    assert [n["mail"] for n in await house.notices()] == ["none"]


async def test_a_digest_is_sent_without_the_kind_that_is_not_wanted_any_more(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna", "en")
    for kind in ("realised", "pilot_started"):
        await wish(house, kind, app=False, mail="digest")
    await realised(house, idea)
    at = await house.now()
    for _ in range(2):
        await house.hear(
            PilotStarted(idea=IdeaId(uuid4()), author=ANNA, pilot=PilotId(uuid4()), by=RIK,
                         accountable=RIK, due=at + timedelta(days=30), at=at)
        )  # fmt: skip
    due = await house.parts.db.pool.fetchval("SELECT due FROM timer WHERE owner = 'digest-anna'")
    await house.pass_time(due)
    await wish(house, "realised", app=False, mail="off")
    await house.send_all()
    (mail,) = house.office.got
    assert mail["Subject"] == "Kiem: 2 messages"
    found = [(n["kind"], n["mail"]) for n in await house.notices(person=ANNA)]
    assert found == [("realised", "none"), *[("pilot_started", "delivered")] * 2]


async def test_the_wishes_of_who_is_erased_are_gone(house: House) -> None:
    await wish(house, "realised", app=False, mail="off")
    await house.hear(PersonErased(person=ANNA, at=await house.now()))
    assert await house.parts.db.pool.fetchval("SELECT count(*) FROM preference") == 0
