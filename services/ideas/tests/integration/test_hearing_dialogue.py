"""What a review says besides its answer moves the idea, and a parked one wakes on its day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from chassis.timers import TimerLoop
from contracts.feedback import (
    AppealLodged,
    QuestionAnswered,
    QuestionAsked,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewerRecused,
)
from contracts.ideas import IdeaReopened, IdeaRevived, PromiseMoved
from contracts.notifications import PromiseExtended
from contracts.vocabulary import AppealId, IdeaId, PersonId, QuestionId, SubjectId
from services.ideas.tests.acts import piloted
from services.ideas.tests.house import House, envelope

pytestmark = pytest.mark.integration

ANNA, RIK, DESK = map(PersonId, ("anna", "rik", "desk"))


async def reviewed(house: House) -> dict[str, Any]:
    """Return what every fact says about an idea that rik reviews."""
    idea, at = IdeaId(UUID(await house.submitted())), house.parts.clock.now()
    due = at + timedelta(days=28)
    await house.hear(ReviewerAssigned(idea=idea, author=ANNA, reviewer=RIK, at=at, due=due))
    return {"idea": idea, "author": ANNA, "at": at}


async def shown(house: House, about: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await house.get(f"/ideas/{about['idea']}")).json()
    return found


async def test_a_question_and_its_answer_move_the_promise(house: House) -> None:
    about = await reviewed(house)
    question = QuestionId(uuid4())
    later, sooner = about["at"] + timedelta(days=40), about["at"] + timedelta(days=33)
    asked = envelope(QuestionAsked(
        **about, question=question, by=RIK, asked_until=later, accountable=RIK, due=later
    ))  # fmt: skip
    for _ in range(2):
        await house.hear_again(asked)
    assert (await shown(house, about))["due"] == later.isoformat().replace("+00:00", "Z")
    await house.hear(
        QuestionAnswered(**about, question=question, by=ANNA, accountable=RIK, due=sooner)
    )
    moved = [e for e in await house.events(about["idea"]) if isinstance(e, PromiseMoved)]
    assert [(m.cause, m.due) for m in moved] == [("question", later), ("answer", sooner)]


async def test_a_date_that_passed_in_an_outage_is_taken_over_from_its_loop(house: House) -> None:
    about = await reviewed(house)
    was, later = about["at"] + timedelta(days=28), about["at"] + timedelta(days=30)
    extended = envelope(PromiseExtended(
        matter="idea", subject=SubjectId(about["idea"]), **about, accountable=RIK, was=was,
        due=later,
    ))  # fmt: skip
    for _ in range(2):
        await house.hear_again(extended)
    (moved,) = [e for e in await house.events(about["idea"]) if isinstance(e, PromiseMoved)]
    assert (moved.cause, moved.accountable, moved.due) == ("outage", RIK, later)


async def test_whoever_stands_aside_owes_nothing_any_more(house: House) -> None:
    about = await reviewed(house)
    due = about["at"] + timedelta(days=7)
    await house.hear(ReviewerRecused(**about, reviewer=RIK, by=RIK, accountable=DESK, due=due))
    found = await shown(house, about)
    assert (found["accountable"], found["reviewer"]) == (DESK, None)


async def test_an_appeal_opens_the_idea_and_another_answer_counts(house: House) -> None:
    about = await reviewed(house)
    await house.hear(ReviewCompleted(**about, reviewer=RIK, outcome="declined"))
    due = about["at"] + timedelta(days=7)
    await house.hear(AppealLodged(
        **about, appeal=AppealId(uuid4()), by=ANNA, against=RIK, accountable=DESK, due=due
    ))  # fmt: skip
    (*_, opened) = await house.events(about["idea"])
    assert isinstance(opened, IdeaReopened)
    assert (opened.to, opened.accountable, opened.due) == ("under_review", DESK, due)
    yes = ReviewCompleted(
        **about, reviewer=PersonId("tess"), outcome="accepted", accountable=RIK, due=due
    )
    await house.hear(yes)
    assert (await shown(house, about))["state"] == "accepted"


async def test_a_parked_idea_wakes_on_its_day_and_not_twice(house: House) -> None:
    about = await reviewed(house)
    day = house.parts.calendar.local_date(about["at"]) - timedelta(days=1)
    await house.hear(ReviewCompleted(
        **about, reviewer=RIK, outcome="parked", wake_on=day, accountable=DESK,
        due=about["at"] + timedelta(days=1),
    ))  # fmt: skip
    assert house.service.on_timer is not None
    timers = TimerLoop(house.parts.db, house.service.on_timer)
    for _ in range(2):
        await timers.step()
    woken = [e for e in await house.events(about["idea"]) if isinstance(e, IdeaRevived)]
    assert len(woken) == 1
    found = await shown(house, about)
    assert (found["state"], found["accountable"]) == ("submitted", DESK)


async def test_a_day_wakes_no_idea_that_waits_for_a_condition_by_now(house: House) -> None:
    about = await reviewed(house)
    parked: dict[str, Any] = {
        "reviewer": RIK, "outcome": "parked", "accountable": DESK,
        "due": about["at"] + timedelta(days=1),
    }  # fmt: skip
    day = house.parts.calendar.local_date(about["at"]) - timedelta(days=1)
    await house.hear(ReviewCompleted(**about, **parked, wake_on=day))
    path, why = f"/ideas/{about['idea']}/revival", {"reason": "de subsidie is er"}
    assert (await house.post(path, why, "eva:desk")).status_code == 200
    await house.hear(ReviewCompleted(**about | {"at": house.parts.clock.now()}, **parked))
    assert house.service.on_timer is not None
    assert await TimerLoop(house.parts.db, house.service.on_timer).step()
    assert (await shown(house, about))["state"] == "parked"


async def test_a_parked_idea_that_waits_for_later_sleeps_on(house: House) -> None:
    about = await reviewed(house)
    await house.hear(ReviewCompleted(
        **about, reviewer=RIK, outcome="parked", wake_on=date(2199, 3, 1), accountable=DESK,
        due=about["at"] + timedelta(days=1),
    ))  # fmt: skip
    rows = await house.rows("SELECT kind FROM timer WHERE owner = $1", f"idea-{about['idea']}")
    assert [row["kind"] for row in rows] == ["wake"]
    told = {"reason": "de subsidie is er"}
    woken = await house.post(f"/ideas/{about['idea']}/revival", told, "eva:desk")
    assert (woken.status_code, woken.json()["state"]) == (200, "submitted")


async def test_colleagues_join_a_pilot_and_an_author_says_who_has_the_idea(house: House) -> None:
    idea, pilot = await piloted(house)
    joined = await house.post(f"/ideas/{idea}/pilots/{pilot}/members", {}, "cas:employee")
    assert joined.status_code == 200, joined.text
    told = {"co_authors": ["cas"]}
    assert (await house.put(f"/ideas/{idea}/co-authors", "cas:employee", told)).status_code == 403
    assert (await house.put(f"/ideas/{idea}/co-authors", body=told)).status_code == 200
    found = (await house.get(f"/ideas/{idea}")).json()
    assert (sorted(found["team"]), found["co_authors"]) == (["bo", "cas"], ["cas"])


async def test_the_support_of_both_counts_after_a_merger_each_person_once(house: House) -> None:
    one, other = [await house.submitted(co_authors=[]) for _ in range(2)]
    for idea, people in ((one, "cd"), (other, "de")):
        for who in people:
            await house.put(f"/ideas/{idea}/support", f"{who}:employee")
    await house.post(f"/ideas/{one}/merger", {"into": other, "reason": "hetzelfde"}, "eva:desk")
    for idea in (one, other):
        await house.follow(idea)
        recorded = await house.parts.store.load(f"talk-{idea}")
        async with house.parts.db.transaction() as tx:
            for projection in house.service.projections:
                await projection.apply(tx, recorded)
    assert (await house.get(f"/ideas/{other}/talk")).json()["supporters"] == 3
    listed = (await house.get("/ideas", limit=100)).json()["items"]
    assert {i["supporters"] for i in listed if i["idea"] == other} == {3}


async def test_a_tool_changes_and_a_team_too(house: House) -> None:
    told = {"name": "planner", "why": "minder bellen", "question": "wat denk je?"}
    tool = (await house.post("/tools", told, "lia:lead")).json()["matter"]
    changed = await house.put(f"/tools/{tool}", "lia:lead", {"super_users": ["bo"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    today = house.parts.calendar.local_date(house.parts.clock.now())
    launch = {
        "question": "Hoe kan het anders?", "why": "tijd", "criteria": ["nut"], "hackathon": True,
        "first": f"{today}", "last": f"{today + timedelta(days=2)}",
    }  # fmt: skip
    challenge = (await house.post("/challenges", launch, "lia:lead")).json()["matter"]
    path = f"/challenges/{challenge}/teams"
    key = str(uuid4())
    team, again = [
        (await house.post(path, {"name": "Kiemen", "members": ["bo"]}, key=key)).json()["team"]
        for _ in range(2)
    ]
    assert team == again
    more = {"members": ["anna", "bo", "cas"]}
    assert (await house.put(f"{path}/{team}", "cas:employee", more)).status_code == 403
    assert (await house.put(f"{path}/{team}", "bo:employee", more)).status_code == 200
    assert (await house.put(f"{path}/{team}/members/me", "dirk:employee")).status_code == 200
    shown = (await house.get(f"/challenges/{challenge}")).json()
    assert shown["steps"][-1]["more"]["members"] == ["anna", "bo", "cas", "dirk"]


async def test_who_was_named_for_a_review_that_the_idea_left_behind_is_not_named_for_the_next(
    house: House,
) -> None:
    idea = IdeaId(UUID(await house.submitted()))
    (born,) = await house.events(idea)
    await house.post(f"/ideas/{idea}/withdrawal", {})
    back = {"to": "submitted", "reason": "er is nu geld"}
    assert (await house.post(f"/ideas/{idea}/reopening", back, "eva:desk")).status_code == 200
    (*_, opened) = await house.events(idea)
    assert isinstance(opened, IdeaReopened)
    about: dict[str, Any] = {"idea": idea, "author": ANNA, "at": born.at}
    named = ReviewerAssigned(
        **about, reviewer=RIK, due=born.at + timedelta(days=28), requested=born.at
    )
    await house.hear(named)
    assert (await shown(house, about))["state"] == "submitted"
    await house.hear(replace(named, requested=opened.at))
    found = await shown(house, about)
    assert (found["state"], found["reviewer"]) == ("under_review", RIK)
