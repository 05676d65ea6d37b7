"""The short selection: attacks one after the other on one town, and one judgement over all of it.

The seed stands in the name of each test that fails; `KIEM_FAULTS_SEED` plays it again, and
`python -m tests.faults.chaos --seed … --only "…"` plays one attack alone.
"""

import os
import random
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.attacks import TABLE
from tests.faults.checker import shown
from tests.faults.run import Run
from tests.faults.suffering import suffer

REAL = (pytest.mark.attacks, pytest.mark.timeout(400))

SEED = int(os.environ.get("KIEM_FAULTS_SEED") or secrets.randbelow(10**6))
QUICK = [name for name, fault in TABLE.items() if fault.quick]
LONGEST = 3.0  # seconds that an attack is kept up here


@pytest.fixture(scope="module")
async def run() -> AsyncIterator[Run]:
    """A town with people at work; when all tests are over, no process of it may be left."""
    made = Run(SEED)
    try:
        await made.begin()
        yield made
    finally:
        left = await made.end()
    assert not left


@pytest.mark.parametrize("name", [pytest.param(name, marks=REAL) for name in QUICK])
async def test_everything_is_well_again_after(run: Run, name: str) -> None:
    chance = random.Random(f"{SEED}/{name}")  # noqa: S311 - to be replayed
    try:
        await suffer(run, TABLE[name], chance, most=LONGEST)
    except AssertionError as error:
        raise AssertionError(f"seed {SEED}: {error}") from None


@pytest.mark.attacks
@pytest.mark.timeout(400)
async def test_nothing_was_lost_nothing_done_twice_and_every_number_is_right(
    run: Run, tmp_path: Path
) -> None:
    wrong = await run.judge()
    if wrong:
        run.keep(tmp_path)
    assert not wrong, f"seed {SEED}, history and logs in {tmp_path}:\n{shown(wrong)}"
    assert run.history.counts()["acknowledged"] > 0


def test_every_attack_of_the_issue_has_its_place_in_the_table() -> None:
    assert len(TABLE) >= 30
    assert all(fault.promise for fault in TABLE.values())


def test_the_page_on_reliability_has_every_fault_and_its_promise() -> None:
    page = (Path(__file__).parents[2] / "docs/reliability.md").read_text("utf-8")
    missing = [n for n, f in TABLE.items() if f"| {n} | {f.promise} |" not in page]
    assert not missing, f"add these rows to docs/reliability.md: {missing}"
