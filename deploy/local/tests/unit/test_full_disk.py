"""A disk that fills while everything starts, or later, is named, and ends nothing by itself."""

import errno
import io
import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local import __main__ as typed
from local.children import Child
from local.disk import is_full
from local.home import Home
from local.launcher import follow
from local.owned import Owned
from local.plan import Plan, make_plan
from local.progress import Happened, PlainScreen
from local.supervise import Record, supervise
from local.supervisor import Supervisor
from local.trouble import Trouble

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fails(*_: Any) -> None:
    raise FULL


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    home = Home(tmp_path / "state")
    home.prepare()
    return make_plan(home, {})


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))


def test_a_folder_that_is_not_there_yet_is_on_the_disk_of_the_nearest(
    tmp_path: Path, full: None
) -> None:
    assert is_full(tmp_path / "not/yet")


def test_a_command_that_can_not_write_names_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIEM_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["local", "up"])
    monkeypatch.setattr(typed, "run", fails)
    assert typed.main() == 1
    said = capsys.readouterr().err
    assert f"The disk that holds {tmp_path} is full." in said
    assert "KIEM_HOME=/" in said


def test_an_error_of_another_kind_is_no_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr("sys.argv", ["local", "up"])
    monkeypatch.setattr(typed, "run", denied)
    with pytest.raises(PermissionError):
        typed.main()


def test_a_supervisor_that_ended_without_a_word_on_a_full_disk_had_none(
    plan: Plan, full: None
) -> None:
    with pytest.raises(Trouble, match="is full") as told:
        follow(plan.home, Record(plan.home), PlainScreen(io.StringIO()))
    assert "Free some space" in told.value.remedy


async def test_a_start_that_meets_a_full_disk_names_it_and_stops_what_it_started(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []

    async def stop(one: Supervisor) -> None:
        one.tell(Happened("Stop all", "begun"))
        stopped.append(True)

    async def start(_: Supervisor) -> None:
        monkeypatch.setattr(Record, "_add", fails)
        monkeypatch.setattr(Record, "status", fails)
        raise FULL

    monkeypatch.setattr(Supervisor, "start", start)
    monkeypatch.setattr(Supervisor, "stop", stop)
    said: list[Happened] = []
    with pytest.raises(Trouble, match="is full"):
        await supervise(plan, said.append, Record(plan.home))
    assert stopped == [True]
    assert said == [Happened("Stop all", "begun")], "what the disk does not take is shown"


@pytest.mark.parametrize("refused", [FULL, Trouble("PostgreSQL ended at once", "See its log.")])
async def test_what_does_not_start_again_on_a_full_disk_is_said_and_tried_again(
    plan: Plan, full: None, refused: Exception
) -> None:
    said: list[Happened] = []
    supervisor = Supervisor(plan, said.append)

    def start() -> None:
        raise refused

    child = Child("postgres", Owned("postgres", plan.home.run), start, 1)
    await supervisor._again(child)
    assert said[-1].state == "failed"
    assert "postgres does not start: The disk that holds" in said[-1].step
    assert "Free some space" in said[-1].step
    child.started = time.monotonic() - 60
    await supervisor._again(child)
    assert child.restarts == 2
