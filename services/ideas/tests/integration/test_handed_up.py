"""A promise that was broken goes up the ladder: who took over finds it in a list, and answers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.feedback import QuestionAsked
from contracts.ideas import PromiseMoved
from contracts.notifications import Escalated, PromisePassedOn
from contracts.vocabulary import FirstMatter, IdeaId, PersonId, QuestionId, SubjectId
from services.ideas.tests.acts import answered
from services.ideas.tests.house import House, envelope

pytestmark = pytest.mark.integration

LAUNCH = {"name": "Planbord", "why": "rust", "question": "wat vind je ervan?"}
KINDS = [
    ("barrier", "/barriers", {"kind": "access", "words": "geen testomgeving"}, "owner",
     "removal", {"reason": "Er is er nu een."}),
    ("time", "/time-requests", {"purpose": "pilot", "hours": 12, "words": "om te proberen"}, "lead",
     "grant", {}),
    ("help", "/help", {"words": "Hoe deel ik een lijst?"}, "super_user",
     "answer", {"words": "Onder het tandwiel."}),
]  # fmt: skip


async def asked(house: House, path: str, body: dict[str, Any]) -> str:
    if path == "/help":
        launched = await house.post("/tools", LAUNCH, "lia:lead")
        path = f"/tools/{launched.json()['matter']}/help"
    told = await house.post(path, body)
    assert told.status_code == 201, told.text
    return str(told.json()["matter"])


def up(matter: FirstMatter, subject: str, due: datetime, previous: str, to: str) -> Escalated:
    return Escalated(
        matter=matter, subject=SubjectId(UUID(subject)), author=PersonId("anna"),
        previous=PersonId(previous), accountable=PersonId(to), due=due + timedelta(days=7),
        rung="lead", missed=due, at=due,
    )  # fmt: skip


@pytest.mark.parametrize("which", KINDS)
async def test_who_took_over_finds_it_and_answers(house: House, which: Any) -> None:
    kind, path, body, named, act, answer = which
    rik, lena = f"rik-{uuid4()}", f"lena-{uuid4()}"
    matter = await asked(house, path, body | {named: rik})
    before = (await house.get(f"{path}/{matter}")).json()
    assert before["accountable"] == rik
    door = f"{path}/{matter}/{act}"
    assert (await house.post(door, answer, f"{lena}:employee")).status_code == 403

    heard = envelope(up(kind, matter, datetime.fromisoformat(before["due"]), rik, lena))
    await house.hear_again(heard)
    await house.hear_again(heard)  # as it may come twice
    shown = (await house.get(f"{path}/{matter}")).json()
    assert (shown["accountable"], len(shown["steps"])) == (lena, 2)
    recorded = await house.parts.store.load(f"{kind}-{matter}")
    async with house.parts.db.transaction() as tx:
        for projection in house.service.projections:
            await projection.apply(tx, recorded)
    owed = await house.get(path, f"{lena}:employee", owed_by_me="true")
    assert [each["matter"] for each in owed.json()["items"]] == [matter]

    done = await house.post(door, answer, f"{lena}:employee")
    assert done.status_code == 200, done.text
    late = await house.post(door, answer, f"{rik}:employee")
    assert late.status_code == 409


async def test_what_was_handed_up_of_something_else_or_after_the_answer_changes_nothing(
    house: House,
) -> None:
    matter = await asked(house, "/barriers", {"kind": "access", "words": "x", "owner": "rik"})
    due = datetime.fromisoformat((await house.get(f"/barriers/{matter}")).json()["due"])
    await house.hear(up("appeal", matter, due, "rik", "lena"))
    await house.hear(up("barrier", str(uuid4()), due, "rik", "lena"))
    told = {"reason": "Er is er nu een."}
    assert (await house.post(f"/barriers/{matter}/removal", told, "rik:lead")).status_code == 200
    await house.hear(up("barrier", matter, due, "rik", "lena"))
    assert len((await house.get(f"/barriers/{matter}")).json()["steps"]) == 2


async def test_an_idea_shows_who_is_accountable_now(house: House) -> None:
    idea = await house.submitted()
    before = (await house.get(f"/ideas/{idea}")).json()
    due, lena = datetime.fromisoformat(before["due"]), f"lena-{uuid4()}"
    heard = envelope(up("idea", idea, due, before["accountable"], lena))
    await house.hear_again(heard)
    await house.hear_again(heard)  # as it may come twice
    shown = (await house.get(f"/ideas/{idea}")).json()
    assert (shown["accountable"], shown["state"]) == (lena, "submitted")
    assert datetime.fromisoformat(shown["due"]) == due + timedelta(days=7)
    steps = (await house.get(f"/ideas/{idea}/timeline")).json()["steps"]
    assert [step["type"] for step in steps] == ["IdeaSubmitted", "IdeaHandedUp"]
    await house.follow(idea)
    listed = (await house.get("/ideas", accountable=lena)).json()["items"]
    assert [(row["idea"], row["due"]) for row in listed] == [(idea, shown["due"])]


async def test_a_question_of_who_took_over_moves_the_promise_of_who_took_over(house: House) -> None:
    idea = await house.submitted()
    before = (await house.get(f"/ideas/{idea}")).json()
    due, lena = datetime.fromisoformat(before["due"]), f"lena-{uuid4()}"
    question = QuestionAsked(
        at=due, idea=IdeaId(UUID(idea)), author=PersonId("anna"), question=QuestionId(uuid4()),
        by=PersonId("rik"), asked_until=due + timedelta(days=10), accountable=PersonId(lena),
        due=due + timedelta(days=20),
    )  # fmt: skip
    await house.hear(question, up("idea", idea, due, before["accountable"], lena))
    (moved,) = [e for e in await house.events(idea) if isinstance(e, PromiseMoved)]
    assert (moved.accountable, moved.due) == (lena, question.due)
    assert (await house.get(f"/ideas/{idea}")).json()["accountable"] == lena


@pytest.mark.parametrize("which", KINDS)
async def test_who_has_it_from_somebody_who_is_gone_answers_by_the_same_date(
    house: House, which: Any
) -> None:
    kind, path, body, named, act, answer = which
    rik, lena = f"rik-{uuid4()}", f"lena-{uuid4()}"
    matter = await asked(house, path, body | {named: rik})
    before = (await house.get(f"{path}/{matter}")).json()
    heard = envelope(PromisePassedOn(
        matter=kind, subject=SubjectId(UUID(matter)), author=PersonId("anna"), cause="left",
        previous=PersonId(rik), accountable=PersonId(lena), at=house.parts.clock.now(),
        due=datetime.fromisoformat(before["due"]),
    ))  # fmt: skip
    await house.hear_again(heard)
    await house.hear_again(heard)  # as it may come twice
    shown = (await house.get(f"{path}/{matter}")).json()
    assert (shown["accountable"], shown["due"]) == (lena, before["due"])
    assert [step["more"].get("cause") for step in shown["steps"]] == [None, "left"]
    done = await house.post(f"{path}/{matter}/{act}", answer, f"{lena}:employee")
    assert done.status_code == 200, done.text


async def test_an_idea_is_handed_over_by_whoever_is_to_go_on_with_it(house: House) -> None:
    idea = await house.submitted()
    await answered(house, idea)
    before = (await house.get(f"/ideas/{idea}")).json()
    path, over = f"/ideas/{idea}/hand-over", {"to": "lena", "reason": "Zij kent de klant."}
    assert (await house.post(path, over, "cas:employee")).status_code == 403
    done = await house.post(path, over, "rik:reviewer")
    assert (done.status_code, done.json()["accountable"]) == (200, "lena")
    assert done.json()["due"] == before["due"]
    steps = (await house.get(f"/ideas/{idea}/timeline")).json()["steps"]
    assert (steps[-1]["type"], steps[-1]["words"]) == (
        "IdeaHandedOver", {"reason": "Zij kent de klant."},
    )  # fmt: skip
    back = await house.post(path, over | {"to": "desk"}, "eva:desk")
    assert back.json()["accountable"] == "desk"
