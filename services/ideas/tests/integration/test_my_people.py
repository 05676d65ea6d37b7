"""What those whom somebody leads are promised: by the directory, and never by a guess."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.outside import PersonLeft, PersonListed
from contracts.vocabulary import PersonId
from services.ideas.tests.house import House
from services.ideas.tests.integration.around import made, seen
from services.ideas.tests.nameless import confide

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Tree:
    """A director, her lead, his two people, and somebody of another tree."""

    dirk: str
    lia: str
    anna: str
    bo: str
    other: str
    ward: str
    office: str


async def tree(house: House) -> Tree:
    mark = uuid4().hex[:8]
    names = (f"{who}-{mark}" for who in ("dirk", "lia", "anna", "bo", "other", "ward", "office"))
    found = Tree(*names)
    for who, lead, where in (
        (found.dirk, None, found.office), (found.lia, found.dirk, found.office),
        (found.anna, found.lia, found.ward), (found.bo, found.lia, found.ward),
        (found.other, None, found.ward),
    ):  # fmt: skip
        await listed(house, who, lead, where)
    return found


async def listed(house: House, who: str, lead: str | None, where: str | None) -> None:
    now = house.parts.clock.now()
    whose = PersonId(lead) if lead else None
    await house.hear(PersonListed(person=PersonId(who), department=where, lead=whose, at=now))


async def told(house: House, who: str, **more: object) -> str:
    idea = await house.submitted(f"{who}:employee", **{"co_authors": [], **more})
    await house.follow(idea)
    return idea


async def of_people(house: House, who: str, path: str = "/ideas", **more: str) -> set[str]:
    page = await house.get(path, f"{who}:employee,lead", of_my_people="true", limit=100, **more)
    assert page.status_code == 200, page.text
    return {row["idea" if path == "/ideas" else "matter"] for row in page.json()["items"]}


async def test_a_leader_sees_the_ideas_of_everybody_below_and_of_nobody_else(house: House) -> None:
    who = await tree(house)
    hers, his = await told(house, who.anna), await told(house, who.lia)
    await told(house, who.other)
    shared = await told(house, who.other, co_authors=[who.bo])
    assert await of_people(house, who.lia) == {hers, shared}
    assert await of_people(house, who.dirk) == {hers, shared, his}
    assert await of_people(house, who.anna) == set(), (
        "who leads nobody gets nothing, not everything"
    )
    assert await of_people(house, who.lia, mine="true") == {hers, shared, his}
    assert await of_people(house, who.dirk, department=who.ward) == {hers, shared}


async def test_an_idea_without_a_name_is_of_nobodys_people(house: House) -> None:
    who = await tree(house)
    idea = (await confide(house, f"{who.anna}:employee"))["idea"]
    await house.follow(idea)
    everything = await house.get("/ideas", f"{who.lia}:employee,lead", limit=100)
    assert idea in {row["idea"] for row in everything.json()["items"]}, (
        "it is there, without a name"
    )
    assert await of_people(house, who.lia) == set()


async def test_who_left_and_whoever_leads_in_a_ring_are_no_people_of_mine(house: House) -> None:
    who = await tree(house)
    gone, here = await told(house, who.anna), await told(house, who.bo)
    assert await of_people(house, who.lia) == {gone, here}
    later = house.parts.clock.now() + timedelta(seconds=1)
    await house.hear(PersonLeft(person=PersonId(who.anna), at=later))
    assert await of_people(house, who.lia) == {here}
    await listed(house, who.dirk, who.bo, who.office)  # dirk leads lia, lia leads bo, bo leads dirk
    own = await told(house, who.lia)
    assert await of_people(house, who.lia) == {here}, "nobody is among their own people"
    assert await of_people(house, who.bo) == {own}


async def test_barriers_and_time_of_my_people_are_listed(house: House) -> None:
    who = await tree(house)
    raised = {"kind": "budget", "words": "geen geld"}
    barrier = await made(house, "/barriers", raised, f"{who.anna}:employee")
    wish = {"purpose": "idea", "hours": 4, "words": "om te proberen"}
    request = await made(house, "/time-requests", wish, f"{who.bo}:employee")
    other = await made(house, "/barriers", {**raised, "owner": who.lia}, f"{who.other}:employee")
    for stream in (f"barrier-{barrier}", f"time-{request}", f"barrier-{other}"):
        await seen(house, stream)
    assert await of_people(house, who.lia, "/barriers") == {barrier}
    assert await of_people(house, who.dirk, "/time-requests") == {request}
    assert await of_people(house, who.anna, "/barriers") == set()


async def test_departments_are_told_to_leaders_and_theirs_apart(house: House) -> None:
    who = await tree(house)
    assert (await house.get("/departments", f"{who.anna}:employee")).status_code == 403
    found = (await house.get("/departments", f"{who.lia}:employee,lead")).json()
    assert found["of_my_people"] == [who.ward]
    assert {who.ward, who.office} <= set(found["items"])
    assert found["items"] == sorted(set(found["items"]))
    above = (await house.get("/departments", f"{who.dirk}:employee,director")).json()
    assert above["of_my_people"] == [who.office, who.ward]
    assert (await house.get("/departments", "eva:desk")).json()["of_my_people"] == []
