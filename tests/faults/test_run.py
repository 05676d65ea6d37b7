"""What a run says of itself when it comes to rest or ends: who is behind, and who is left."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.run import Run, lagging, lags
from tests.faults.town import Town

A, B = "kiem.a.events", "kiem.b.events"
ENDS = {(A, 0): 7, (A, 1): 5, (B, 0): 3}
SLEEPER = [sys.executable, "-c", "import sys; print('here', flush=True); sys.stdin.read()"]


def test_who_has_read_to_the_end_of_everything_is_not_behind() -> None:
    assert lags(ENDS, ENDS) == {A: 0, B: 0}
    assert lagging({"metrics": lags(ENDS, ENDS)}) == []


@pytest.mark.parametrize(
    ("positions", "behind"),
    [
        pytest.param(ENDS | {(A, 1): 3}, {A: 2, B: 0}, id="a lag"),
        pytest.param({(A, 0): 7, (B, 0): 3}, {A: 5, B: 0}, id="a partition nobody claimed"),
        pytest.param({(A, 0): 7, (A, 1): 5}, {A: 0, B: 3}, id="a topic nobody claimed"),
        pytest.param({}, {A: 12, B: 3}, id="nothing claimed"),
        pytest.param(ENDS | {(A, 0): 9}, {A: 2, B: 0}, id="past the end of a topic made anew"),
        pytest.param({(A, 0): 5, (A, 1): 7, (B, 0): 3}, {A: 4, B: 0}, id="two that would even out"),
    ],
)
def test_who_has_not_is_said(positions: Any, behind: dict[str, int]) -> None:
    assert lags(ENDS, positions) == behind
    assert lagging({"metrics": behind}) == [f"metrics is {sum(behind.values())} behind"]


def test_a_partition_that_is_gone_with_its_cluster_keeps_nobody_from_rest() -> None:
    assert lags(ENDS, ENDS | {(A, 8): 100}) == {A: 0, B: 0}


@contextlib.contextmanager
def sleeping(*words: str, **told: str) -> Iterator[int]:
    """A process that stays until the block ends: its number, once it says that it is here.

    Between a program's start and its first words nothing is to be read in /proc of who it is.
    """
    command, pipe = [*SLEEPER, *words], subprocess.PIPE
    with subprocess.Popen(command, env=os.environ | told, stdin=pipe, stdout=pipe) as sleeper:
        assert sleeper.stdout
        assert sleeper.stdout.readline() == b"here\n"
        yield sleeper.pid
        sleeper.communicate()


@pytest.fixture
def town() -> Iterator[Town]:
    """A town that nobody started: a folder, and ports."""
    made = Town()
    yield made
    shutil.rmtree(made.folder)


@pytest.mark.parametrize("by", ["environment", "command line"])
def test_a_process_that_leaked_is_named(town: Town, by: str) -> None:
    mark = str(town.folder / "home")
    told = {"KIEM_HOME": mark} if by == "environment" else {}
    words = [mark] if by == "command line" else []
    with sleeping(*words, **told) as pid:
        (named,) = town.processes()
        assert named.startswith(f"{pid} ")
    assert town.processes() == []


def test_a_process_of_another_town_is_not_ours(town: Town) -> None:
    with sleeping(KIEM_HOME=f"{town.folder}x/home"):
        assert town.processes() == []


async def test_a_run_ends_with_the_names_of_those_that_are_left() -> None:
    async def end() -> list[str]:
        return ["7 python -m ideas"]

    run = Run(1, SimpleNamespace(end=end))  # type: ignore[arg-type]
    assert await run.end() == ["a process was left: 7 python -m ideas"]


def test_the_last_words_of_each_service_are_told_where_a_run_fails(tmp_path: Path) -> None:
    (tmp_path / "ideas.log").write_text("a\nb\nc\n")
    (tmp_path / "kafka.log").write_text("a server's\n")
    run: Any = SimpleNamespace(town=SimpleNamespace(logs=tmp_path))
    assert Run.last_words(run, 2) == "ideas: b\nideas: c"
