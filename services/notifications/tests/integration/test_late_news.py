"""What is heard late: past and imported steps, dates that are over, and a word that was in time."""

from datetime import timedelta

import pytest

from contracts.feedback import ReviewerAssigned
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaSubmitted,
)
from contracts.notifications import PromiseKept, PromiseMade
from contracts.vocabulary import IdeaId
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    ANNA,
    DESK,
    LONG_AGO,
    RIK,
    list_people,
    unanswered,
    under_review,
)

pytestmark = pytest.mark.integration


async def test_a_past_step_tells_nobody_anything(house: House, idea: IdeaId) -> None:
    event = await under_review(house, idea)
    await house.hear(event, recorded_at=LONG_AGO)
    assert await house.notices() == []
    assert len(await house.events("loop", idea)) == 1


async def test_a_step_that_a_clock_dated_before_the_first_start_is_told_all_the_same(
    house: House, idea: IdeaId
) -> None:
    event = await under_review(house, idea)
    await house.hear(event, recorded_at=house.parts.first_start - timedelta(hours=1))
    assert [n["kind"] for n in await house.notices()] == ["promise_made"]


async def test_an_imported_step_makes_a_promise_and_tells_nobody(
    house: House, idea: IdeaId
) -> None:
    at = await house.now()
    await house.hear(IdeaAccepted(idea=idea, author=ANNA, at=LONG_AGO, origin="imported"))
    due = house.parts.calendar.add_working_days(at, 5)
    await house.hear(
        IdeaAccepted(
            idea=idea, author=ANNA, accountable=DESK, due=due, at=LONG_AGO, origin="imported"
        )
    )
    assigned = ReviewerAssigned(idea=idea, author=ANNA, reviewer=RIK, at=at, origin="imported")
    await house.hear(assigned)
    assert await house.notices() == []
    assert [type(e) for e in await house.events("loop", idea)] == [PromiseMade]
    await house.pass_time((await house.timers(idea))["remind"])
    await house.pass_time(due)
    assert [n["kind"] for n in await house.notices()] == [
        "reminder",
        "promise_broken",
        "escalated",
    ]


async def test_a_date_that_was_past_when_heard_of_waits_for_what_is_on_its_way(
    house: House, idea: IdeaId
) -> None:
    at = await house.now() - timedelta(days=90)
    due = at + timedelta(days=30)
    await house.hear(IdeaSubmitted(idea=idea, author=ANNA, accountable=DESK, due=due, at=at))
    assert (await house.timers(idea))["due"] > await house.now()
    await house.pass_time(await house.now())
    assert len(await house.events("loop", idea)) == 1


async def test_a_word_in_time_that_is_heard_late_takes_back_that_its_promise_was_broken(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    await house.hear(event := await under_review(house, idea))
    assert event.due is not None
    in_time = event.due - timedelta(hours=1)
    await house.pass_time(event.due)
    counted = "SELECT broken, kept, missed FROM loop WHERE subject = $1"
    row = await house.parts.db.pool.fetchrow(counted, idea)
    assert tuple(row) == (1, 0, [event.due])
    await house.hear(IdeaDeclined(idea=idea, author=ANNA, by=RIK, at=in_time))
    kept = (await house.events("loop", idea))[-1]
    assert isinstance(kept, PromiseKept)
    assert (kept.accountable, kept.due, kept.at) == (RIK, event.due, in_time)
    row = await house.parts.db.pool.fetchrow(counted, idea)
    assert tuple(row) == (0, 1, [])
    assert await unanswered(house) == 0
