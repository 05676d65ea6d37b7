"""Killed at every step between two commits: afterwards everything is there, and nothing twice."""

import ast
import signal
from pathlib import Path
from uuid import uuid4

import pytest

import chassis
from local.databases import connect
from local.postgres import Postgres

from ..core.stage import until  # noqa: TID252 - chassis.tests is no package of the product
from .conftest import IN_TROUBLE, Asked, Process, Scene, in_order

pytestmark = [pytest.mark.integration, pytest.mark.faults]


def failpoints() -> list[str]:
    """Return the names of all places in the chassis where a process may be made to die."""
    calls = [
        node.args[0]
        for file in sorted(Path(chassis.__path__[0]).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "reach"
    ]
    return [str(name.value) for name in calls if isinstance(name, ast.Constant)]


ONCE = ("consumer.", "rebuild.")  # places that may be passed only once in a life


async def live(scene: Scene, process: Process) -> bool:
    """Ask everything again in two portions, with a rebuild at the end, until it is dead."""
    half = len(scene.asked) // 2
    for upto in (half, len(scene.asked)):
        if len(await process.ask(*scene.asked[:upto])) < upto:
            return False

        async def heard(upto: int = upto) -> bool:
            return not process.alive or await scene.heard(upto)

        await until(heard)
    return await process.rebuild()


@pytest.mark.parametrize("name", [name for name in failpoints() if name not in IN_TROUBLE])
async def test_a_process_that_dies_there_leaves_nothing_undone_and_nothing_done_twice(
    scene: Scene, tmp_path: Path, name: str
) -> None:
    """K20, K23, P12, C1, C11, C12: with a durable database, at every boundary of a commit."""
    ideas, poisoned = [uuid4() for _ in range(3)], uuid4()
    scene.asked = [Asked(idea) for _ in range(2) for idea in ideas]
    scene.asked += [Asked(poisoned, "poison"), Asked(poisoned)]
    scene.asked += [Asked(idea) for _ in range(2) for idea in ideas]
    reached = tmp_path / "reached"
    times = 1 if name.startswith(ONCE) else 2
    first = await scene.start(
        KIEM_FAILPOINTS=f"{name}:{times}", KIEM_FAILPOINTS_REACHED=str(reached)
    )
    assert not await live(scene, first)
    assert (await first.died(), reached.read_text()) == (-signal.SIGKILL, f"{name}\n")

    second = await scene.start()
    assert await live(scene, second)
    await scene.check(poisoned)
    rebuilt = in_order(await scene.rows("heard_v2"))
    assert rebuilt == in_order(await scene.rows("effect"))
    assert second.alive


def test_every_place_has_a_name_of_its_own_that_can_be_read_from_the_source() -> None:
    names = failpoints()
    assert len(names) == len(set(names)) >= 12
    assert set(IN_TROUBLE) < set(names)
    for file in Path(chassis.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "reach":
                assert isinstance(node.args[0], ast.Constant), f"{file}: name it where it is"


async def test_the_database_of_these_tests_waits_for_the_disk(durable: Postgres) -> None:
    admin = await connect(durable.url)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await admin.fetchval(f"SHOW {setting}") == "on"
    await admin.close()
