"""Durable timers: the effect happens once, whoever dies, and no timer holds up another."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis.database import Tx
from chassis.decider import ConcurrentWrite, Rejected
from chassis.timers import _DUE, BATCH, MOST_REST, Timer, TimerLoop, Timers

from .stage import Stage, running, undone, until

pytestmark = pytest.mark.integration


class TooLate(Rejected):
    """It means nothing any more."""


class Clockwork:
    """Sets timers of a service, and notes which fired."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.timers = stage, Timers()
        self.errors: dict[str, list[Exception]] = {}

    async def handler(self, tx: Tx, timer: Timer) -> None:
        await tx.raw.execute("INSERT INTO fired (owner, kind) VALUES ($1, $2)", timer.owner,
                             timer.kind)  # fmt: skip
        if failing := self.errors.get(timer.owner):
            raise failing.pop()

    def loop(self, handler: Any = None) -> TimerLoop:
        return TimerLoop(self.stage.db, handler or self.handler)

    async def now(self) -> datetime:
        moment: datetime = await self.stage.owner.fetchval("SELECT kiem_now()")
        return moment

    async def set(self, owner: str, seconds: float = -1, kind: str = "due", **payload: Any) -> None:
        due = await self.now() + timedelta(seconds=seconds)
        async with self.stage.db.transaction() as tx:
            await self.timers.set(tx, owner, kind, due, payload)

    async def fired(self) -> list[str]:
        rows = await self.stage.owner.fetch("SELECT owner FROM fired ORDER BY n")
        return [row["owner"] for row in rows]

    def has_fired(self, count: int) -> Callable[[], Any]:
        async def enough() -> bool:
            return len(await self.fired()) >= count

        return enough


@pytest.fixture
def clockwork(stage: Stage) -> Clockwork:
    return Clockwork(stage)


async def test_what_is_due_fires_once_in_order_and_what_is_not_does_not(
    stage: Stage, clockwork: Clockwork
) -> None:
    for owner, seconds in (("b", -1), ("a", -2), ("later", 3600)):
        await clockwork.set(owner, seconds)
    async with running(clockwork.loop()):
        await until(clockwork.has_fired(2))
    assert await clockwork.fired() == ["a", "b"]
    assert await stage.owner.fetchval("SELECT owner FROM timer") == "later"


async def test_what_is_set_without_a_date_fires_at_once(clockwork: Clockwork) -> None:
    async with clockwork.stage.db.transaction() as tx:
        await clockwork.timers.set(tx, "now", "due", None)
    await clockwork.loop().step()
    assert await clockwork.fired() == ["now"]


async def test_a_look_reads_what_is_due_however_many_wait(
    stage: Stage, clockwork: Clockwork
) -> None:
    await stage.owner.execute("""
        INSERT INTO timer (owner, kind, due)
        SELECT 'far-' || n, 'due', kiem_now() + interval '1 day' FROM generate_series(1, 20000) n
    """)
    await stage.owner.execute("ANALYZE timer")
    await clockwork.set("near")
    told = await stage.owner.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {_DUE}", BATCH, MOST_REST)
    passed_over = re.findall(r'"Rows Removed by [^"]+": (\d+)', told)
    assert set(passed_over) == {"0"}, told


async def test_a_timer_comes_with_what_was_kept_with_it(clockwork: Clockwork) -> None:
    got: list[Timer] = []

    async def handler(_: Tx, timer: Timer) -> None:
        got.append(timer)

    await clockwork.set("a", step=3, words=["ü"])
    async with running(clockwork.loop(handler)):
        await until(lambda: got)
    assert (got[0].owner, got[0].kind, got[0].payload) == ("a", "due", {"step": 3, "words": ["ü"]})
    assert got[0].due <= await clockwork.now()


async def test_setting_a_timer_again_replaces_it_and_cancelling_removes_it(
    stage: Stage, clockwork: Clockwork
) -> None:
    await clockwork.set("a", -1)
    await clockwork.set("a", 3600)
    await clockwork.set("b", -1)
    await clockwork.set("b", -1, kind="remind")
    await clockwork.set("c", -1)
    await clockwork.set("c", -1, kind="remind")
    async with stage.db.transaction() as tx:
        await clockwork.timers.cancel(tx, "b", "due")
        await clockwork.timers.cancel(tx, "c")
    async with running(clockwork.loop()):
        await until(clockwork.has_fired(1))
        await clockwork.set("d", -1)
        await until(clockwork.has_fired(2))
    assert await clockwork.fired() == ["b", "d"]


async def test_a_timer_is_set_or_not_with_the_fact_that_needs_it(
    stage: Stage, clockwork: Clockwork
) -> None:
    async with undone(stage.db) as tx:
        await clockwork.timers.set(tx, "a", "due", await clockwork.now())
    await clockwork.set("b")
    async with undone(stage.db) as tx:
        await clockwork.timers.cancel(tx, "b")
    async with running(clockwork.loop()):
        await until(clockwork.has_fired(1))
    assert await clockwork.fired() == ["b"]


