"""Reports and learnings that are owed, and whole audiences that are told, by all of the service."""

import json
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from contracts.challenges import ChallengeClosed, ChallengeLaunched, TeamFormed
from contracts.handed_up import ChallengeHandedUp
from contracts.outside import PersonLeft, PersonListed
from contracts.room import ExperimentEnded, ExperimentReported, ExperimentStarted
from contracts.talk import IdeaSupported
from contracts.tools import ToolChanged, ToolIntroduced
from contracts.vocabulary import ChallengeId, ExperimentId, IdeaId, PersonId, TeamId, ToolId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import ANNA, LENA, RIK, submitted

pytestmark = pytest.mark.integration
BO, HUGO = PersonId("bo"), PersonId("hugo")


async def launched(house: House) -> ChallengeLaunched:
    """Let lena, whom hugo leads, ask a question; its report is due in twenty working days."""
    now = await house.now()
    for person, lead in ((LENA, HUGO), (HUGO, None)):
        await house.hear(PersonListed(person=person, department="ict", lead=lead, at=now))
    due = house.parts.calendar.add_working_days(now, 20)
    asked = ChallengeLaunched(
        at=now, challenge=ChallengeId(uuid4()), by=LENA, first=now.date(),
        last=(now + timedelta(days=14)).date(), criteria=("nut",), accountable=LENA, due=due,
    )  # fmt: skip
    await house.hear(asked)
    return asked


async def told(house: House, kind: str, subject: object) -> list[str]:
    rows = await house.notices(kind=kind, subject=subject)
    return sorted(row["person"] for row in rows)


async def test_a_report_is_reminded_of_broken_openly_and_handed_up(
    house: House, idea: IdeaId
) -> None:
    asked = await launched(house)
    await house.hear(replace(await submitted(house, idea), challenge=asked.challenge))
    await house.hear(IdeaSupported(idea=idea, author=ANNA, by=BO, at=asked.at))
    assert asked.due is not None
    await house.pass_time(house.parts.calendar.add_working_days(asked.due, -1))
    assert await told(house, "reminder", asked.challenge) == [LENA]
    await house.pass_time(asked.due)
    await house.spread_all()
    assert await told(house, "promise_broken", asked.challenge) == [LENA]
    assert await told(house, "escalated", asked.challenge) == [HUGO]
    assert await told(house, "challenge_late", asked.challenge) == [ANNA, BO]
    names = [type(event).__name__ for event in await house.events("loop", asked.challenge)]
    assert names == ["PromiseMadeV2", "PromiseBrokenV2", "EscalatedV2"]
    up = (await house.events("loop", asked.challenge))[-1]
    await house.hear(ChallengeHandedUp(
        at=up.at, challenge=asked.challenge, author=LENA, previous=LENA, accountable=HUGO,
        due=up.due,
    ))  # fmt: skip
    # Who takes over lets it pass as well: the ladder goes on, and nobody is told twice of the rest.
    await house.pass_time(up.due)
    await house.spread_all()
    assert await told(house, "challenge_late", asked.challenge) == [ANNA, BO]
    assert len(await house.events("loop", asked.challenge)) == 5


async def test_a_report_in_time_keeps_the_promise_and_reaches_the_crowd_and_each_team(
    house: House, idea: IdeaId
) -> None:
    asked = await launched(house)
    await house.hear(TeamFormed(
        challenge=asked.challenge, team=TeamId(uuid4()), by=RIK, members=(RIK,), at=asked.at
    ))  # fmt: skip
    await house.hear(replace(await submitted(house, idea), challenge=asked.challenge))
    await house.hear(IdeaSupported(idea=idea, author=ANNA, by=BO, at=asked.at))
    await house.hear(
        IdeaSupported(idea=IdeaId(uuid4()), author=ANNA, by=PersonId("elsewhere"), at=asked.at)
    )
    await house.hear(ChallengeClosed(challenge=asked.challenge, by=LENA, at=asked.at))
    await house.spread_all()
    assert await told(house, "challenge_closed", asked.challenge) == sorted([ANNA, BO, RIK])
    names = [type(event).__name__ for event in await house.events("loop", asked.challenge)]
    assert names == ["PromiseMadeV2", "PromiseKeptV2"]
    assert await house.timers(UUID(str(asked.challenge))) == {}


async def test_the_letter_about_a_report_names_the_question(house: House) -> None:
    asked = await launched(house)
    house.neighbours.matter = {"author": LENA, "asked": "Hoe minder dubbel?"}
    await house.introduce(LENA, "Lena Bos")
    assert asked.due is not None
    await house.pass_time(house.parts.calendar.add_working_days(asked.due, -1))
    await house.send_all()
    (mail,) = [m for m in house.office.got if "bijna zover" in str(m["subject"])]
    assert "Hoe minder dubbel?" in str(mail["subject"])


