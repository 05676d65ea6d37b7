"""What stands still must not look alive, and a connection that fell silent is ended."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from chassis import process
from chassis.components import Loop, Stuck
from chassis.database import Database
from chassis.projection import Follower
from chassis.relay import Relay
from chassis.timers import TimerLoop

from .stage import Stage, running, until
from .wire import wire


class Slow(Loop):
    """Takes one step, which ends when it is told; `notes` as often as it gets on."""

    longest = 0.1

    def __init__(self) -> None:
        super().__init__()
        self.ends, self.notes = asyncio.Event(), False

    async def step(self) -> None:
        while not self.ends.is_set():
            if self.notes:
                self.alive()
            await asyncio.sleep(0.01)


async def test_a_step_that_does_not_end_is_named_and_one_that_gets_on_is_not() -> None:
    slow = Slow()
    assert slow.healthy() is None
    async with running(slow):
        assert (await until(slow.healthy)).startswith("slow stands still for")
        slow.notes = True
        await until(lambda: slow.healthy() is None)
        slow.ends.set()
        await until(lambda: slow._began is None)
        await asyncio.sleep(Slow.longest * 2)
        assert slow.healthy() is None, "it rests"


class _Parts:
    """Parts that say in turn what stands still."""

    def __init__(self, *found: list[str]) -> None:
        self._found: Iterator[list[str]] = iter(found)
        self.looks = 0

    def stuck(self) -> list[str]:
        self.looks += 1
        return next(self._found)


async def test_a_process_with_a_part_that_stands_still_ends_but_not_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "WATCH", 0.001)
    still = ["relay stands still for 301 s"]
    # Who was asleep himself finds all of it standing still, and a moment later none of it.
    parts: Any = _Parts([], still, [], [], still, still)
    with pytest.raises(Stuck, match="relay stands still"):
        await process._end_if_stuck(parts)
    assert parts.looks == 6


@pytest.mark.integration
async def test_a_silent_connection_shows_in_relay_timers_and_projections(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Loop, "longest", 0.5)
    async with wire(stage.url) as carried:
        db = Database(carried.url)
        await db.open()
        loops = (
            Relay(db, "127.0.0.1:1", "ideas"), TimerLoop(db, _nothing), Follower(db, stage.store),
        )  # fmt: skip
        async with running(*loops):
            await until(lambda: loops[0]._epoch >= 0)
            assert [loop.healthy() for loop in loops] == [None] * 3
            carried.silent = True
            for loop in loops:
                assert "stands still" in await until(loop.healthy)
            carried.mend()
            for loop in loops:
                await until(lambda: loop.healthy() is None)  # noqa: B023
        await db.close()


async def _nothing(*_: Any) -> None:
    pass


@pytest.mark.integration
async def test_the_kernel_watches_every_connection_to_the_database(stage: Stage) -> None:
    async with (
        stage.db.connected() as own, stage.db.pool.acquire() as pooled, stage.db.transaction() as tx
    ):  # fmt: skip
        for raw in (own, pooled._con, tx.raw):
            wire_of = raw._transport.get_extra_info("socket")
            names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
            asked = [wire_of.getsockopt(socket.IPPROTO_TCP, getattr(socket, n)) for n in names]
            assert asked == [15, 5, 3, 30_000]
            assert wire_of.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