async def test_two_loops_share_what_is_due_and_no_timer_fires_twice(
    clockwork: Clockwork,
) -> None:
    working: set[int] = set()
    both = asyncio.Event()

    def taking(number: int) -> Any:
        async def handler(tx: Tx, timer: Timer) -> None:
            working.add(number)
            if len(working) == 2:
                both.set()
            async with asyncio.timeout(5):  # until the other has some too: none waits for a row
                await both.wait()
            await clockwork.handler(tx, timer)

        return handler

    for number in range(60):
        await clockwork.set(f"o-{number:02}")
    async with running(clockwork.loop(taking(1)), clockwork.loop(taking(2))):
        await until(clockwork.has_fired(60))
    assert sorted(await clockwork.fired()) == [f"o-{number:02}" for number in range(60)]


async def test_a_timer_that_fails_rests_and_does_not_hold_up_the_others(
    stage: Stage, clockwork: Clockwork
) -> None:
    clockwork.errors["bad"] = [LookupError("x") for _ in range(9)]
    await clockwork.set("bad", -10)
    await clockwork.set("good", -1)
    async with running(clockwork.loop()):
        await until(clockwork.has_fired(1))
        await clockwork.set("later", -1)
        await until(clockwork.has_fired(2))
    assert await clockwork.fired() == ["good", "later"]
    row = await stage.owner.fetchrow("SELECT attempts, not_before > now() AS rests FROM timer")
    assert row["rests"]
    assert row["attempts"] >= 1


async def test_a_timer_that_failed_fires_when_its_rest_is_over(
    stage: Stage, clockwork: Clockwork
) -> None:
    clockwork.errors["a"] = [LookupError("x")]
    await clockwork.set("a")
    async with running(clockwork.loop()):
        await until(lambda: stage.owner.fetchval("SELECT attempts FROM timer WHERE attempts > 0"))
        await stage.owner.execute("UPDATE timer SET not_before = now()")
        await until(clockwork.has_fired(1))
    assert await clockwork.fired() == ["a"]
    assert await stage.count("timer") == 0


@pytest.mark.parametrize("error", [TimeoutError(), ConcurrentWrite()], ids=["time", "conflict"])
async def test_what_seems_to_pass_by_itself_holds_up_nobody_either(
    clockwork: Clockwork, error: Exception
) -> None:
    clockwork.errors["bad"] = [error for _ in range(99)]
    await clockwork.set("bad", -10)
    await clockwork.set("good", -1)
    async with running(clockwork.loop()):
        await until(clockwork.has_fired(1))
    assert await clockwork.fired() == ["good"]


async def test_a_refusal_by_the_domain_settles_a_timer(stage: Stage, clockwork: Clockwork) -> None:
    """The timer is a hint: the aggregate has decided, and its word is the last."""
    clockwork.errors["a"] = [TooLate()]
    await clockwork.set("a", -2)
    await clockwork.set("b", -1)
    async with running(clockwork.loop()):
        await until(clockwork.has_fired(1))
    assert await clockwork.fired() == ["b"]
    assert await stage.count("timer") == 0


async def test_a_handler_may_set_the_next_timer_of_the_same_kind(
    stage: Stage, clockwork: Clockwork
) -> None:
    async def handler(tx: Tx, timer: Timer) -> None:
        await clockwork.handler(tx, timer)
        if timer.payload.get("again"):
            await clockwork.timers.set(tx, timer.owner, timer.kind, timer.due)

    await clockwork.set("a", again=True)
    async with running(clockwork.loop(handler)):
        await until(clockwork.has_fired(2))
    assert await clockwork.fired() == ["a", "a"]
    assert await stage.count("timer") == 0


async def test_cancelling_while_it_fires_waits_and_finds_nothing(
    stage: Stage, clockwork: Clockwork
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def handler(tx: Tx, timer: Timer) -> None:
        begun.set()
        await go_on.wait()
        await clockwork.handler(tx, timer)

    async def replace() -> None:
        await clockwork.set("a", 3600)

    await clockwork.set("a")
    async with running(clockwork.loop(handler)):
        await begun.wait()
        replacing = asyncio.create_task(replace())
        await asyncio.sleep(0.05)
        assert not replacing.done()
        go_on.set()
        await replacing
    assert await clockwork.fired() == ["a"]
    assert await stage.owner.fetchval("SELECT due > kiem_now() FROM timer")


async def test_time_that_was_moved_forward_fires_what_is_due_then(
    stage: Stage, clockwork: Clockwork
) -> None:
    await clockwork.set("a", 86_400 * 20)
    loop = clockwork.loop()
    async with running(loop):
        await stage.owner.execute("UPDATE clock_offset SET forward = '19 days'")
        loop.wake()
        await clockwork.set("b", -1)
        await until(clockwork.has_fired(1))
        assert await clockwork.fired() == ["b"]
        await stage.owner.execute("UPDATE clock_offset SET forward = '21 days'")
        await until(clockwork.has_fired(2))
    assert await clockwork.fired() == ["b", "a"]


async def test_a_rest_that_was_written_while_the_clock_was_ahead_is_over(
    stage: Stage, clockwork: Clockwork
) -> None:
    await clockwork.set("a")
    await stage.owner.execute("UPDATE timer SET not_before = now() + interval '1 hour'")
    async with running(clockwork.loop()):
        await until(clockwork.has_fired(1))
