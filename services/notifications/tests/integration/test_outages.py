"""The house was away for hours: promises move on, and everybody is told once, when it is time."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from contracts.ideas import IdeaDeclined, IdeaRealised, IdeaTakenUnderReview, PromiseMoved
from contracts.notifications import (
    Escalated,
    PromiseBroken,
    PromiseExtended,
    PromiseMade,
)
from contracts.vocabulary import IdeaId, PersonId
from local.databases import create_database
from local.postgres import Postgres
from notifications.consumers.outages import Outages
from services.notifications.tests.house import (
    ROOT,
    House,
    environment,
    migrated,
    opened,
    settings_for,
    worker,
)
from services.notifications.tests.integration.promising import list_people, under_review
from services.notifications.tests.integration.test_webhooks import Gateway, register
from services.notifications.tests.integration.test_wishes import wish
from services.notifications.tests.neighbours import Neighbours, PostOffice, answering

pytestmark = pytest.mark.integration


ANNA, RIK, LENA = map(PersonId, ("anna", "rik", "lena"))


AWAY = timedelta(hours=30)


def outages(house: House) -> Outages:
    found = worker(house.service, Outages)
    found._looked = 0.0  # as in a process that has just begun
    return found


async def beat(house: House) -> None:
    """Let the house note that it is there, and do what is to be done then."""
    while await outages(house).step():
        pass


async def come_back(house: House, at: datetime, away: timedelta = AWAY) -> None:
    """Let the house be there again, at a moment, after it was away for so long."""
    await beat(house)
    await house.parts.db.pool.execute("UPDATE pulse SET at = at - $1::interval", away)
    outages(house)
    await house.pass_time(at)


async def settle(house: House) -> None:
    await house.parts.db.pool.execute("UPDATE outage SET settles_at = now()")
    await beat(house)


async def overdue(house: House, idea: IdeaId) -> IdeaTakenUnderReview:
    """Return a review whose date passed while the house was away."""
    event = await under_review(house, idea)
    await house.hear(event)
    await house.send_all()
    assert event.due is not None
    await come_back(house, event.due + timedelta(hours=1))
    return event


async def test_a_promise_that_fell_due_meanwhile_is_extended_and_its_author_told(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    event = await overdue(house, idea)
    made, extended = await house.events("loop", idea)
    assert isinstance(made, PromiseMade)
    assert isinstance(extended, PromiseExtended)
    assert event.due is not None
    assert (extended.accountable, extended.was) == (RIK, event.due)
    # At least as long as the house was away, and to the end of a working day.
    assert event.due + AWAY <= extended.due < event.due + AWAY + timedelta(days=4)
    assert extended.due == house.parts.calendar.add_working_days(extended.due, 0)
    assert [(n["kind"], n["person"]) for n in await house.notices()][-1] == (
        "promise_extended", ANNA,
    )  # fmt: skip
    timers = await house.timers(idea)
    assert timers["due"] == extended.due
    # The idea takes the date over: that promises nothing new, and is no news.
    before = await house.notices()
    at = await house.now()
    await house.hear(PromiseMoved(
        idea=idea, author=ANNA, at=at, accountable=RIK, due=extended.due, cause="outage"
    ))  # fmt: skip
    assert await house.notices() == before
    assert len(await house.events("loop", idea)) == 2
    await house.pass_time(extended.due)
    assert [type(e) for e in (await house.events("loop", idea))[2:]] == [PromiseBroken, Escalated]


async def test_a_short_absence_extends_nothing(house: House, idea: IdeaId) -> None:
    event = await under_review(house, idea)
    await house.hear(event)
    assert event.due is not None
    await come_back(house, event.due, timedelta(minutes=50))
    assert isinstance((await house.events("loop", idea))[-1], Escalated)


async def test_a_date_that_passed_before_the_house_was_away_is_broken(
    house: House, idea: IdeaId
) -> None:
    event = await under_review(house, idea)
    await house.hear(event)
    assert event.due is not None
    await come_back(house, event.due + AWAY + timedelta(minutes=1))
    assert isinstance((await house.events("loop", idea))[-1], Escalated)


async def test_what_piled_up_goes_out_as_one_mail_a_person_once_it_has_settled(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    event = await overdue(house, idea)
    assert event.due is not None
    other = IdeaId(UUID(int=idea.int ^ 1))
    # What happened meanwhile is heard now; what happens from now on is told at once.
    meanwhile = event.due - timedelta(hours=2)
    await house.hear(IdeaRealised(idea=other, author=ANNA, by=RIK, at=meanwhile))
    fresh = await house.now() + timedelta(minutes=1)
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=fresh))
    await house.send_all()
    assert len(house.office.got) == 2  # from before the outage, and the answer of now
    assert "decision" in {n["kind"] for n in await house.notices(mail="delivered")}
    kept_back = {n["kind"] for n in await house.notices(mail="held")}
    assert kept_back == {"promise_extended", "realised"}
    await beat(house)
    assert await house.notices(mail="held")
    house.office.got.clear()
    await settle(house)
    await house.send_all()
    (mail,) = house.office.got
    body = mail.get_body(("plain",))
    assert body is not None
    assert len(re.findall(r"^- ", body.get_content(), re.MULTILINE)) == 2
    assert "Kiem lag een tijd stil" in body.get_content()
    assert mail["List-Unsubscribe"] is None
    assert await house.notices(mail="held") == []
    for told in await house.notices(mail="delivered"):
        channels = [e.channel for e in await house.events("notice", told["notice"])]
        assert channels == ["in_app", "mail"]


async def test_what_is_kept_back_is_not_sent_once_it_is_not_wanted(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    event = await overdue(house, idea)
    assert event.due is not None
    await house.hear(IdeaRealised(idea=idea, author=ANNA, by=RIK, at=event.due))
    assert len(await house.notices(kind="realised", mail="held")) == 1
    await wish(house, "realised", app=True, mail="off")
    assert [n["mail"] for n in await house.notices(kind="realised")] == ["none"]
    await settle(house)
    assert await house.notices(mail="held") == []


async def test_a_webhook_waits_with_the_mails(house: House, idea: IdeaId) -> None:
    gateway = Gateway()
    async with answering(gateway.application()) as url:
        await register(house, url)
        await house.hear(await under_review(house, idea))
        await house.post_all()
        gateway.got.clear()
        due = (await house.timers(idea))["due"]
        await come_back(house, due + timedelta(hours=1))
        await house.post_all()
        assert gateway.got == []
        await settle(house)
        await house.post_all()
        assert len(gateway.got) == 1


async def test_an_operator_holds_looks_at_and_releases_what_piled_up(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await overdue(house, idea)
    house.office.got.clear()
    operator = house.as_("olga", "operator")
    held = await house.client.post("/v1/outages/hold", headers=operator)
    assert held.status_code == 204
    await settle(house)
    await house.send_all()
    assert house.office.got == []
    (kept,) = (await house.client.get("/v1/outages/kept-back", headers=operator)).json()["items"]
    assert (kept["kind"], kept["person"], kept["subject"]) == ("promise_extended", ANNA, str(idea))
    shown = (await house.client.get("/v1/outages", headers=operator)).json()
    assert (shown["kept_back"], shown["items"][0]["held_by"]) == (1, "olga")
    desk = house.as_("desk", "desk")
    assert (await house.client.post("/v1/outages/release", headers=desk)).status_code == 204
    await beat(house)
    await house.send_all()
    assert len(house.office.got) == 1
    again = await house.client.post("/v1/outages/release", headers=house.as_("desk", "desk"))
    assert (again.status_code, again.json()["type"]) == (409, "urn:kiem:NothingIsKeptBack")
    nobody = await house.client.get("/v1/outages", headers=house.as_("anna"))
    assert nobody.status_code == 403


async def test_a_number_says_how_many_mails_are_kept_back(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await overdue(house, idea)
    await beat(house)
    numbers = (await house.client.get("/metrics")).text
    assert "kiem_notices_kept_back 1.0" in numbers
    await settle(house)
    numbers = (await house.client.get("/metrics")).text
    assert "kiem_notices_kept_back 0.0" in numbers


STEPS = ("notifications.outage.gathered_before_commit", "notifications.outage.gathered")


@pytest.fixture
async def own_house(
    own_postgres: Postgres, neighbours: Neighbours, office: PostOffice, smtp_port: int
) -> AsyncIterator[House]:
    """A house on a PostgreSQL that writes through to the disk."""
    database = await create_database(
        own_postgres.url, "kiem_notifications", owner_password="owner", app_password="app"
    )
    settings = settings_for(database, neighbours, smtp_port=smtp_port)
    async with opened(await migrated(settings), neighbours, office) as found:
        yield found


@pytest.mark.faults
@pytest.mark.timeout(120)
async def test_a_process_that_dies_while_it_puts_mails_together_loses_none(
    own_house: House, tmp_path: Path, idea: IdeaId
) -> None:
    house = own_house
    for person in (ANNA, LENA):
        await house.introduce(person, person.title())
    await overdue(house, idea)
    at = await house.now() - timedelta(hours=2)
    for number in range(4):
        author = (ANNA, LENA)[number % 2]
        await house.hear(
            IdeaRealised(idea=IdeaId(UUID(int=number + 1)), author=author, by=RIK, at=at)
        )
    waiting = {n["notice"] for n in await house.notices(mail="held")}
    house.office.got.clear()
    await house.parts.db.pool.execute("UPDATE outage SET settles_at = now()")
    for step in STEPS:
        reached = tmp_path / step
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.notifications.tests.one_round", "outages",
            env=environment(house.settings)
            | {"KIEM_FAILPOINTS": step, "KIEM_FAILPOINTS_REACHED": str(reached)},
            cwd=ROOT,
        )  # fmt: skip
        assert await process.wait() == -signal.SIGKILL
        assert reached.read_text() == f"{step}\n"
    await beat(house)
    await house.send_all()
    assert len(house.office.got) == 2
    assert {mail["To"].addresses[0].username for mail in house.office.got} == {ANNA, LENA}
    assert {n["notice"] for n in await house.notices(mail="delivered")} >= waiting
