"""Matters around ideas that are owed an answer, on a real PostgreSQL: barriers, hours, tools."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.outside import PersonLeft
from contracts.vocabulary import PersonId
from services.ideas.tests.house import House
from services.ideas.tests.integration.around import BO, CAS, LEAD, led, made, seen

pytestmark = pytest.mark.integration


async def test_a_barrier_is_owed_an_answer_by_the_lead_and_is_removed(house: House) -> None:
    who, lead = f"anna-{uuid4()}", f"lia-{uuid4()}"
    await led(house, who, lead)
    told = {"kind": "access", "words": "geen testomgeving"}
    barrier = await made(house, "/barriers", told, f"{who}:employee")
    shown = (await house.get(f"/barriers/{barrier}")).json()
    assert shown["accountable"] == lead
    due = house.parts.calendar.add_working_days(house.parts.clock.now(), 10)
    assert datetime.fromisoformat(shown["due"]) == due
    refused = await house.post(f"/barriers/{barrier}/removal", {"reason": "ja"}, BO)
    assert refused.status_code == 403
    done = await house.post(f"/barriers/{barrier}/removal", {"reason": "er is er nu een"},
                            f"{lead}:lead")  # fmt: skip
    assert done.status_code == 200, done.text
    shown = (await house.get(f"/barriers/{barrier}")).json()
    assert (shown["accountable"], shown["due"]) == (None, None)
    assert shown["steps"][-1]["words"] == {"reason": "er is er nu een"}


async def test_barriers_are_listed_by_who_owes_them(house: House) -> None:
    lead = f"lia-{uuid4()}"
    told = {"kind": "budget", "words": "geen geld", "owner": lead}
    ids = [await made(house, "/barriers", told) for _ in range(3)]
    for barrier in ids:
        await seen(house, f"barrier-{barrier}")
    page = (await house.get("/barriers", f"{lead}:lead", owed_by_me="true", limit=2)).json()
    assert [i["matter"] for i in page["items"]] == [ids[2], ids[1]]
    assert page["items"][0]["words"] == {"words": "geen geld"}
    rest = await house.get("/barriers", f"{lead}:lead", owed_by_me="true", after=page["next"])
    assert [i["matter"] for i in rest.json()["items"]] == [ids[0]]
    await house.post(f"/barriers/{ids[0]}/decline",
                     {"reason": "het is nu te duur", "next_step": "Lia vraagt het in mei weer."},
                     f"{lead}:lead")  # fmt: skip
    await seen(house, f"barrier-{ids[0]}")
    still = await house.get("/barriers", f"{lead}:lead", owed_by_me="true", open="true")
    assert {i["matter"] for i in still.json()["items"]} == {ids[1], ids[2]}
    assert {i["answer"] for i in still.json()["items"]} == {None}


async def test_who_asked_reads_in_their_list_how_each_ended(house: House) -> None:
    who, lead = f"anna-{uuid4()}", f"lia-{uuid4()}"
    asked = {"purpose": "idea", "hours": 8, "words": "om te proberen", "lead": lead}
    more, less = [await made(house, "/time-requests", asked, f"{who}:employee") for _ in range(2)]
    await house.post(f"/time-requests/{more}/grant", {"hours": 6}, f"{lead}:lead")
    for request in (more, less):
        await seen(house, f"time-{request}")
    listed = (await house.get("/time-requests", f"{who}:employee", mine="true")).json()["items"]
    found = {each["matter"]: each["answer"] for each in listed}
    assert found[less] is None
    assert (found[more]["type"], found[more]["by"]) == ("TimeGranted", lead)
    assert found[more]["more"]["hours"] == 6
    told = {"kind": "budget", "words": "geen geld", "owner": lead}
    barrier = await made(house, "/barriers", told, f"{who}:employee")
    no = {"reason": "het is nu te duur", "next_step": "Lia vraagt het in mei weer."}
    await house.post(f"/barriers/{barrier}/decline", no, f"{lead}:lead")
    await seen(house, f"barrier-{barrier}")
    (row,) = (await house.get("/barriers", f"{who}:employee", mine="true")).json()["items"]
    assert row["words"] == {"words": "geen geld"}, "how it began stays beside how it ended"
    assert (row["answer"]["type"], row["answer"]["words"]) == ("BarrierDeclined", no)


async def test_time_that_is_refused_becomes_a_barrier_one_step_up(house: House) -> None:
    who, lead, top = f"anna-{uuid4()}", f"lia-{uuid4()}", f"dirk-{uuid4()}"
    await led(house, lead, top)
    await led(house, who, lead)
    await led(house, lead, top)
    wish = {"purpose": "pilot", "hours": 12, "words": "om te proberen"}
    request = await made(house, "/time-requests", wish, f"{who}:employee")
    refused = await house.post(
        f"/time-requests/{request}/refusal", {"reason": "het is te druk"}, f"{lead}:lead"
    )
    assert refused.status_code == 200, refused.text
    barrier = (await house.get(f"/barriers/{refused.json()['barrier']}")).json()
    assert (barrier["author"], barrier["accountable"]) == (who, top)
    assert barrier["steps"][0]["words"] == {"words": "het is te druk"}


async def test_an_answer_that_says_nothing_is_refused_and_changes_nothing(house: House) -> None:
    lead = f"lia-{uuid4()}"
    told = {"kind": "budget", "words": "geen geld", "owner": lead}
    barrier = await made(house, "/barriers", told)
    wish = {"purpose": "idea", "hours": 2, "words": "x", "lead": lead}
    request = await made(house, "/time-requests", wish)
    why = "De verzekering staat het niet toe."
    for path, said, name in (
        (f"/barriers/{barrier}/removal", {"reason": "ja"}, "TheReasonSaysNothing"),
        (f"/barriers/{barrier}/decline", {"reason": "te duur", "next_step": why},
         "TheReasonSaysNothing"),
        (f"/barriers/{barrier}/decline", {"reason": why, "next_step": "later"},
         "TheNextStepSaysNothing"),
        (f"/time-requests/{request}/refusal", {"reason": "nee"}, "TheReasonSaysNothing"),
    ):  # fmt: skip
        refused = await house.post(path, said, f"{lead}:lead")
        assert (refused.status_code, refused.json()["type"]) == (409, f"urn:kiem:{name}"), path
    for path in (f"/barriers/{barrier}", f"/time-requests/{request}"):
        assert (await house.get(path)).json()["accountable"] == lead


async def test_a_refusal_that_is_refused_raises_no_barrier(house: House) -> None:
    request = await made(
        house, "/time-requests", {"purpose": "idea", "hours": 2, "words": "x", "lead": "lia"}
    )
    before = await house.rows("SELECT count(*) FROM event WHERE stream LIKE 'barrier-%'")
    refused = await house.post(f"/time-requests/{request}/refusal", {"reason": "nee"}, CAS)
    assert refused.status_code == 403
    after = await house.rows("SELECT count(*) FROM event WHERE stream LIKE 'barrier-%'")
    assert before == after


async def test_a_department_sees_its_hours(house: House) -> None:
    who, lead = f"anna-{uuid4()}", f"lia-{uuid4()}"
    await led(house, who, lead)
    later = house.parts.calendar.local_date(house.parts.clock.now()) + timedelta(days=180)
    month = f"{later:%Y-%m}"  # in which nobody else here asks for any
    wish = {"purpose": "reflection", "hours": 8, "words": "leren", "month": month}
    one, other = [await made(house, "/time-requests", wish, f"{who}:employee") for _ in range(2)]
    await house.post(f"/time-requests/{one}/grant", {"hours": 6}, f"{lead}:lead")
    for request in (one, other):
        await seen(house, f"time-{request}")
    told = (await house.get("/time-requests/budget", LEAD, department="zorg", month=month)).json()
    assert (told["asked"], told["granted"]) == (16, 6)
    assert told["meant"] == pytest.approx(told["persons"] * 156 * 0.15)
    never = await house.post("/time-requests", wish | {"month": "2199-01"}, f"{who}:employee")
    assert never.json()["type"] == "urn:kiem:ThatMonthIsFarAway"


async def test_an_experiment_needs_nobody_and_ends_with_a_learning(house: House) -> None:
    today = house.parts.calendar.local_date(house.parts.clock.now())
    trial = {"hypothesis": "het scheelt", "ends_on": f"{today + timedelta(weeks=6)}",
             "team": ["bo"]}  # fmt: skip
    experiment = await made(house, "/experiments", trial)
    report = {"went": "otherwise", "learning": "het scheelde niet"}
    assert (await house.post(f"/experiments/{experiment}/report", report, BO)).status_code == 200
    late = trial | {"ends_on": f"{today + timedelta(weeks=7)}"}
    refused = await house.post("/experiments", late)
    assert refused.json()["type"] == "urn:kiem:AnExperimentIsShort"


async def test_a_tool_comes_with_its_why_and_super_users_help(house: House) -> None:
    told = {
        "name": "planner", "why": "minder bellen", "question": "wat denk je?",
        "super_users": ["bo"], "manual": "https://planner.example.org/handleiding",
    }  # fmt: skip
    assert (await house.post("/tools", told, "anna:employee")).status_code == 403
    tool = await made(house, "/tools", told, LEAD)
    question = await made(house, f"/tools/{tool}/help", {"words": "hoe zoek ik?"})
    assert (await house.get(f"/help/{question}")).json()["accountable"] == "bo"
    assert (await house.post(f"/help/{question}/answer", {"words": "zo"}, CAS)).status_code == 403
    assert (await house.post(f"/help/{question}/answer", {"words": "zo"}, BO)).status_code == 200
    nowhere = await house.post(f"/tools/{UUID(int=9)}/help", {"words": "hoe?"})
    assert nowhere.status_code == 404


async def test_a_tool_keeps_the_idea_and_the_pilot_that_it_came_from(house: House) -> None:
    idea, pilot = await house.submitted(), str(uuid4())
    told = {"name": "planner", "why": "minder bellen", "question": "wat?"}
    tool = await made(house, "/tools", told | {"idea": idea, "pilot": pilot}, LEAD)
    assert (await house.put(f"/tools/{tool}", LEAD, {"super_users": ["bo"]})).status_code == 200
    began = (await house.get(f"/tools/{tool}")).json()["steps"][0]["more"]
    assert (began["idea"], began["pilot"]) == (idea, pilot)


async def test_a_super_user_who_left_has_no_turn(house: House) -> None:
    await led(house, "bo", "lia")
    await led(house, "cas", "lia")
    told = {"name": "planner", "why": "minder bellen", "question": "wat?", "super_users": ["bo"]}
    one = await made(house, "/tools", told, LEAD)
    both = await made(house, "/tools", told | {"super_users": ["bo", "cas"]}, LEAD)
    later = house.parts.clock.now() + timedelta(seconds=1)
    await house.hear(PersonLeft(person=PersonId("bo"), at=later))
    for tool, expected in ((both, "cas"), (both, "cas"), (one, "desk")):
        question = await made(house, f"/tools/{tool}/help", {"words": "hoe zoek ik?"})
        assert (await house.get(f"/help/{question}")).json()["accountable"] == expected
    named = {"words": "hoe zoek ik?", "super_user": "bo"}
    refused = await house.post(f"/tools/{one}/help", named)
    assert refused.json()["type"] == "urn:kiem:NobodyOfThatName"


async def test_a_mail_may_say_what_was_asked_and_what_was_answered(house: House) -> None:
    lead = f"lia-{uuid4()}"
    told = {"kind": "budget", "words": "geen geld", "owner": lead}
    barrier = await made(house, "/barriers", told)
    await house.post(f"/barriers/{barrier}/decline",
                     {"reason": "het is nu te duur", "next_step": "Lia vraagt het in mei weer."},
                     f"{lead}:lead")  # fmt: skip
    path = f"/matters/barrier/{barrier}/words"
    said = await house.get(path, "notifications:service", **{"for": "anna"})
    assert said.json() == {
        "recipient": "anna", "author": "anna", "asked": "geen geld", "reason": "het is nu te duur",
        "next_step": "Lia vraagt het in mei weer.", "hours": None, "granted": None, "tool": None,
    }  # fmt: skip
    assert (await house.get(path, BO, **{"for": "anna"})).status_code == 403
    nowhere = f"/matters/time/{barrier}/words"
    assert (await house.get(nowhere, "n:service", **{"for": "anna"})).status_code == 404


async def test_a_mail_may_name_the_tool_and_the_hours(house: House) -> None:
    told = {"name": "planner", "why": "minder bellen", "question": "wat?", "super_users": ["bo"]}
    tool = await made(house, "/tools", told, LEAD)
    question = await made(house, f"/tools/{tool}/help", {"words": "hoe zoek ik?"})
    await house.post(f"/help/{question}/answer", {"words": "met de loep"}, BO)
    helped = await house.get(f"/matters/help/{question}/words", "n:service", **{"for": "anna"})
    assert (helped.json()["tool"], helped.json()["reason"]) == ("planner", "met de loep")
    wish = {"purpose": "idea", "hours": 8, "words": "om te proberen", "lead": "lia"}
    request = await made(house, "/time-requests", wish)
    await house.post(f"/time-requests/{request}/grant", {"hours": 4}, LEAD)
    given = await house.get(f"/matters/time/{request}/words", "n:service", **{"for": "anna"})
    assert (given.json()["hours"], given.json()["granted"]) == (8, 4)