async def test_a_team_is_asked_what_it_learned_and_its_silence_goes_up(house: House) -> None:
    now = await house.now()
    for person, lead in ((RIK, HUGO), (HUGO, None)):
        await house.hear(PersonListed(person=person, department="ict", lead=lead, at=now))
    due = house.parts.calendar.add_working_days(now, 10)
    which = ExperimentId(uuid4())
    await house.hear(ExperimentStarted(
        at=now, experiment=which, by=RIK, team=(BO,), ends_on=now.date(), accountable=RIK, due=due
    ))  # fmt: skip
    ended = ExperimentEnded(at=now, experiment=which, author=RIK, accountable=RIK, due=due)
    await house.hear(ended)
    assert await told(house, "learning_asked", which) == [BO, RIK]
    assert {row["owed"] for row in await house.notices(subject=which)} == {True}
    await house.pass_time(due)
    assert await told(house, "promise_broken", which) == [BO, RIK]
    assert await told(house, "escalated", which) == [HUGO]
    await house.hear(ExperimentReported(at=due, experiment=which, by=BO, went="nowhere"))
    assert type((await house.events("loop", which))[-1]).__name__ == "PromiseKeptV2"


async def test_the_audience_of_a_tool_is_told_in_the_app_and_by_the_next_digest(
    house: House,
) -> None:
    now = await house.now()
    places = {ANNA: "zorg", BO: "ict", LENA: "ict", HUGO: "inkoop", RIK: "ict"}
    for person, department in places.items():
        await house.hear(PersonListed(person=person, department=department, at=now))
    await house.hear(PersonLeft(person=LENA, at=now + timedelta(seconds=1)))

    async def brought(*audience: str) -> list[Any]:
        tool = ToolId(uuid4())
        await house.hear(ToolIntroduced(tool=tool, by=RIK, name="x", audience=audience, at=now))
        await house.spread_all()
        return await house.notices(kind="tool_introduced", subject=tool)

    (mine,) = await brought("ict")
    assert (mine["person"], mine["matter"], mine["shown"], mine["mail"]) == (
        BO, "tool", True, "digest"
    )  # fmt: skip
    assert sorted(row["person"] for row in await brought()) == [ANNA, BO, HUGO]
    assert await brought("nowhere") == []


async def test_whoever_a_tool_comes_to_later_is_told_of_it_once(house: House) -> None:
    now, tool = await house.now(), ToolId(uuid4())
    for person, department in {ANNA: "zorg", BO: "ict", HUGO: "inkoop"}.items():
        await house.hear(PersonListed(person=person, department=department, at=now))
    await house.hear(ToolIntroduced(tool=tool, by=RIK, name="x", audience=("ict",), at=now))

    async def widened(*audience: str) -> list[str]:
        await house.hear(ToolChanged(tool=tool, by=RIK, audience=audience, at=now))
        await house.spread_all()
        told = await house.notices(kind="tool_introduced", subject=tool)
        return sorted(row["person"] for row in told)

    assert await widened("ict", "zorg") == [ANNA, BO]
    assert await widened("zorg") == [ANNA, BO]
    assert await widened() == [ANNA, BO, HUGO]
    await house.hear(PersonListed(person=LENA, department="ict", at=now))
    assert await widened("ict") == [ANNA, BO, HUGO]  # who came to the house later finds it there


async def test_an_acknowledgement_names_the_criteria_that_this_idea_is_judged_by(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    house.neighbours.words = {"title": "Fietsen", "author": ANNA, "category": "veiligheid"}
    questions = [{"name": "safe", "nl": "Wordt het veiliger?", "en": "Does it get safer?"}]
    house.neighbours.rubric = {"version": "7", "criteria": questions}
    await house.hear(await submitted(house, idea))
    await house.send_all()
    assert "Wordt het veiliger?" in house.office.got[-1].as_string()
    # Before feedback heard of it, the criteria that hold for its category.
    house.neighbours.rubric = {}
    await house.hear(await submitted(house, IdeaId(uuid4())))
    await house.send_all()
    assert "Wat levert het op? (veiligheid)" in house.office.got[-1].as_string()
    house.neighbours.words = {}


async def test_who_took_part_and_works_where_before_this_was_kept_is_known_from_the_journal(
    house: House,
) -> None:
    now, idea, challenge = await house.now(), uuid4(), uuid4()
    for person in (BO, HUGO):
        await house.hear(PersonListed(person=person, at=now))
    told = [
        ("ideas.IdeaSubmitted", f"{idea}", {"idea": f"{idea}", "challenge": f"{challenge}"}),
        ("ideas.IdeaSupported", f"{idea}", {"idea": f"{idea}", "by": BO}),
        ("people.PersonListed", HUGO, {"person": HUGO, "department": "zorg"}),
        ("people.PersonListed", HUGO, {"person": HUGO, "department": "ict"}),
    ]  # fmt: skip
    pool = house.parts.db.pool
    for place, (name, key, data) in enumerate(told):
        await pool.execute(
            "INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, version, "
            "occurred_at, recorded_at, data) "
            "VALUES ('before', $1, 0, $2, $3, 'kiem/ideas', $4, $5, $2, $6, $6, $7)",
            f"{idea}", place, f"{idea}-{place}", f"kiem.{name}.v1", key,
            now + timedelta(seconds=place), json.dumps(data),
        )  # fmt: skip
    await pool.execute(import_module("notifications.migrations.versions.0017_who_took_part").HEARD)
    took_part = "SELECT person FROM participant WHERE challenge = $1"
    assert await pool.fetchval(took_part, challenge) == BO
    where = "SELECT department FROM person WHERE person = $1"
    assert await pool.fetchval(where, HUGO) == "ict"
