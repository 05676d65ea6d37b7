"""The promise of an idea, kept in a real database: heard, reminded, broken, handed up."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from contracts.feedback import ReviewerAssigned
from contracts.handed_up import IdeaHandedUp
from contracts.ideas import (
    IdeaDeclined,
    IdeaRealised,
    IdeaRevised,
    PilotMeasured,
)
from contracts.notifications import Escalated, PromiseBroken, PromiseKept, PromiseMade
from contracts.outside import PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import IdeaId, SubjectId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    ANNA,
    DESK,
    HUGO,
    LENA,
    RIK,
    STAN,
    climbed_while_the_lead_is_away,
    list_people,
    submitted,
    unanswered,
    under_review,
)

pytestmark = pytest.mark.integration


async def test_a_step_and_its_promise_reminder_and_date_are_there_together(
    house: House, idea: IdeaId
) -> None:
    event = await submitted(house, idea)
    await house.hear(event)
    (made,) = await house.events("loop", idea)
    assert event.due is not None
    assert made == PromiseMade(
        matter="idea", subject=SubjectId(idea), idea=idea, author=ANNA, accountable=DESK,
        due=event.due, at=event.at,
    )  # fmt: skip
    timers = await house.timers(idea)
    assert timers["due"] == event.due
    assert house.parts.calendar.add_working_days(timers["remind"], 1) == event.due
    assert [n["kind"] for n in await house.notices()] == ["acknowledgement"]


async def test_a_day_of_reminding_that_comes_while_a_step_is_followed_is_not_passed_over(
    house: House, idea: IdeaId, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await submitted(house, idea)
    assert event.due is not None
    early = house.parts.calendar.add_working_days(event.due, -1)
    append = house.parts.store.append

    async def until_the_day_has_come(*what: Any) -> Any:
        monkeypatch.undo()
        done = await append(*what)
        await house.parts.db.pool.execute(
            "UPDATE clock_offset SET forward = forward + ($1::timestamptz - kiem_now())", early
        )
        return done

    monkeypatch.setattr(house.parts.store, "append", until_the_day_has_come)
    await house.hear(event)
    await house.pass_time(await house.now())
    told = [(n["kind"], n["person"]) for n in await house.notices()]
    assert told == [("acknowledgement", ANNA), ("reminder", DESK)]


async def test_the_same_fact_heard_again_changes_nothing(house: House, idea: IdeaId) -> None:
    heard = await house.hear(await submitted(house, idea))
    await house.hear(await under_review(house, idea))
    before = await house.notices(), await house.events("loop", idea), await house.timers(idea)
    await house.hear_again(heard)
    after = await house.notices(), await house.events("loop", idea), await house.timers(idea)
    assert before == after


async def test_a_promise_that_is_not_kept_climbs_the_ladder_and_everybody_is_told(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    await house.hear(await submitted(house, idea))
    review = await under_review(house, idea)
    await house.hear(review)
    assert review.due is not None
    await house.pass_time((await house.timers(idea))["remind"])
    await house.pass_time(review.due)
    events = await house.events("loop", idea)
    assert [type(e) for e in events[-2:]] == [PromiseBroken, Escalated]
    assert (events[-1].accountable, events[-1].rung) == (LENA, "lead")
    told = [(n["kind"], n["person"]) for n in await house.notices()]
    assert told[-3:] == [("reminder", RIK), ("promise_broken", ANNA), ("escalated", LENA)]
    assert await unanswered(house) == 1
    await house.pass_time(events[-1].due)
    await house.pass_time((await house.timers(idea))["due"])
    await house.pass_time((await house.timers(idea))["due"])
    climbed = [e.accountable for e in await house.events("loop", idea) if isinstance(e, Escalated)]
    assert climbed == [LENA, HUGO, DESK, DESK]
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=LENA, at=await house.now()))
    assert await unanswered(house) == 0


async def test_what_ideas_says_of_a_promise_that_was_handed_up_is_heard_and_is_no_news(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    review = await under_review(house, idea)
    await house.hear(review)
    assert review.due is not None
    await house.pass_time(review.due)
    up = (await house.events("loop", idea))[-1]
    before = await house.notices(), await house.events("loop", idea), await house.timers(idea)
    said = {"idea": idea, "author": ANNA, "accountable": up.accountable, "due": up.due}
    await house.hear(IdeaHandedUp(previous=RIK, at=up.at, **said))
    await house.hear(IdeaRevised(at=up.at, **said))  # the promise that it repeats is the new one
    after = await house.notices(), await house.events("loop", idea), await house.timers(idea)
    assert before == after


async def test_an_absent_lead_is_stood_in_for_and_who_left_is_skipped(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    assert await climbed_while_the_lead_is_away(house, idea) == [STAN, DESK]


async def test_the_directory_believes_the_later_fact_whatever_comes_first(
    house: House, idea: IdeaId
) -> None:
    at = await house.now()
    later = PersonListed(person=RIK, lead=LENA, at=at)
    await house.hear(later)
    await house.hear(PersonListed(person=RIK, lead=HUGO, at=at - timedelta(days=9)))
    await house.hear(PersonLeft(person=LENA, at=at - timedelta(days=5)))
    await house.hear(PersonListed(person=LENA, at=at - timedelta(days=1)))
    event = await under_review(house, idea)
    await house.hear(event)
    assert event.due is not None
    await house.pass_time(event.due)
    escalated = (await house.events("loop", idea))[-1]
    assert escalated.accountable == LENA


async def test_a_reminder_that_comes_after_its_date_says_nothing(
    house: House, idea: IdeaId
) -> None:
    event = await under_review(house, idea)
    await house.hear(event)
    assert event.due is not None
    await house.pass_time(event.due)
    assert await house.notices(kind="reminder") == []


async def test_an_answer_in_time_keeps_the_promise_and_its_timers_are_gone(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await under_review(house, idea))
    at = await house.now()
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=at))
    assert [type(e) for e in await house.events("loop", idea)] == [PromiseMade, PromiseKept]
    assert await house.timers(idea) == {}
    assert [n["kind"] for n in await house.notices()][-1] == "decision"


async def test_a_reviewer_is_told_whichever_topic_comes_first(house: House, idea: IdeaId) -> None:
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 20)
    await house.hear(ReviewerAssigned(idea=idea, author=ANNA, reviewer=RIK, due=due, at=at))
    await house.hear(await submitted(house, idea))
    assert [(n["kind"], n["person"]) for n in await house.notices()] == [
        ("review_assigned", RIK),
        ("acknowledgement", ANNA),
    ]


async def test_the_reviewers_name_joins_an_acknowledgement_that_is_not_sent_yet(
    house: House, idea: IdeaId
) -> None:
    await house.hear(await submitted(house, idea))
    review = await under_review(house, idea)
    await house.hear(review)
    (told,) = await house.notices()
    assert (told["kind"], told["accountable"], told["due"]) == (
        "acknowledgement",
        RIK,
        review.due,
    )


async def test_a_timer_gives_way_to_a_step_that_is_being_followed(
    house: House, idea: IdeaId
) -> None:
    event = await under_review(house, idea)
    await house.hear(event)
    assert event.due is not None
    async with house.parts.db.transaction() as tx:
        await tx.raw.fetchval("SELECT 1 FROM loop WHERE subject = $1 FOR UPDATE", idea)
        with pytest.raises(asyncpg.LockNotAvailableError):
            await house.pass_time(event.due)
    await house.pass_time(event.due)
    assert isinstance((await house.events("loop", idea))[-1], Escalated)


async def test_an_erased_person_leaves_no_details_no_waiting_mail_and_no_place_on_the_ladder(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    await house.introduce(LENA, "Lena Bos")
    await house.hear(await submitted(house, idea))
    at = await house.now()
    await house.introduce(ANNA, "Anna de Wit")
    await house.hear(PersonErased(person=ANNA, at=at))
    await house.hear(PersonErased(person=LENA, at=at))
    await house.hear(PersonListed(person=LENA, lead=HUGO, at=at + timedelta(days=1)))
    assert await house.parts.db.pool.fetchval("SELECT count(*) FROM contact") == 0
    assert [n["mail"] for n in await house.notices(person=ANNA)] == ["none"]
    review = await under_review(house, idea)
    await house.hear(review)
    assert review.due is not None
    await house.pass_time(review.due)
    assert (await house.events("loop", idea))[-1].accountable == DESK


async def test_a_measurement_does_not_open_a_finished_idea(house: House, idea: IdeaId) -> None:
    at = await house.now()
    await house.hear(await submitted(house, idea))
    await house.hear(IdeaRealised(idea=idea, author=ANNA, at=at))
    await house.hear(PilotMeasured(idea=idea, author=ANNA, at=at))
    open_ideas = await house.parts.db.pool.fetchval(
        "SELECT count(*) FROM loop WHERE subject = $1 AND NOT finished", idea
    )
    assert open_ideas == 0
