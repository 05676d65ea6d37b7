"""What no channel brought is told by a colleague, whose receipt is the proof."""

import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.ideas import IdeaDeclined
from contracts.notifications import NoticeDeliveredV2
from contracts.outside import PersonLeft, PersonListed
from contracts.vocabulary import IdeaId, PersonId
from services.notifications.tests.house import House, one_round

pytestmark = pytest.mark.integration

ANNA, RIK, LENA, HUGO = map(PersonId, ("anna", "rik", "lena", "hugo"))


async def declined(house: House, idea: IdeaId, author: PersonId = ANNA) -> None:
    at = await house.now()
    await house.hear(IdeaDeclined(idea=idea, author=author, by=RIK, at=at))


async def listed(house: House, person: PersonId, lead: PersonId | None, *roles: str) -> None:
    at = await house.now()
    await house.hear(
        PersonListed(person=person, department="d", lead=lead, roles=roles, language="nl", at=at)
    )


async def days(house: House, number: int) -> None:
    await house.pass_time(house.parts.calendar.add_working_days(await house.now(), number))


async def unreached(house: House, idea: IdeaId) -> Any:
    """Let Anna have an address that does not exist, and a lead."""
    await house.introduce(ANNA, "Anna de Wit")
    await house.introduce(LENA, "Lena Bos")
    await listed(house, ANNA, LENA)
    await listed(house, LENA, HUGO)
    await listed(house, HUGO, None, "director")
    house.office.rcpt = "550 5.1.1 no such user"
    await declined(house, idea)
    await house.send_all()
    house.office.rcpt = "250 ok"
    (notice,) = await house.notices(person="anna")
    return notice


async def tasks(house: House, who: str) -> list[dict[str, Any]]:
    found = await house.client.get("/v1/hand-overs", headers=house.as_(who))
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def test_the_lead_tells_the_person_and_the_receipt_is_the_proof(
    house: House, idea: IdeaId
) -> None:
    notice = await unreached(house, idea)
    assert await tasks(house, "lena") == []
    await days(house, 2)
    (task,) = await tasks(house, "lena")
    assert (task["person"], task["kind"], task["open"]) == ("anna", "decision", True)
    await house.send_all()
    (mail,) = house.office.got
    body = mail.get_body(("plain",))
    assert body is not None
    assert "bericht voor Anna de Wit" in body.get_content()
    path = f"/v1/hand-overs/{task['task']}/receipt"
    assert (await house.client.post(path, headers=house.as_("hugo"))).status_code == 404
    for _ in range(2):  # told once, however often it is said
        assert (await house.client.post(path, headers=house.as_("lena"))).status_code == 204
    events = await house.events("notice", notice["notice"])
    assert [e.channel for e in events] == ["in_app", "mail", "hand_over"]
    receipt = events[-1]
    assert isinstance(receipt, NoticeDeliveredV2)
    assert (receipt.by, receipt.proof, receipt.person) == ("lena", "receipt", "anna")
    assert not (await tasks(house, "lena"))[0]["open"]
    await days(house, 20)
    assert await tasks(house, "hugo") == []


async def test_without_a_receipt_the_next_one_up_is_asked(house: House, idea: IdeaId) -> None:
    await unreached(house, idea)
    for asked in ("lena", "hugo", "desk"):
        await days(house, 2)
        assert len(await tasks(house, asked)) == 1
    await days(house, 20)
    (task,) = await tasks(house, "desk")
    assert task["open"], "the desk is asked once, and its task stays"


async def test_who_reads_it_in_the_app_needs_nobody(house: House, idea: IdeaId) -> None:
    notice = await unreached(house, idea)
    path = f"/v1/notices/{notice['notice']}/seen"
    assert (await house.client.post(path, headers=house.as_("anna"))).status_code == 204
    await days(house, 5)
    assert await tasks(house, "lena") == []


async def test_who_left_is_told_nothing_more(house: House, idea: IdeaId) -> None:
    await unreached(house, idea)
    await house.hear(PersonLeft(person=ANNA, at=await house.now()))
    await days(house, 5)
    assert await tasks(house, "lena") == []


async def test_nobody_hears_of_an_alias(house: House, idea: IdeaId) -> None:
    await declined(house, idea, PersonId(f"alias-{uuid4()}"))
    await house.send_all()
    await days(house, 20)
    assert [n["kind"] for n in await house.notices()] == ["decision"]


@pytest.mark.faults
@pytest.mark.parametrize(
    "step",
    [
        "notifications.mail.claimed", "notifications.mail.written",
        "notifications.mail.recorded_before_commit", "notifications.mail.recorded",
    ],
)  # fmt: skip
async def test_a_fall_back_that_dies_at_any_step_happens_once(
    house: House, idea: IdeaId, step: str, tmp_path: Path
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await listed(house, ANNA, LENA)
    house.office.rcpt = "550 5.1.1 no such user"
    await declined(house, idea)
    died = await one_round(
        house, KIEM_FAILPOINTS=step, KIEM_FAILPOINTS_REACHED=str(tmp_path / "reached")
    )
    assert died == -signal.SIGKILL
    await house.parts.db.pool.execute("UPDATE notice SET lease_until = now()")
    await house.send_all()
    (notice,) = await house.notices()
    events = await house.events("notice", notice["notice"])
    assert [e.channel for e in events] == ["in_app", "mail"]
    await days(house, 2)
    assert len(await tasks(house, "lena")) == 1
