"""Killed where a service only comes when something is wrong: at the desk of the dead letters, with
a timer that fails, and while a restored store is compared. Nothing is handled twice or lost."""

import signal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ..core.restoring import restore  # noqa: TID252 - chassis.tests is no package of the product
from ..core.stage import all_records, until  # noqa: TID252
from .conftest import IN_TROUBLE, Asked, Process, Scene, in_order

pytestmark = [pytest.mark.integration, pytest.mark.faults]

# What an operator asks for when it dies there, and whether the handler is mended by then.
AT_THE_DESK = [
    ("letters.settled_before_commit", "redrive", True),
    ("letters.redriven", "redrive", True),
    ("letters.failed_before_commit", "redrive", False),
    ("letters.settled_before_commit", "discard", True),
    ("letters.discarded", "discard", True),
]
# How a timer fails, and of how many the process has written down that they rest.
POSTPONED = [
    ("timers.postponed_before_commit", "LookupError", 0),
    ("timers.undone", "TimeoutError", 0),
    ("timers.rests", "TimeoutError", 1),
]
COMPARED = [("restored.noted_before_commit", False), ("restored.noted", True)]


def armed(name: str, reached: Path) -> dict[str, str]:
    return {"KIEM_FAILPOINTS": name, "KIEM_FAILPOINTS_REACHED": str(reached)}


async def has_died(process: Process, reached: Path, name: str) -> None:
    assert (await process.died(), names(reached)) == (-signal.SIGKILL, f"{name}\n")


def names(reached: Path) -> str:
    return reached.read_text("utf-8")


def test_every_place_that_only_trouble_comes_to_is_tried() -> None:
    assert {name for name, *_ in (*AT_THE_DESK, *POSTPONED, *COMPARED)} == set(IN_TROUBLE)


async def states(scene: Scene) -> list[str]:
    rows = await scene.owner.fetch("SELECT status FROM dead_letter ORDER BY id")
    return [row["status"] for row in rows]


async def parked(scene: Scene) -> int:
    return int(await scene.owner.fetchval("SELECT sum(parked) FROM consumer_position"))


async def handled(scene: Scene, expected: dict[str, list[int]]) -> None:
    """Check that exactly these were handled, in order, with all that comes of each."""

    async def fired() -> bool:
        return await scene.number("fired") >= sum(map(len, expected.values()))

    await until(fired)
    for table in ("effect", "heard_v1"):
        assert in_order(await scene.rows(table)) == expected, table
    assert await scene.number("fired") == sum(map(len, expected.values()))
    assert await scene.number("timer") == 0


async def hears_on(scene: Scene, process: Process, idea: UUID, count: int) -> None:
    """Tell one more event of an idea, and wait until so many events were handled in all."""
    assert await process.ask(Asked(idea))

    async def heard() -> bool:
        return await scene.number("effect") >= count

    await until(heard)


@pytest.mark.parametrize(("name", "wish", "mended"), AT_THE_DESK)
async def test_an_operator_who_gets_no_answer_asks_again(
    scene: Scene, tmp_path: Path, name: str, wish: str, mended: bool
) -> None:
    """C5, C7: a letter is settled once, the effect comes with it, and the count is right."""
    bad, good, reached = uuid4(), uuid4(), tmp_path / "reached"
    first = await scene.start(**armed(name, reached))
    await first.ask(Asked(bad, "poison"), Asked(bad), Asked(good))
    await until(lambda: scene.heard(3))
    letters = len(await states(scene))
    assert await parked(scene) == letters >= 2
    if mended:
        assert await first.wish("mend")
    assert not await first.wish(wish)
    await has_died(first, reached, name)
    settled = 0 if name.endswith("before_commit") else letters if wish == "redrive" else 1
    assert await parked(scene) == letters - settled
    assert (await states(scene)).count("parked") == letters - settled
    assert await scene.number("dead_letter WHERE attempts > 0") == 0

    second = await scene.start()
    for each in ("mend", wish, "redrive", "redrive"):
        assert await second.wish(each)
    assert await parked(scene) == 0
    given_up = ["discarded"] if wish == "discard" else []
    assert await states(scene) == given_up + ["resolved"] * (letters - len(given_up))
    versions = [2, 3] if given_up else [1, 2, 3]
    await hears_on(scene, second, bad, len(versions) + 1)
    await handled(scene, {f"idea-{bad}": versions, f"idea-{good}": [1]})


@pytest.mark.parametrize(("name", "error", "resting"), POSTPONED)
async def test_a_timer_that_fails_fires_once_however_its_rest_was_cut_off(
    scene: Scene, tmp_path: Path, name: str, error: str, resting: int
) -> None:
    ideas, reached = [uuid4() for _ in range(3)], tmp_path / "reached"
    first = await scene.start(PROBE_TIMERS=error, **armed(name, reached))
    await first.ask(*(Asked(idea) for idea in ideas))
    await has_died(first, reached, name)
    assert await scene.number("fired") == 0
    assert await scene.number("timer WHERE attempts > 0") == resting

    second = await scene.start()
    # What the dead one did not take any more is asked again, under an id of its own.
    missing = [i for i in ideas if not await scene.number(f"stream WHERE stream = 'idea-{i}'")]
    assert len(await second.ask(*map(Asked, missing))) == len(missing)
    await until(lambda: scene.heard(3))
    await handled(scene, {f"idea-{idea}": [1] for idea in ideas})


@pytest.mark.parametrize(("name", "noted"), COMPARED)
async def test_what_a_restored_store_lost_is_listed_whole_or_not_at_all(
    scene: Scene, tmp_path: Path, name: str, noted: bool
) -> None:
    """Half a list would be taken for the whole one, and the rest of the loss for accepted."""
    ideas, reached = [uuid4() for _ in range(3)], tmp_path / "reached"
    before = await scene.start()
    assert len(await before.ask(*(Asked(idea) for _ in range(4) for idea in ideas))) == 12
    await until(lambda: published(scene, 12))
    await until(lambda: scene.heard(12))
    before.send(signal.SIGKILL)
    await before.died()
    await restore(scene.owner)

    first = await scene.start(**armed(name, reached))
    await has_died(first, reached, name)
    assert await scene.number("lost_event") == (9 if noted else 0)
    second = await scene.start()

    async def listed() -> bool:
        return await scene.number("lost_event") == 9

    await until(listed)
    rows = await scene.owner.fetch("SELECT stream, version FROM lost_event ORDER BY 1, 2")
    assert in_order([(row[0], row[1]) for row in rows]) == {
        f"idea-{idea}": [2, 3, 4] for idea in ideas
    }
    await scene.owner.execute("UPDATE lost_event SET accepted_at = now()")
    new = uuid4()
    await hears_on(scene, second, new, 13)
    assert len(await all_records(scene.bootstrap, scene.topic)) == 13, "a second history was told"
    await handled(scene, {f"idea-{new}": [1]} | {f"idea-{idea}": [1, 2, 3, 4] for idea in ideas})


async def published(scene: Scene, count: int) -> bool:
    at: Any = await scene.owner.fetchval("SELECT published_gpos FROM relay_state")
    return bool(at == count)
