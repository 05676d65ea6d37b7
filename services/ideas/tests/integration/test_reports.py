"""Challenges in their days, their audience and their report; experiments and what they taught."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.commands import Context
from chassis.timers import TimerLoop
from contracts.notifications import EscalatedV2
from contracts.outside import PersonListed
from contracts.vocabulary import ChallengeId, PersonId, SubjectId
from ideas.domain import challenges
from ideas.projections import ideas as listing
from ideas.projections import index, learnings, matters
from services.ideas.tests.house import House, envelope
from services.ideas.tests.integration.around import BO, CAS, DESK, LEAD, made, seen
from services.ideas.tests.nameless import puzzled, seal

pytestmark = pytest.mark.integration


def today(house: House) -> date:
    return house.parts.calendar.local_date(house.parts.clock.now())


async def launched(house: House, first: int, last: int, **more: Any) -> str:
    """Let lia ask a question that takes answers from so many days from now on, until so many."""
    now, day = house.parts.clock.now(), today(house)
    asked = challenges.LaunchChallenge(
        ChallengeId(uuid4()), PersonId("lia"), now, day + timedelta(days=first), "Hoe minder?",
        "Het kost tijd.", day + timedelta(days=first), day + timedelta(days=last),
        house.parts.calendar.add_working_days(now, 40), ("nut",), **more,
    )  # fmt: skip
    commands = house.parts.commands(challenges.challenge_decider, "challenge")
    await commands.handle(asked.challenge, asked, Context(command=uuid4()))
    return str(asked.challenge)


async def test_a_challenge_takes_answers_on_its_own_days_and_says_which(house: House) -> None:
    told = {"title": "Fietsen", "body": "Naar de klant."}
    for first, last, name in ((2, 9, "TheChallengeBeginsLater"), (-9, -2, "TheChallengeIsOver")):
        challenge = await launched(house, first, last)
        for door in ("/ideas", "/ideas/confidential"):
            no = await house.post(door, told | {"challenge": challenge})
            assert (no.status_code, no.json()["type"]) == (409, f"urn:kiem:{name}")
            for days in (first, last):
                assert f"{today(house) + timedelta(days=days)}" in no.json()["detail"]
    running = await launched(house, 0, 1)
    for door in ("/ideas", "/ideas/confidential"):
        assert (await house.post(door, told | {"challenge": running})).status_code == 201


async def test_a_draft_is_no_way_around_the_days(house: House) -> None:
    draft, over = uuid4(), await launched(house, -9, -2)
    saved = {"title": "Fietsen", "body": "Naar de klant.", "challenge": over}
    assert (await house.put(f"/drafts/{draft}", body=saved)).status_code == 200
    for way in ("named", "confidential"):
        no = await house.post(f"/drafts/{draft}/submission", {"way": way})
        assert no.json()["type"] == "urn:kiem:TheChallengeIsOver"


async def test_whoever_has_no_account_answers_on_the_same_days_and_keeps_their_puzzle(
    house: House,
) -> None:
    puzzle = await puzzled(house)
    for first, last, name in ((2, 9, "TheChallengeBeginsLater"), (-9, -2, "TheChallengeIsOver")):
        challenge = await launched(house, first, last)
        no = await seal(house, told={**puzzle, "challenge": challenge})
        assert (no.status_code, no.json()["type"]) == (409, f"urn:kiem:{name}")
    running = await launched(house, 0, 1)
    assert (await seal(house, told={**puzzle, "challenge": running})).status_code == 201


async def test_everybody_reads_a_challenge_and_those_who_are_asked_answer_it(house: House) -> None:
    now = house.parts.clock.now()
    for person, department in (("anna", "zorg"), ("bo", "ict")):
        await house.hear(PersonListed(person=PersonId(person), department=department, at=now))
    challenge = await launched(house, 0, 5, audience=("ict",))
    await seen(house, f"challenge-{challenge}")
    for who in ("anna:employee", BO):
        assert (await house.get(f"/challenges/{challenge}", who)).status_code == 200
        listed = (await house.get("/challenges", who)).json()["items"]
        assert challenge in {each["matter"] for each in listed}
    told = {"title": "Fietsen", "body": "Naar de klant.", "challenge": challenge}
    no = await house.post("/ideas", told)
    assert (no.status_code, no.json()["type"]) == (403, "urn:kiem:TheChallengeAsksOthers")
    assert (await house.post("/ideas", told, BO)).status_code == 201
    # Typed for a colleague it counts where that colleague works; under an alias where one says so.
    assert (await house.post("/ideas", told | {"on_behalf_of": "bo"})).status_code == 201
    nameless = await house.post("/ideas/confidential", told, BO)
    assert nameless.json()["type"] == "urn:kiem:TheChallengeAsksOthers"
    said = await house.post("/ideas/confidential", told | {"department": "ict"}, BO)
    assert said.status_code == 201


async def test_its_leader_owes_the_report_and_who_takes_over_may_give_it(house: House) -> None:
    lia, hugo = f"lia-{uuid4()}", f"hugo-{uuid4()}"
    last = today(house) + timedelta(days=3)
    told = {"question": "Hoe?", "why": "Daarom.", "first": f"{today(house)}", "last": f"{last}",
            "criteria": ["nut"]}  # fmt: skip
    challenge = await made(house, "/challenges", told, f"{lia}:lead")
    await house.post(f"/challenges/{challenge}/teams", {"name": "De Kiemen", "members": []}, BO)
    shown = (await house.get(f"/challenges/{challenge}")).json()
    due = house.parts.calendar.add_working_days(house.parts.calendar.end_of(last), 10)
    assert (shown["accountable"], datetime.fromisoformat(shown["due"])) == (lia, due)
    await seen(house, f"challenge-{challenge}")
    owed = await house.get("/challenges", f"{lia}:lead", owed_by_me="true")
    assert [each["matter"] for each in owed.json()["items"]] == [challenge]
    closing, door = {"report": "Er kwamen geen antwoorden."}, f"/challenges/{challenge}/closing"
    assert (await house.post(door, closing, f"{hugo}:lead")).status_code == 403
    await house.hear_again(envelope(EscalatedV2(
        matter="challenge", subject=SubjectId(UUID(challenge)), author=PersonId(lia),
        previous=PersonId(lia), accountable=PersonId(hugo), due=due + timedelta(days=7),
        rung="lead", missed=due, at=due,
    )))  # fmt: skip
    await seen(house, f"challenge-{challenge}")
    owed = await house.get("/challenges", f"{hugo}:lead", owed_by_me="true")
    assert [each["matter"] for each in owed.json()["items"]] == [challenge]
    assert (await house.post(door, closing, f"{hugo}:lead")).status_code == 200
    shown = (await house.get(f"/challenges/{challenge}")).json()
    assert (shown["accountable"], shown["due"]) == (None, None)


async def test_the_team_is_asked_on_the_last_day_and_not_once_it_told(house: House) -> None:
    ends = today(house) + timedelta(days=14)
    trial = {"hypothesis": "het scheelt", "ends_on": f"{ends}", "team": ["bo"]}
    silent, told = [await made(house, "/experiments", trial) for _ in range(2)]
    report = {"went": "otherwise", "learning": "het scheelde niet"}
    assert (await house.post(f"/experiments/{told}/report", report, BO)).status_code == 200
    over = house.parts.calendar.end_of(ends)
    due = house.parts.calendar.add_working_days(over, 5)
    shown = (await house.get(f"/experiments/{silent}")).json()
    assert (shown["accountable"], datetime.fromisoformat(shown["due"])) == ("anna", due)
    rows = await house.rows("SELECT owner, due FROM timer WHERE kind = 'ended'")
    assert {f"experiment-{silent}", f"experiment-{told}"} <= {row["owner"] for row in rows}
    assert {row["due"] for row in rows} == {over}
    await house.parts.db.pool.execute("UPDATE timer SET due = kiem_now() WHERE kind = 'ended'")
    assert house.service.on_timer is not None
    clock = TimerLoop(house.parts.db, house.service.on_timer)
    while await clock.step():
        pass
    steps = {which: (await house.get(f"/experiments/{which}")).json()["steps"]
             for which in (silent, told)}  # fmt: skip
    assert [step["type"] for step in steps[silent]] == ["ExperimentStarted", "ExperimentEnded"]
    assert [step["type"] for step in steps[told]] == ["ExperimentStarted", "ExperimentReported"]
    assert (await house.post(f"/experiments/{silent}/report", report, CAS)).status_code == 403
    assert (await house.post(f"/experiments/{silent}/report", report, DESK)).status_code == 200


async def test_what_an_experiment_taught_is_found_where_people_look(house: House) -> None:
    title = f"Leenfietsen voor korte ritten {uuid4().hex[:6]}"
    idea = await house.submitted(title=title, body="We gaan met de fiets naar de klant.")
    trial = {"hypothesis": "het scheelt", "idea": idea,
             "ends_on": f"{today(house) + timedelta(days=9)}"}  # fmt: skip
    experiment = await made(house, "/experiments", trial)
    running = await made(house, "/experiments", trial)
    said = {"went": "nowhere", "learning": "Zonder slot staat er morgen geen fiets meer."}
    await house.post(f"/experiments/{experiment}/report", said)
    for stream in (f"idea-{idea}", f"experiment-{experiment}", f"experiment-{running}"):
        recorded = await house.parts.store.load(stream)
        async with house.parts.db.transaction() as tx:
            for projection in (listing.PROJECTION, index.PROJECTION, matters.PROJECTION,
                               learnings.PROJECTION):  # fmt: skip
                await projection.apply(tx, recorded)
    page = (await house.get("/learnings", LEAD, idea=idea)).json()
    (item,) = page["items"]
    assert item["words"] == {"words": said["learning"]}
    assert item["more"] == {"experiment": experiment, "went": "nowhere"}
    alike = (await house.get("/ideas/similar", title=title)).json()["items"]
    assert said["learning"] in next(each["learnings"] for each in alike if each["idea"] == idea)
