"""Events of other systems are known by source and id, as long as they may come."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.consuming import Heard, Subscription, dedupe
from chassis.consuming.reading import read
from contracts.outside import USAGE_TOPIC

from .moody import redrive
from .stage import Line, Stage, messages, told, used

pytestmark = pytest.mark.integration


async def test_outsiders_events_are_known_by_source_and_id_as_long_as_they_may_come(
    stage: Stage,
) -> None:
    """C2: an id is forgotten only when its event would be refused as too old."""
    line = Line(stage, Subscription(USAGE_TOPIC, stage.told, max_age=timedelta(days=30)))
    now = datetime.now(UTC)
    fresh = told(used("p-1", now), id="1", source="urn:a")
    other_source = told(used("p-1", now), id="1", source="urn:b")
    oldest = told(used("p-1", now - timedelta(days=29)), id="2", source="urn:a")
    too_old = told(used("p-1", now - timedelta(days=31)), id="3", source="urn:a")
    await line.hear([fresh, fresh, other_source, oldest, too_old, fresh, oldest], USAGE_TOPIC)
    assert await stage.count("effect") == 3
    ((offset, reason, _),) = await line.parked()
    assert (offset, reason) == (4, "it is older than 30 days: import it from a file instead")
    kept = await stage.owner.fetch("SELECT expires_at FROM inbox ORDER BY 1")
    assert all(row["expires_at"] > now for row in kept)


async def test_what_is_imported_is_known_for_ever_also_where_it_was_told_before(
    stage: Stage,
) -> None:
    """C2: of a file that is imported again, years later, nothing counts twice."""
    now, month = datetime.now(UTC), timedelta(days=30)
    records = [told(used("p-1", now), id=name) for name in ("1", "2", "2")]
    heard = [read(message).heard for message in messages(records, topic=USAGE_TOPIC)]
    both, one, again = [event for event in heard if event]

    async def enter(*events: Heard, max_age: timedelta | None) -> list[bool]:
        async with stage.db.transaction() as tx:
            return await dedupe.enter(tx.raw, events, max_age)

    assert await enter(both, max_age=month) == [True]
    assert await enter(both, one, again, max_age=None) == [False, True, False]
    assert await enter(one, both, max_age=None) == [False, False]
    assert await enter(one, both, max_age=month) == [False, False]
    assert await stage.count("inbox WHERE expires_at IS NULL") == 2


async def test_what_came_too_late_holds_nobody_back_and_can_not_be_redriven(stage: Stage) -> None:
    """C2: it could have been counted already, and nobody would know."""
    line = Line(stage, Subscription(USAGE_TOPIC, stage.told, max_age=timedelta(days=30)))
    now = datetime.now(UTC)
    old, new = told(used("p-1", now - timedelta(days=31))), told(used("p-1", now))
    await line.hear([old, new], USAGE_TOPIC)
    assert await stage.count("effect") == 1
    assert await redrive(line) == (0, 1, 0)
    assert len(await line.parked()) == 1
    assert await stage.count("effect") == 1


async def test_ids_that_could_not_come_any_more_are_forgotten_and_no_others(stage: Stage) -> None:
    """C2: the inbox does not grow for ever."""
    now = datetime.now(UTC)
    moments = [now - timedelta(seconds=1), now + timedelta(hours=1), None]
    for number, moment in enumerate(moments):
        await stage.owner.execute("INSERT INTO inbox VALUES ($1, $2)", bytes([number] * 16), moment)
    await dedupe.forget(stage.db.pool)
    left = await stage.owner.fetch("SELECT expires_at FROM inbox")
    assert {row["expires_at"] for row in left} == set(moments[1:])
