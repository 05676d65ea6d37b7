"""Whoever claims a partition fences the one before, and waits for what is under way."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from chassis.consuming import Heard, Subscription
from chassis.consuming.position import Lost
from chassis.consuming.reading import Claim, Slice
from chassis.database import TRANSIENT, Tx
from chassis.decider import ConcurrentWrite
from contracts.ideas import TOPIC

from .stage import Line, Stage, life, messages

pytestmark = pytest.mark.integration


@pytest.fixture
def line(stage: Stage) -> Line:
    return Line(stage, Subscription(TOPIC, stage.told))


async def test_who_was_overtaken_by_another_claim_has_no_effect(stage: Stage, line: Line) -> None:
    """K15, K22: a member that was thrown out, or slept, finds its claim gone."""
    mine = await line.claim()
    other = Line(stage, Subscription(TOPIC, stage.told), owner="other")
    records = life(uuid4())
    await other.hear(records)
    with pytest.raises(Lost):
        await line.effects.apply([Slice(mine, messages(records))])
    assert len(await stage.effects()) == 3
    assert mine.position == 0


async def test_who_sleeps_on_a_partition_is_ended_by_whoever_claims_it(
    stage: Stage, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K15: asleep in the middle of an answer, which no timeout of the server's ends."""
    monkeypatch.setattr("chassis.consuming.position.LONGEST_HOLD", 0.2)
    await line.claim()
    no_end = {"idle_in_transaction_session_timeout": "0"}
    asleep = await asyncpg.connect(stage.url, server_settings=no_end)
    await asleep.execute("BEGIN")
    await asleep.execute("SELECT FROM consumer_position FOR UPDATE")
    other = Line(stage, Subscription(TOPIC, stage.told), owner="other")
    async with asyncio.timeout(20):
        assert (await other.claim()).epoch == 2
    # Its client hears of the end before it asks, or instead of an answer.
    with pytest.raises((asyncpg.PostgresError, *TRANSIENT)):
        await asleep.execute("COMMIT")


async def test_a_claim_alone_is_enough_to_fence_the_one_before(stage: Stage, line: Line) -> None:
    """K10, K15: two processes under one name, and the position has not moved yet."""
    mine = await line.claim()
    await Line(stage, Subscription(TOPIC, stage.told), owner="other").claim()
    with pytest.raises(Lost):
        await line.effects.apply([Slice(mine, messages(life(uuid4())))])
    assert await stage.effects() == []


async def test_a_position_that_moved_without_us_is_noticed(stage: Stage, line: Line) -> None:
    """C12: the position is compared and set, so a batch can't be added twice."""
    mine = await line.claim()
    await stage.owner.execute("UPDATE consumer_position SET next_offset = 1")
    with pytest.raises(Lost):
        await line.effects.apply([Slice(mine, messages(life(uuid4())))])
    assert await stage.effects() == []


async def test_who_claims_waits_for_a_batch_in_work_and_goes_on_behind_it(stage: Stage) -> None:
    """K16, K22: a partition changes hands in the middle of a transaction."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(tx: Tx, heard: Heard) -> None:
        begun.set()
        await go_on.wait()
        await stage.told(tx, heard)

    slow = Line(stage, Subscription(TOPIC, slowly))
    quick = Line(stage, Subscription(TOPIC, stage.told), owner="other")
    records = life(uuid4())
    work = asyncio.create_task(slow.hear(records))
    await begun.wait()
    claim = asyncio.create_task(quick.claim())
    await asyncio.sleep(0)
    go_on.set()
    await work
    assert (await claim).position == 3
    assert len(await stage.effects()) == 3


async def test_of_two_with_the_same_batch_one_has_the_effect_and_the_other_is_told(
    stage: Stage, line: Line
) -> None:
    """C1, C12: two processes believe that they hold the partition."""
    claim = await line.claim()
    twin = Claim(claim.partition, claim.position, claim.epoch, claim.cursor)
    other = Line(stage, Subscription(TOPIC, stage.told))
    batch = messages(life(uuid4()))
    outcomes = await asyncio.gather(
        line.effects.apply([Slice(claim, batch)]), other.effects.apply([Slice(twin, batch)]),
        return_exceptions=True,
    )  # fmt: skip
    assert sorted(type(o).__name__ for o in outcomes) == ["Lost", "NoneType"]
    assert len(await stage.effects()) == 3


async def test_a_stream_that_lies_in_two_partitions_has_its_effects_once(
    stage: Stage, line: Line
) -> None:
    """K18, C13: after more partitions were added two processes may hold parts of one stream.

    Positions and marks are locked in one order, so the two wait for each other and never in a ring.
    """
    other = Line(stage, Subscription(TOPIC, stage.told), owner="other")
    records = [record for _ in range(20) for record in life(uuid4())]

    async def insist(which: Line, parts: tuple[int, int]) -> None:
        slices = [Slice(await which.claim(part=p), messages(records, part=p)) for p in parts]
        while True:
            try:
                return await which.effects.apply(slices)
            except ConcurrentWrite:
                continue

    async with asyncio.timeout(20):
        await asyncio.gather(insist(line, (1, 0)), insist(other, (2, 3)))
    assert len(await stage.effects()) == len(set(await stage.effects())) == 60


async def test_who_hears_more_of_a_stream_than_another_at_once_waits_for_it(stage: Stage) -> None:
    """K18, C12: the mark of a stream is held from when it is read."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(tx: Tx, heard: Heard) -> None:
        await stage.told(tx, heard)
        begun.set()
        await go_on.wait()

    one, two, three = life(uuid4())
    quick = Line(stage, Subscription(TOPIC, stage.told), owner="other")
    await quick.hear([one], part=0)
    slow = asyncio.create_task(Line(stage, Subscription(TOPIC, slowly)).hear([two], part=1))
    await begun.wait()
    more = asyncio.create_task(quick.hear([two, three], part=2))
    await asyncio.sleep(0.1)
    assert not more.done()
    go_on.set()
    await asyncio.gather(slow, more)
    assert [version for _, version in await stage.effects()] == [1, 2, 3]
