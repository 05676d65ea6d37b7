"""A reviewer goes on holiday: what is due meanwhile passes to the deputy, by the date promised."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from chassis.timers import TimerLoop
from contracts.feedback import ReviewerAssigned
from contracts.ideas import IdeaSubmitted
from contracts.outside import AbsencePlanned, DeputyNamed, PersonErased, PersonLeft
from contracts.vocabulary import PersonId
from feedback.consumers.asking import Asking
from local.databases import Addresses
from services.feedback.tests.house import House, emptied, opened, reviewer, submitted
from services.feedback.tests.neighbour import Ideas, at_home
from services.feedback.tests.stories import RIK, SAM, TESS

pytestmark = pytest.mark.integration
DAY = timedelta(days=1)


async def staffed(house: House) -> House:
    """Empty a house, and let Rik review for sales, with Sam to stand in and Tess beside."""
    await house.parts.db.pool.execute("DELETE FROM timer")
    now = await _now(await emptied(house))
    await house.hear(reviewer(RIK, at=now, department="sales", deputy=SAM))
    await house.hear(reviewer(SAM, at=now), reviewer(TESS, at=now))
    return house


@pytest.fixture
async def house(database: Addresses) -> AsyncIterator[House]:
    async with opened(database, development=True) as found:
        yield await staffed(found)


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
    while await timers.step():
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


@pytest.fixture
async def ideas() -> AsyncIterator[Ideas]:
    async with at_home() as found:
        yield found


@pytest.fixture
async def house_among(database: Addresses, ideas: Ideas) -> AsyncIterator[House]:
    """A house that can ask `ideas` who stands too near."""
    own = {"ideas_url": ideas.url, "issuer": ideas.url, "development": True}
    async with opened(database, **own) as found:
        yield await staffed(found)


async def a_round(house: House) -> None:
    """Let feedback ask `ideas` about whatever waits for it."""
    _, asking = house.service.background
    assert isinstance(asking, Asking)
    await house.parts.clock.sync()
    await asking.step()
    await house.follow()


async def confidential(house: House) -> IdeaSubmitted:
    """Return a confidential idea that Rik reviews, who is away from now on."""
    now = await _now(house)
    idea = submitted(
        author=PersonId("alias-7"), co_authors=(), way="confidential", at=now, due=now + 7 * DAY
    )
    await house.hear(idea)
    await a_round(house)
    (named,) = await naming(house, idea)
    assert named.reviewer == RIK
    assert named.due is not None
    day = house.parts.calendar.local_date(named.due)
    await away(house, day - DAY, day)
    await pass_time(house, house.parts.calendar.end_of(day - DAY))
    assert [each.reviewer for each in await naming(house, idea)] == [RIK]
    return idea


async def test_a_confidential_review_passes_to_a_deputy_who_stands_apart(
    house_among: House, ideas: Ideas
) -> None:
    house = house_among
    idea = await confidential(house)
    ideas.asked.clear()
    await a_round(house)
    first, stands_in = await naming(house, idea)
    assert (stands_in.reviewer, stands_in.by, stands_in.due) == (SAM, None, first.due)
    assert stands_in.author == "alias-7"  # whose it is remains with `ideas`
    await a_round(house)
    assert ideas.asked == [SAM]
    assert len(await naming(house, idea)) == 2


async def test_a_confidential_review_stays_where_the_deputy_stands_too_near(
    house_among: House, ideas: Ideas, capsys: pytest.CaptureFixture[str]
) -> None:
    house = house_among
    ideas.near = {SAM}
    idea = await confidential(house)
    ideas.asked.clear()
    capsys.readouterr()
    await a_round(house)
    await a_round(house)
    assert ideas.asked == [SAM]
    assert [each.reviewer for each in await naming(house, idea)] == [RIK]
    assert str(SAM) not in capsys.readouterr().out  # no line tells who stands near


async def test_a_confidential_review_waits_while_ideas_is_away_and_no_longer_than_the_absence(
    house_among: House, ideas: Ideas
) -> None:
    house = house_among
    idea = await confidential(house)
    ideas.status = 503
    asked = len(ideas.asked)
    await a_round(house)
    assert len(ideas.asked) > asked
    left = "SELECT count(*) FROM stand_in_v1"
    assert await house.parts.db.pool.fetchval(left) == 1
    ideas.status = 200
    await pass_time(house, await _now(house) + 9 * DAY)
    await a_round(house)
    assert [each.reviewer for each in await naming(house, idea)] == [RIK]
    assert await house.parts.db.pool.fetchval(left) == 0


async def test_what_somebody_was_to_answer_who_left_is_the_deputys_by_the_same_date(
    house: House,
) -> None:
    idea, named = await asked(house)
    heard = house.heard(PersonLeft(person=RIK, at=await _now(house)))
    await house.hear_again(heard)
    await house.hear_again(heard)  # as it may come twice
    await pass_time(house, await _now(house) + timedelta(seconds=1))
    _, now = await naming(house, idea)
    assert (now.reviewer, now.due, now.by) == (SAM, named.due, None)


async def test_whoever_routing_finds_answers_for_who_left_without_a_deputy(house: House) -> None:
    idea, named = await asked(house)
    now = await _now(house)
    await house.hear(PersonLeft(person=SAM, at=now), PersonErased(person=RIK, at=now))
    await pass_time(house, now + timedelta(seconds=1))
    _, found = await naming(house, idea)
    assert (found.reviewer, found.due) == (TESS, named.due)


async def test_in_a_long_absence_without_a_deputy_somebody_else_answers(house: House) -> None:
    idea, named = await asked(house)
    now = await _now(house)
    await house.hear(PersonLeft(person=SAM, at=now))
    today = house.parts.calendar.local_date(now)
    await away(house, today, today + 42 * DAY)
    await pass_time(house, now + DAY)
    _, found = await naming(house, idea)
    assert (found.reviewer, found.due) == (TESS, named.due)


async def test_who_is_back_before_it_was_passed_on_keeps_it(house: House) -> None:
    idea, _ = await asked(house)
    now = await _now(house)
    await house.hear(PersonLeft(person=RIK, at=now), reviewer(RIK, at=now + DAY))
    await pass_time(house, now + timedelta(seconds=1))
    assert len(await naming(house, idea)) == 1
