"""A reviewer goes on holiday: what is due meanwhile passes to the deputy, by the date promised."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from chassis.timers import TimerLoop
from contracts.feedback import ReviewerAssigned
from contracts.ideas import IdeaSubmitted
from contracts.outside import AbsencePlanned, DeputyNamed
from local.databases import Addresses
from services.feedback.tests.house import House, emptied, opened, reviewer, submitted
from services.feedback.tests.stories import RIK, SAM, TESS

pytestmark = pytest.mark.integration
DAY = timedelta(days=1)


@pytest.fixture
async def house(database: Addresses) -> AsyncIterator[House]:
    async with opened(database, development=True) as found:
        await found.parts.db.pool.execute("DELETE FROM timer")
        now = await _now(await emptied(found))
        await found.hear(reviewer(RIK, at=now, department="sales", deputy=SAM))
        await found.hear(reviewer(SAM, at=now), reviewer(TESS, at=now))
        yield found


async def _now(house: House) -> datetime:
    await house.parts.clock.sync()
    return house.parts.clock.now()


async def asked(house: House) -> tuple[IdeaSubmitted, ReviewerAssigned]:
    """Return an idea that Rik reviews, with how he was named."""
    now = await _now(house)
    await house.hear(idea := submitted(at=now, due=now + 7 * DAY))
    (named,) = await naming(house, idea)
    assert named.reviewer == RIK
    return idea, named


async def naming(house: House, idea: IdeaSubmitted) -> list[ReviewerAssigned]:
    return [e for e in await house.told(idea.idea) if isinstance(e, ReviewerAssigned)]


async def away(house: House, first: date, last: date) -> None:
    planned = AbsencePlanned(person=RIK, first=first, last=last, at=await _now(house))
    heard = house.heard(planned)
    await house.hear_again(heard)
    await house.hear_again(heard)  # as it may come twice


async def pass_time(house: House, until: datetime) -> None:
    """Move the clock to a moment, and fire what is due then."""
    await house.parts.db.pool.execute(
        "UPDATE clock_offset SET forward = forward + ($1::timestamptz - kiem_now())", until
    )
    await house.parts.clock.sync()
    assert house.service.on_timer is not None
    timers = TimerLoop(house.parts.db, house.service.on_timer)
    while await timers._fire():
        pass
    await house.follow()


async def test_what_is_due_while_its_reviewer_is_away_passes_to_the_deputy(house: House) -> None:
    idea, named = await asked(house)
    assert named.due is not None
    day = house.parts.calendar.local_date(named.due)
    await away(house, day - 3 * DAY, day + 3 * DAY)
    await pass_time(house, house.parts.calendar.end_of(day - 4 * DAY))
    assert len(await naming(house, idea)) == 1
    await pass_time(house, house.parts.calendar.end_of(day - 3 * DAY))
    (_, stands_in) = await naming(house, idea)
    assert (stands_in.reviewer, stands_in.by, stands_in.due) == (SAM, None, named.due)
    assert await house.reviewer(idea.idea) == SAM


async def test_whom_a_reviewer_chose_stands_in_before_whom_the_directory_names(
    house: House,
) -> None:
    await house.hear(DeputyNamed(person=RIK, deputy=TESS, at=await _now(house)))
    await house.hear(reviewer(RIK, at=await _now(house), department="sales", deputy=SAM))
    idea, named = await asked(house)
    assert named.due is not None
    day = house.parts.calendar.local_date(named.due)
    await away(house, day - DAY, day)
    await pass_time(house, house.parts.calendar.end_of(day - DAY))
    assert [each.reviewer for each in await naming(house, idea)] == [RIK, TESS]


async def test_what_is_due_after_the_return_waits_for_it(house: House) -> None:
    idea, named = await asked(house)
    assert named.due is not None
    day = house.parts.calendar.local_date(named.due)
    await away(house, day - 9 * DAY, day - 1 * DAY)
    await pass_time(house, house.parts.calendar.end_of(day - 5 * DAY))
    assert len(await naming(house, idea)) == 1


async def test_an_absence_that_has_begun_when_it_is_heard_of_counts_at_once(house: House) -> None:
    idea, named = await asked(house)
    assert named.due is not None
    day = house.parts.calendar.local_date(named.due)
    await pass_time(house, named.due - 2 * DAY)
    await away(house, day - 5 * DAY, day)
    await pass_time(house, named.due - 2 * DAY + timedelta(minutes=1))
    assert [each.reviewer for each in await naming(house, idea)] == [RIK, SAM]


async def test_two_absences_are_two_timers_and_one_that_is_over_is_none(house: House) -> None:
    idea, named = await asked(house)
    assert named.due is not None
    day, today = house.parts.calendar.local_date(named.due), (await _now(house)).date()
    await away(house, day - 1 * DAY, day + 1 * DAY)
    await away(house, day + 30 * DAY, day + 40 * DAY)
    await away(house, today - 9 * DAY, today - 2 * DAY)
    owners = await house.parts.db.pool.fetch("SELECT owner FROM timer")
    assert len(owners) == 2
    await pass_time(house, house.parts.calendar.end_of(day - 1 * DAY))
    assert [each.reviewer for each in await naming(house, idea)] == [RIK, SAM]


async def test_who_takes_a_review_over_by_hand_keeps_its_date(house: House) -> None:
    idea, named = await asked(house)
    assert named.due is not None
    await pass_time(house, named.due - 9 * DAY)
    path = f"/v1/reviews/{idea.idea}/reviewer"
    told = await house.tell(path, {"reviewer": TESS}, f"{RIK}:reviewer")
    assert datetime.fromisoformat(told.json()["due"]) == named.due
    (_, handed_over) = await naming(house, idea)
    assert (handed_over.reviewer, handed_over.by, handed_over.due) == (TESS, RIK, named.due)
