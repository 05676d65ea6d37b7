"""Who stands in for somebody who is away hears of what is due meanwhile, once for each promise."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.ideas import IdeaAccepted
from contracts.notifications import Escalated, PromisePassedOn
from contracts.outside import AbsencePlanned, DeputyNamed, PersonErased, PersonLeft, PersonListed
from contracts.vocabulary import IdeaId, PersonId
from notifications.consumers import passing_on, standing_in
from services.notifications.tests.house import House
from services.notifications.tests.integration.promising import (
    ANNA,
    DESK,
    HUGO,
    LENA,
    RIK,
    STAN,
    submitted,
)
from services.notifications.tests.integration.test_outages import come_back

pytestmark = pytest.mark.integration
DAY = timedelta(days=1)


async def accepted(
    house: House, idea: IdeaId, days: int = 10, author: PersonId = ANNA
) -> tuple[IdeaAccepted, date]:
    """Let Lena owe the next word about an idea; return that, and the day on which it is due."""
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, days)
    event = IdeaAccepted(idea=idea, author=author, by=RIK, accountable=LENA, due=due, at=at)
    await house.hear(event)
    return event, house.parts.calendar.local_date(due)


async def list_people(house: House) -> None:
    at = await house.now()
    await house.hear(PersonListed(person=LENA, deputy=STAN, roles=("lead",), at=at))
    await house.hear(PersonListed(person=STAN, roles=("employee",), at=at))
    await house.hear(PersonListed(person=HUGO, roles=("employee",), at=at))


async def away(house: House, first: date, last: date, person: PersonId = LENA) -> None:
    planned = AbsencePlanned(person=person, first=first, last=last, at=await house.now())
    heard = await house.hear(planned)
    await house.hear_again(heard)


async def settled(house: House, day: date | None = None) -> None:
    """Let the morning of a day come, and what is passed on then be passed on."""
    if day is not None:
        await house.pass_time(house.parts.calendar.end_of(day) - timedelta(hours=8))
    later: datetime = await house.now() + timedelta(seconds=house.settings.grace_seconds)
    await house.pass_time(later)


async def stands_in(house: House) -> list[Any]:
    return [
        (n["person"], n["idea"], n["previous"]) for n in await house.notices(kind="standing_in")
    ]


async def test_a_deputy_hears_on_the_first_morning_what_is_due_while_somebody_is_away(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    event, day = await accepted(house, idea)
    await away(house, day - 3 * DAY, day + 3 * DAY)
    await settled(house)
    assert await stands_in(house) == []
    await settled(house, day - 3 * DAY)
    await settled(house)
    assert await stands_in(house) == [(STAN, idea, LENA)]
    (told,) = await house.notices(kind="standing_in")
    assert (told["due"], told["owed"]) == (event.due, True)


async def test_what_is_due_after_the_return_or_by_others_is_told_to_no_deputy(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    _, day = await accepted(house, idea)
    await away(house, day - 3 * DAY, day - DAY)
    await away(house, day - 3 * DAY, day + DAY, HUGO)
    await settled(house, day - 3 * DAY)
    assert await stands_in(house) == []


async def test_whoever_is_made_accountable_while_away_has_a_deputy_who_hears_of_it(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    today = house.parts.calendar.local_date(await house.now())
    await away(house, today - DAY, today + 30 * DAY)
    await accepted(house, idea)
    assert await stands_in(house) == [(STAN, idea, LENA)]
    await settled(house)
    assert len(await stands_in(house)) == 1  # the same promise is told once


async def test_another_deputy_hears_of_it_too_and_one_who_is_away_does_not(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    today = house.parts.calendar.local_date(await house.now())
    await away(house, today - DAY, today + 30 * DAY, STAN)
    await away(house, today - DAY, today + 30 * DAY)
    await accepted(house, idea)
    await settled(house)
    assert await stands_in(house) == []
    await house.hear(DeputyNamed(person=LENA, deputy=HUGO, at=await house.now()))
    await settled(house)
    assert await stands_in(house) == [(HUGO, idea, LENA)]


async def test_nobody_stands_in_for_a_promise_to_themselves_or_to_an_alias(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    _, day = await accepted(house, idea, author=PersonId("alias-7"))
    await accepted(house, IdeaId(UUID(int=idea.int ^ 1)), author=STAN)
    await away(house, day - DAY, day + DAY)
    await settled(house, day - DAY)
    assert await stands_in(house) == []


async def test_many_promises_are_told_some_at_a_time(
    house: House, idea: IdeaId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_in, "MOST", 2)
    await list_people(house)
    ideas = {IdeaId(UUID(int=idea.int ^ number)) for number in range(5)}
    for each in ideas:
        await house.hear(await submitted(house, each))
        _, day = await accepted(house, each)
    await away(house, day - DAY, day)
    await settled(house, day - DAY)
    assert {told[1] for told in await stands_in(house)} == ideas


async def test_a_date_that_an_outage_moved_is_told_to_the_deputy_as_well(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    today = house.parts.calendar.local_date(await house.now())
    await away(house, today - DAY, today + 30 * DAY)
    event, _ = await accepted(house, idea)
    assert event.due is not None
    await come_back(house, event.due + timedelta(hours=1))
    first, moved = await house.notices(kind="standing_in")
    assert (first["person"], moved["person"]) == (STAN, STAN)
    assert first["due"] == event.due < moved["due"]


async def passed_on(house: House, idea: IdeaId) -> list[tuple[str, str, str]]:
    found = await house.events("loop", idea)
    return [
        (e.previous, e.accountable, e.cause) for e in found if isinstance(e, PromisePassedOn)
    ]  # fmt: skip


async def who_is_told(house: House, kind: str) -> list[tuple[str, str | None]]:
    return [(n["person"], n["previous"]) for n in await house.notices(kind=kind)]


@pytest.mark.parametrize("gone", [PersonLeft, PersonErased])
async def test_what_somebody_owes_who_left_is_anothers_by_the_same_date(
    house: House, idea: IdeaId, gone: Any
) -> None:
    await list_people(house)
    event, _ = await accepted(house, idea)
    heard = await house.hear(gone(person=LENA, at=await house.now()))
    await house.hear_again(heard)
    assert await passed_on(house, idea) == []  # until feedback has passed on what it can
    await settled(house)
    # Who is erased has no deputy any more: the next step of the ladder is asked.
    to = STAN if gone is PersonLeft else DESK
    assert await passed_on(house, idea) == [(LENA, to, "left")]
    assert set(await who_is_told(house, "entrusted")) == {(LENA, None), (to, LENA)}
    assert await who_is_told(house, "promise_made") == [(ANNA, LENA)]
    assert event.due is not None
    await house.pass_time(event.due + timedelta(minutes=1))
    last = (await house.events("loop", idea))[-1]
    assert isinstance(last, Escalated)
    assert last.previous == to


async def test_who_is_back_keeps_what_they_owe(house: House, idea: IdeaId) -> None:
    await list_people(house)
    await accepted(house, idea)
    await house.hear(PersonLeft(person=LENA, at=await house.now()))
    await house.hear(PersonListed(person=LENA, deputy=STAN, at=await house.now() + DAY))
    await settled(house)
    assert await passed_on(house, idea) == []


async def test_what_is_promised_in_the_name_of_who_left_goes_on_at_once(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    await house.hear(PersonLeft(person=LENA, at=await house.now()))
    await settled(house)
    await accepted(house, idea)
    await settled(house)
    assert await passed_on(house, idea) == [(LENA, STAN, "left")]


async def test_a_long_absence_is_not_waited_out_and_a_short_one_is(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    _, day = await accepted(house, idea)
    long = house.settings.long_absence_days * DAY
    await away(house, day - 2 * DAY, day - 3 * DAY + long)
    await settled(house, day - 2 * DAY)
    await settled(house)
    assert await passed_on(house, idea) == []
    assert await stands_in(house) == [(STAN, idea, LENA)]
    await away(house, day - 2 * DAY, day - 2 * DAY + long)
    await settled(house)
    assert await passed_on(house, idea) == [(LENA, STAN, "away")]


async def test_of_a_long_absence_what_is_due_after_it_waits_for_the_return(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    await accepted(house, idea, days=90)
    today = house.parts.calendar.local_date(await house.now())
    await away(house, today, today + house.settings.long_absence_days * DAY)
    await settled(house)
    assert await passed_on(house, idea) == []


async def test_many_promises_of_who_left_are_passed_on_some_at_a_time(
    house: House, idea: IdeaId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing_on, "MOST", 2)
    await list_people(house)
    ideas = [IdeaId(UUID(int=idea.int ^ n)) for n in range(5)]
    for each in ideas:
        await accepted(house, each)
    await house.hear(PersonLeft(person=LENA, at=await house.now()))
    await settled(house)
    await settled(house)
    for each in ideas:
        assert await passed_on(house, each) == [(LENA, STAN, "left")]
