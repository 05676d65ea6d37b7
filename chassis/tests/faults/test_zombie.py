"""A process that slept while another took its place, and then woke up in the middle of its work."""

import signal
from pathlib import Path
from uuid import uuid4

import pytest

from ..core.stage import until  # noqa: TID252 - chassis.tests is no package of the product
from .conftest import Asked, Process, Scene

pytestmark = [pytest.mark.integration, pytest.mark.faults]


def asleep(process: Process) -> bool:
    """Tell whether a process is stopped."""
    status = Path(f"/proc/{process.process.pid}/stat").read_text("utf-8")
    return status.rpartition(")")[2].split()[0] == "T"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells a sleeper by /proc")
async def test_who_slept_in_the_middle_of_an_effect_is_replaced_and_fenced(scene: Scene) -> None:
    """K15, K16, K22, P10: its transaction is ended, its partitions go on, it changes nothing."""
    ideas, poisoned = [uuid4() for _ in range(4)], uuid4()
    scene.asked = [Asked(poisoned, "poison"), Asked(poisoned), *(Asked(idea) for idea in ideas)]
    sleeper = await scene.start(PROBE_SLEEPS="yes")
    await sleeper.ask(*scene.asked)
    await until(lambda: scene.heard(len(scene.asked)))

    scene.asked += [Asked(ideas[0], "sleep"), *(Asked(idea) for idea in ideas)]
    await sleeper.ask(scene.asked[6])
    await until(lambda: asleep(sleeper))
    other = await scene.start()
    assert len(await other.ask(*scene.asked[7:])) == 4

    async def taken() -> bool:
        rows = await scene.rows("effect")
        return (f"idea-{ideas[0]}", 2) in rows

    await until(taken)
    sleeper.send(signal.SIGCONT)
    await scene.check(poisoned)
    assert sleeper.alive
    assert other.alive
    scene.asked += [Asked(idea) for idea in ideas]
    assert len(await sleeper.ask(*scene.asked[11:])) == 4
    await scene.check(poisoned)
