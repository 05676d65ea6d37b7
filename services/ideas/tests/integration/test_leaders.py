"""Only who leads people answers for a barrier or grants time; a pilot names all that it needs."""

import json
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest

from contracts.outside import PersonLeft, PersonListed
from contracts.vocabulary import PersonId
from services.ideas.tests.acts import PLAN, answered, piloted
from services.ideas.tests.house import House
from services.ideas.tests.integration.around import BO, made

pytestmark = pytest.mark.integration
RAISED = {"kind": "access", "words": "geen testomgeving"}
WISH = {"purpose": "idea", "hours": 2, "words": "om te proberen"}
WHY = "Het is een systeem van hun afdeling."


async def a_house(house: House) -> None:
    """Let lia lead anna and bo, dora be a director, and rob a lead whose people are elsewhere."""
    now = house.parts.clock.now()
    for who, lead, roles in (
        ("lia", None, ()), ("anna", "lia", ("employee",)), ("bo", "lia", ("employee", "reviewer")),
        ("dora", None, ("director",)), ("rob", None, ("lead",)),
    ):  # fmt: skip
        listed = PersonListed(
            person=PersonId(who), lead=PersonId(lead) if lead else None, roles=roles, at=now
        )
        await house.hear(listed)


@pytest.mark.parametrize("who", ["lia", "dora", "rob", "desk"])
async def test_whoever_leads_may_be_named_and_so_may_the_desk(house: House, who: str) -> None:
    await a_house(house)
    barrier = await made(house, "/barriers", RAISED | {"owner": who})
    assert (await house.get(f"/barriers/{barrier}")).json()["accountable"] == who
    request = await made(house, "/time-requests", WISH | {"lead": who})
    assert (await house.get(f"/time-requests/{request}")).json()["accountable"] == who


async def test_a_colleague_who_leads_nobody_is_refused_with_who_can(house: House) -> None:
    await a_house(house)
    for path, body, name in (
        ("/barriers", RAISED | {"owner": "bo"}, "OnlyLeadersOwnBarriers"),
        ("/time-requests", WISH | {"lead": "bo"}, "OnlyLeadersGrantTime"),
    ):
        no = await house.post(path, body)
        assert (no.status_code, no.json()["type"]) == (409, f"urn:kiem:{name}")
        assert "lia can." in no.json()["detail"]
    barrier = await made(house, "/barriers", RAISED)
    door = f"/barriers/{barrier}/hand-over"
    no = await house.post(door, {"to": "bo", "reason": WHY}, "lia:lead")
    assert no.json()["type"] == "urn:kiem:OnlyLeadersOwnBarriers"
    assert (await house.post(door, {"to": "dora", "reason": WHY}, "lia:lead")).status_code == 200


async def test_who_led_people_and_has_none_left_leads_no_more(house: House) -> None:
    await a_house(house)
    later = house.parts.clock.now() + timedelta(seconds=1)
    for person in ("anna", "bo"):
        await house.hear(PersonLeft(person=PersonId(person), at=later))
    no = await house.post("/barriers", RAISED | {"owner": "lia"}, "rob:employee")
    assert no.json()["type"] == "urn:kiem:OnlyLeadersOwnBarriers"


async def test_a_pilot_names_its_team_its_measure_and_who_helps(house: House) -> None:
    idea = await house.submitted()
    await answered(house, idea)
    for lacks, name in (
        ({"team": []}, "APilotHasATeam"),
        ({"team": [f"p-{n}" for n in range(13)]}, "ThePilotTeamIsTooLarge"),
        ({"baseline": None}, "APilotIsMeasured"), ({"target": None}, "APilotIsMeasured"),
        ({"super_users": []}, "APilotHasSuperUsers"),
    ):  # fmt: skip
        no = await house.post(f"/ideas/{idea}/pilots", PLAN | lacks, "rik:reviewer")
        assert (no.status_code, no.json()["type"]) == (409, f"urn:kiem:{name}")
    begun = await house.post(
        f"/ideas/{idea}/pilots", PLAN | {"super_users": ["cas"]}, "rik:employee"
    )
    assert begun.status_code == 201, begun.text
    assert (await house.events(idea))[-1].super_users == ("cas",)  # type: ignore[union-attr]


async def test_a_small_team_stays_small_when_others_join(house: House) -> None:
    idea, pilot = await piloted(house)
    door = f"/ideas/{idea}/pilots/{pilot}/members"
    for _ in range(house.settings.pilot_people - 1):
        assert (await house.post(door, {}, f"p-{uuid4()}:employee")).status_code == 200
    no = await house.post(door, {}, "cas:employee")
    assert no.json()["type"] == "urn:kiem:ThePilotTeamIsTooLarge"
    assert (await house.post(door, {}, BO)).status_code == 200, "who is in it stays in it"


async def test_roles_that_were_heard_before_they_were_kept_are_known_from_the_journal(
    house: House,
) -> None:
    await a_house(house)
    ria, pool, now = f"ria-{uuid4()}", house.parts.db.pool, house.parts.clock.now()
    await house.hear(PersonListed(person=PersonId(ria), at=now))
    no = await house.post("/barriers", RAISED | {"owner": ria})
    assert no.json()["type"] == "urn:kiem:OnlyLeadersOwnBarriers"
    await pool.execute(
        "INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, occurred_at, "
        "recorded_at, data) VALUES ('before', $1, 0, 1, $1, 'directory', $2, $1, $3, $3, $4)",
        ria, "kiem.people.PersonListed.v1", now,
        json.dumps({"person": ria, "roles": ["employee", "lead"]}),
    )  # fmt: skip
    await pool.execute(import_module("ideas.migrations.versions.0012_roles").HEARD)
    await made(house, "/barriers", RAISED | {"owner": ria})
