"""Everybody may be away more than once: what was told before or after does not undo it."""

import json
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest

from contracts.notifications import Escalated
from contracts.outside import PersonErased
from contracts.vocabulary import IdeaId
from services.notifications.tests.house import House
from services.notifications.tests.integration import promising
from services.notifications.tests.integration.promising import LENA, RIK, STAN, under_review
from services.notifications.tests.integration.test_standing_in import (
    DAY,
    accepted,
    away,
    list_people,
    passed_on,
    settled,
    stands_in,
)

pytestmark = pytest.mark.integration
_MIGRATION = "notifications.migrations.versions.0020_absences"


async def test_a_long_absence_is_passed_on_though_a_later_one_was_told_after_it(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    _, day = await accepted(house, idea)
    first = day - 3 * DAY
    await away(house, first, first + 60 * DAY)
    await away(house, first + 200 * DAY, first + 207 * DAY)
    await settled(house, first)
    await settled(house)
    assert await passed_on(house, idea) == [(LENA, STAN, "away")]


async def test_a_short_absence_has_a_deputy_though_a_later_one_was_told_after_it(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    _, day = await accepted(house, idea)
    await away(house, day - DAY, day + DAY)
    await away(house, day + 200 * DAY, day + 207 * DAY)
    await settled(house, day - DAY)
    await settled(house)
    assert await stands_in(house) == [(STAN, idea, LENA)]


async def test_a_broken_promise_goes_to_the_deputy_of_who_is_away_now(
    house: House, idea: IdeaId
) -> None:
    await promising.list_people(house)
    event = await under_review(house, idea)
    assert event.due is not None
    day = event.due.date()
    await away(house, day - 2 * DAY, day + 10 * DAY)
    await away(house, day + 100 * DAY, day + 110 * DAY)
    await house.hear(event)
    await house.pass_time(event.due)
    up = [e for e in await house.events("loop", idea) if isinstance(e, Escalated)]
    assert [(e.previous, e.accountable) for e in up] == [(RIK, STAN)]


async def test_absences_that_follow_each_other_are_one_and_may_be_long_together(
    house: House, idea: IdeaId
) -> None:
    await list_people(house)
    _, day = await accepted(house, idea)
    half = timedelta(days=house.settings.long_absence_days // 2 + 1)
    await away(house, day - DAY, day - DAY + half)
    await away(house, day + half, day + 2 * half)
    await settled(house, day - DAY)
    await settled(house)
    await settled(house)
    assert await stands_in(house) == []
    assert await passed_on(house, idea) == [(LENA, STAN, "away")]


async def known(house: House) -> set[str]:
    return {row["person"] for row in await house.parts.db.pool.fetch("SELECT * FROM absence")}


async def test_when_somebody_erased_was_away_is_forgotten(house: House) -> None:
    today = house.parts.calendar.local_date(await house.now())
    await away(house, today, today)
    assert await known(house) == {LENA}
    await house.hear(PersonErased(person=LENA, at=await house.now()))
    assert await known(house) == set()
    await list_people(house)
    await house.hear(PersonErased(person=LENA, at=await house.now()))
    await away(house, today, today)
    assert await known(house) == set()


async def test_what_was_heard_before_this_was_kept_is_known_from_the_journal(
    house: House, idea: IdeaId
) -> None:
    at, topic, pool = await house.now(), str(uuid4()), house.parts.db.pool
    spans = [
        ("2031-01-01", "2031-03-01"),
        ("2031-08-01", "2031-08-09"),
        ("2031-08-01", "2031-08-09"),
    ]
    told = [
        *(("people.AbsencePlanned", {"person": LENA, "first": a, "last": b}) for a, b in spans),
        ("feedback.ReviewerRecused", {"idea": str(idea), "reviewer": STAN, "by": STAN}),
        ("feedback.AppealLodged", {"idea": str(idea), "by": "anna", "against": RIK}),
    ]
    for off, (name, data) in enumerate(told):
        await pool.execute(
            "INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, version, "
            "occurred_at, recorded_at, data) "
            "VALUES ('before', $1, 0, $2, $1, 'kiem/x', $3, $1, $2, $4, $4, $5)",
            topic, off + 1, f"kiem.{name}.v1", at, json.dumps(data),
        )  # fmt: skip
    await pool.execute(import_module(_MIGRATION).HEARD)
    rows = await pool.fetch("SELECT * FROM absence WHERE person = $1", LENA)
    assert {(f"{row['first']}", f"{row['last']}") for row in rows} >= set(spans)
    rows = await pool.fetch("SELECT person FROM stands_apart WHERE idea = $1", idea)
    assert {row["person"] for row in rows} == {STAN, RIK}
