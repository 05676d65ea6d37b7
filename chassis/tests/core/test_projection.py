"""Projections: every own event once, a new version beside the live one, the change in a moment."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from chassis.database import Tx
from chassis.projection import BATCH, Follower, Projection, activate, active_version
from chassis.relay import Relay
from chassis.store import Recorded

from .stage import Stage, revised, running, submitted, until

pytestmark = pytest.mark.integration


class Followed:
    """A projection of the stage: one row an event, in a table of each version."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.failures: list[Exception] = []
        self.hold: asyncio.Event | None = None
        self.holding = asyncio.Event()

    def version(self, number: int) -> Follower:
        return Follower(self.stage.db, self.stage.store, self.projection(number))

    def projection(self, number: int) -> Projection:
        async def apply(tx: Tx, events: Sequence[Recorded]) -> None:
            await tx.raw.executemany(
                f"INSERT INTO followed_v{number} (stream, version) VALUES ($1, $2)",  # noqa: S608
                [(event.stream, event.version) for event in events],
            )
            if self.failures:
                raise self.failures.pop()
            if self.hold is not None:
                self.holding.set()
                await self.hold.wait()

        return Projection("followed", number, apply)

    async def tell(self, count: int) -> None:
        for _ in range(count):
            await self.stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()), revised(uuid4()))
        relay = Relay(self.stage.db, "127.0.0.1:1", "ideas")
        relay._epoch = await self.stage.owner.fetchval("SELECT epoch FROM relay_state")
        while await relay._sequence():
            pass

    async def rows(self, number: int) -> list[tuple[str, int]]:
        rows = await self.stage.owner.fetch(
            f"SELECT stream, version FROM followed_v{number} ORDER BY n"  # noqa: S608
        )
        return [(row["stream"], row["version"]) for row in rows]

    async def told(self) -> list[tuple[str, int]]:
        rows = await self.stage.owner.fetch(
            "SELECT stream, version FROM event_position JOIN event USING (event_id) ORDER BY gpos"
        )
        return [(row["stream"], row["version"]) for row in rows]

    async def active(self) -> Any:
        return await active_version(self.stage.db.pool, "followed")


@pytest.fixture
def followed(stage: Stage) -> Followed:
    return Followed(stage)


async def test_every_event_is_followed_once_in_the_order_of_its_position(
    followed: Followed,
) -> None:
    await followed.tell(BATCH // 2 + 40)
    one = followed.version(1)
    async with running(one):
        await until(one.ready)
        assert await followed.rows(1) == await followed.told()
        await followed.tell(3)
        one.wake()
        await until(lambda: _level(followed, 1))
    assert await followed.active() == 1


async def _level(followed: Followed, number: int) -> bool:
    return await followed.rows(number) == await followed.told()


async def test_what_passes_by_itself_is_followed_again_and_nothing_counts_twice(
    followed: Followed,
) -> None:
    """C12: the rows and the cursor are one transaction."""
    await followed.tell(10)
    followed.failures = [TimeoutError(), ConnectionResetError()]
    one = followed.version(1)
    async with running(one):
        await until(one.ready)
    assert not followed.failures
    assert await followed.rows(1) == await followed.told()


async def test_an_error_in_the_projection_ends_the_process_instead_of_a_skip(
    followed: Followed,
) -> None:
    """C11: own events are sound, so a failure is a fault in the code."""
    await followed.tell(1)
    followed.failures = [LookupError()]
    with pytest.raises(LookupError):
        await followed.version(1).run()
    assert await followed.rows(1) == []


async def test_two_replicas_follow_in_turns_and_nothing_counts_twice(followed: Followed) -> None:
    await followed.tell(BATCH + 20)
    one, two = followed.version(1), followed.version(1)
    async with running(one, two):
        await until(lambda: one.ready() and two.ready())
        await followed.tell(5)
        await until(lambda: _level(followed, 1))
    assert await followed.rows(1) == await followed.told()


async def test_a_version_that_another_replica_is_filling_is_not_the_live_one_yet(
    followed: Followed,
) -> None:
    """C10: half of a table must not be read as if it were whole."""
    await followed.tell(4)
    async with running(followed.version(1)):
        await until(lambda: _is_active(followed, 1))
    followed.hold = asyncio.Event()
    filling, waiting = followed.version(2), followed.version(2)
    async with running(filling):
        await followed.holding.wait()
        async with running(waiting):
            for _ in range(4):
                waiting.wake()
                await asyncio.sleep(0.05)
            assert not waiting.ready()
            assert await followed.active() == 1
            followed.hold.set()
            await until(lambda: filling.ready() and waiting.ready())
    assert await followed.active() == 2
    assert await followed.rows(2) == await followed.told()


async def _is_active(followed: Followed, number: int) -> bool:
    return bool(await followed.active() == number)


async def test_a_new_version_is_filled_beside_the_live_one_and_takes_its_place(
    followed: Followed,
) -> None:
    """C9, C10: readers see the old one, whole, until the new one is level."""
    await followed.tell(6)
    async with running(followed.version(1)):
        await until(lambda: _is_active(followed, 1))
        two = followed.version(2)
        async with running(two):
            await until(two.ready)
            assert await followed.active() == 2
            await followed.tell(2)
            await until(lambda: _level(followed, 2))
            await until(lambda: _level(followed, 1))
    assert await followed.rows(1) == await followed.rows(2)


async def test_projections_that_follow_together_each_go_on_from_where_they_stand(
    stage: Stage, followed: Followed
) -> None:
    """One may be new: the others do not wait for it, and each event counts once in each."""
    await followed.tell(BATCH // 2 + 20)  # more than one batch for the new one
    async with running(followed.version(1)):
        await until(lambda: _is_active(followed, 1))
    both = Follower(stage.db, stage.store, *(followed.projection(n) for n in (1, 2)))
    async with running(both):
        await until(both.ready)
        await followed.tell(3)
        both.wake()
        await until(lambda: _level(followed, 2))
        await until(lambda: _level(followed, 1))
    assert await followed.active() == 2


async def test_an_old_replica_that_starts_anew_does_not_turn_a_release_back(
    followed: Followed,
) -> None:
    """C10: its table would be read, and nobody fills it when it is gone."""
    await followed.tell(1)
    for number in (1, 2, 1):
        follower = followed.version(number)
        async with running(follower):
            await until(follower.ready)
    assert await followed.active() == 2


async def test_going_back_to_the_earlier_version_is_a_decision_and_takes_a_moment(
    stage: Stage, followed: Followed
) -> None:
    """C10: the old table is kept for that; two who decide at once take turns."""
    await followed.tell(1)
    for number in (1, 2):
        follower = followed.version(number)
        async with running(follower):
            await until(follower.ready)

    async def decide(number: int) -> None:
        async with stage.db.transaction() as tx:
            await activate(tx.raw, "followed", number)

    for number in (1, 2, 1, 2):
        await decide(number)
        assert await followed.active() == number
    await asyncio.gather(*(decide(number % 2 + 1) for number in range(10)))
    assert await followed.active() in {1, 2}
