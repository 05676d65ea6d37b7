"""An attack that cannot be made is said to be not tried; it never counts as survived."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.attacks import TABLE, NotPossible
from tests.faults.chaos import Chaos, untried
from tests.faults.servers import SmallDisk
from tests.faults.test_faults import not_tried

FULL = "the database's disk is full"
WHY = "only root may mount a file system in a file"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run of somebody who is not root, as far as a disk goes."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    disk = SmallDisk(tmp_path / "disk")
    disk.mount()
    pulse = SimpleNamespace(forget=lambda _: None)
    return SimpleNamespace(seed=1, town=SimpleNamespace(disk=disk), pulse=pulse)


async def test_a_full_disk_needs_a_file_system_that_may_be_full(run: Any) -> None:
    with pytest.raises(NotPossible, match=WHY):
        async with TABLE[FULL].attack(run, None):  # type: ignore[arg-type]
            pytest.fail("the attack began")


def test_a_machine_says_what_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    disk = SmallDisk(tmp_path / "disk")
    disk.mount()
    assert not disk.mounted
    assert "mkfs.ext4" in disk.why_not


async def test_chaos_lists_what_it_did_not_try_and_counts_it_nowhere(run: Any) -> None:
    chaos = Chaos(run, 1, [FULL])
    await chaos._attack(TABLE[FULL], chaos._lot())
    assert (chaos.suffered, chaos.rows(), chaos.wrong) == ([], [], [])
    assert untried(chaos.not_tried) == f"not tried: {FULL}: {WHY}\n"


@pytest.mark.parametrize(
    ("required", "told"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_test_of_it_is_skipped_or_fails_where_everything_must_be_there(
    required: str, told: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEM_REQUIRE_INFRA", required)
    with pytest.raises(told, match=f"not tried: {FULL}: {WHY}"):
        not_tried(FULL, NotPossible(WHY))
