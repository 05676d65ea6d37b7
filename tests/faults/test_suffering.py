"""How long an attack was suffered is measured right: a pulse, and a process that is killed."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.attacks import Fault
from tests.faults.chaos import Chaos, table
from tests.faults.pulse import Pulse
from tests.faults.run import Run
from tests.faults.suffering import Suffered, suffer

AWAY = 3  # questions that nobody answers after a kill


class Village:
    """One service that does not answer a few times after it was killed."""

    def __init__(self) -> None:
        self.killed: dict[str, float] = {}
        self._away = 0

    def kill(self, service: str) -> None:
        self.killed[service], self._away = time.monotonic(), AWAY

    async def ready(self, names: Any = ()) -> list[str]:
        if "ideas" in names and self._away:
            self._away -= 1
            return ["ideas"]
        return []


@pytest.fixture
async def run() -> AsyncIterator[Any]:
    """As much of a run as a measurement needs."""
    made: Any = SimpleNamespace(seed=1, town=Village(), tasks=[])
    made.pulse = Pulse(made.town)
    made.tasks.append(asyncio.create_task(made.pulse.run()))
    made.until = lambda what, look: Run.until(made, what, look)
    made.probe = lambda: asyncio.sleep(0)
    yield made
    made.tasks[0].cancel()
    await asyncio.gather(*made.tasks, return_exceptions=True)


def fault(*killed: str) -> Fault:
    @asynccontextmanager
    async def attack(run: Any, rng: random.Random) -> AsyncIterator[None]:
        for service in killed:
            run.town.kill(service)
        yield

    return Fault("a fault", "a promise", attack, (0.0, 0.0), quick=False, weight=1)


async def test_a_killed_service_is_timed_until_it_is_ready(run: Any) -> None:
    began = time.monotonic()
    done = await suffer(run, fault("ideas"), random.Random(1))  # noqa: S311
    assert done.ready_after is not None
    assert 0 < done.ready_after < time.monotonic() - began
    assert run.town._away == 0, "it had not answered yet"


async def test_of_several_the_slowest_counts_and_what_has_no_pulse_does_not(run: Any) -> None:
    """The identity provider and the mailbox are no services: nobody asks them for readiness."""
    done = await suffer(run, fault("metrics", "ideas", "mailbox"), random.Random(1))  # noqa: S311
    felt = {s: run.pulse.ready_after(s, run.town.killed[s]) for s in ("metrics", "ideas")}
    assert done.ready_after == max(felt.values())


async def test_where_nothing_was_killed_now_nothing_is_timed(run: Any) -> None:
    run.town.kill("ideas")
    assert (await suffer(run, fault(), random.Random(1))).ready_after is None  # noqa: S311


def test_what_was_asked_before_the_kill_is_no_answer_of_the_new_process() -> None:
    pulse = Pulse(Village())  # type: ignore[arg-type]
    pulse.beat("ideas", 9.9, 10.1)
    assert pulse.ready_after("ideas", 10.0) is None
    pulse.beat("ideas", 11.0, 11.5)
    pulse.beat("ideas", 12.0, 12.1)
    assert pulse.ready_after("ideas", 10.0) == 1.5


def test_the_table_of_chaos_has_how_soon_the_killed_were_ready() -> None:
    chaos = Chaos(SimpleNamespace(seed=1), 1, [])  # type: ignore[arg-type]
    chaos.suffered = [
        Suffered("kill -9 ideas", 0.0, 0.0, 3.5, 0.3, ready_after) for ready_after in (1.4, 1.86)
    ]
    chaos.suffered.append(Suffered("a slow broker", 5.0, 0.0, 0.8, None, None))
    slow, killed = table(chaos.rows()).splitlines()[2:]
    assert slow == "| a slow broker | 1 | 0.0 s |  | 0.8 s | 0.8 s |  |"
    assert killed == "| kill -9 ideas | 2 | 0.0 s | 1.9 s | 3.5 s | 3.5 s | 0.3 s |"
