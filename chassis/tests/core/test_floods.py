"""When dead letters are a bad day: a flood stops its partition, failures far apart do not."""

from uuid import uuid4

import pytest

from chassis.consuming import Heard, Subscription
from chassis.consuming.reading import MOST_CONSECUTIVE, MOST_OF_WINDOW
from chassis.database import Tx
from contracts.ideas import TOPIC

from .moody import Moody, broken
from .stage import Line, Stage, life

pytestmark = pytest.mark.integration


async def test_a_flood_of_unreadable_records_stops_the_partition_until_somebody_resumes_it(
    stage: Stage, line: Line
) -> None:
    """C6: after a bad release not everything becomes a dead letter."""
    good = life(uuid4())
    claim = await line.hear([broken(life(uuid4())[0]) for _ in range(90)] + good)
    assert claim.stopped == f"{MOST_CONSECUTIVE} records in a row could not be handled"
    assert claim.position == len(await line.parked()) == MOST_CONSECUTIVE
    kept = await stage.owner.fetchval("SELECT stopped FROM consumer_position")
    assert kept == claim.stopped
    assert (await line.claim()).stopped == claim.stopped
    claim = await line.resume()
    assert (claim.stopped, claim.position) == (None, 93)
    assert len(await stage.effects()) == 3


async def test_a_partition_that_is_resumed_twice_goes_on_once(stage: Stage, line: Line) -> None:
    """Whoever got no answer asks again: from where it is, or from the same offset as before."""
    good = life(uuid4())
    await line.hear([broken(life(uuid4())[0]) for _ in range(90)] + good)
    first = await line.desk.resume(TOPIC, 0)
    assert await line.desk.resume(TOPIC, 0) == first == MOST_CONSECUTIVE
    for _ in range(2):
        assert (await line.resume(offset=first)).position == 93
    assert len(await stage.effects()) == 3
    assert await line.parked_count() == len(await line.parked()) == 90


async def test_a_partition_that_was_resumed_goes_on_although_the_flood_is_remembered(
    stage: Stage, line: Line
) -> None:
    """C6: it stops again only when as much goes wrong again."""
    mixed = [life(uuid4(), 1)[0] for _ in range(MOST_OF_WINDOW * 2 + 40)]
    mixed[: MOST_OF_WINDOW * 2 + 2 : 2] = [broken(r) for r in mixed[: MOST_OF_WINDOW * 2 + 2 : 2]]
    claim = await line.hear(mixed)
    assert claim.stopped == "more than 50 of the last 1000 records could not be handled"
    assert claim.position == MOST_OF_WINDOW * 2 + 1
    claim = await line.resume()
    assert (claim.stopped, claim.position) == (None, len(mixed))


async def test_a_handler_that_fails_on_everything_stops_the_partition(
    stage: Stage, moody: Moody, line: Line
) -> None:
    """C6: the same limit, in whatever portions the records come."""
    ideas = [uuid4() for _ in range(80)]
    moody.hates = {(str(idea), 1) for idea in ideas}
    records = [life(idea, 1)[0] for idea in ideas]
    await line.hear(records[:30])
    for record in records[30:40]:
        await line.hear([record])
    claim = await line.hear(records[40:])
    assert claim.stopped == f"{MOST_CONSECUTIVE} records in a row could not be handled"
    assert claim.position == len(await line.parked()) == MOST_CONSECUTIVE


async def test_failures_far_apart_are_no_flood(stage: Stage, moody: Moody, line: Line) -> None:
    ideas = [uuid4() for _ in range(400)]
    moody.hates = {(str(idea), 1) for idea in ideas[::10]}
    claim = await line.hear([life(idea, 1)[0] for idea in ideas])
    assert (claim.stopped, claim.position) == (None, 400)
    assert len(await line.parked()) == 40


async def test_what_is_tried_again_counts_once_towards_a_flood(stage: Stage) -> None:
    """C6, K1: a database that is away for a while is no flood of bad records."""
    failures = [TimeoutError() for _ in range(9)]

    async def handler(tx: Tx, heard: Heard) -> None:
        if failures:
            raise failures.pop()
        await stage.told(tx, heard)

    line = Line(stage, Subscription(TOPIC, handler))
    records = [broken(life(uuid4())[0]) for _ in range(20)] + life(uuid4(), 1)
    for _ in range(9):
        with pytest.raises(TimeoutError):
            await line.hear(records if not line.log else [])
    claim = await line.hear([broken(life(uuid4())[0]) for _ in range(20)])
    assert (claim.stopped, len(await line.parked()), claim.position) == (None, 40, 41)
