"""Only processes of ours are ended, and they do not outlive us."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from local.owned import Owned, identity

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def wait_until(true: Callable[[], bool], patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_a_process_that_is_gone_has_no_identity(tmp_path: Path) -> None:
    process = Owned("sleeper", tmp_path)
    process.start(SLEEPER, os.environ)
    assert process.pid is not None
    assert identity(process.pid) is not None
    process.kill()
    assert identity(process.pid) is None


def test_a_child_that_could_not_be_noted_does_not_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk there would be a process that nobody finds again, on a port of ours."""

    def full(_: Owned) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Owned, "_remember", full)
    process = Owned("sleeper", tmp_path)
    with pytest.raises(OSError, match="full"):
        process.start(SLEEPER, os.environ)
    assert process.ended == -signal.SIGKILL


def test_what_an_earlier_launcher_left_is_ended(tmp_path: Path) -> None:
    first = Owned("sleeper", tmp_path)
    first.start(SLEEPER, os.environ)
    assert Owned("sleeper", tmp_path).end_leftover()
    wait_until(lambda: first.ended is not None)
    assert not (tmp_path / "sleeper.pid").exists()


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEPER) as stranger:
        note = {"pid": stranger.pid, "identity": "another boot:1"}
        (tmp_path / "sleeper.pid").write_text(json.dumps(note))
        assert not Owned("sleeper", tmp_path).end_leftover()
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("noted", ["", "{", '{"pid": 0, "identity": null}'])
def test_a_broken_pid_file_ends_nothing(tmp_path: Path, noted: str) -> None:
    (tmp_path / "sleeper.pid").write_text(noted)
    assert not Owned("sleeper", tmp_path).end_leftover()


def test_a_child_that_ignores_the_request_is_ended_all_the_same(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=1); time.sleep(60)"
    )
    process = Owned("deaf", tmp_path)
    process.start([sys.executable, "-c", deaf], os.environ)
    wait_until(lambda: bool(process.last_words()))
    process.stop(patience=0.2)
    assert process.ended == -signal.SIGKILL


def launched(folder: Path) -> "subprocess.Popen[bytes]":
    """Return a launcher that started a sleeper named `child` and then sleeps itself."""
    launcher = (
        "import os, time; from pathlib import Path; from local.owned import Owned;"
        f"Owned('child', Path({str(folder)!r})).start({SLEEPER!r}, os.environ);"
        "print(1, flush=True); time.sleep(60)"
    )
    started = subprocess.Popen([sys.executable, "-c", launcher], stdout=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.readline() == b"1\n"
    return started


linux = pytest.mark.skipif(
    not Path("/proc/self/stat").exists() or shutil.which("setpriv") is None,
    reason="only Linux tells a child that its parent is gone",
)


@linux
def test_a_child_ends_with_a_launcher_that_is_killed(tmp_path: Path) -> None:
    with launched(tmp_path) as launcher:
        assert Owned("child", tmp_path).leftover() is not None
        launcher.kill()
    wait_until(lambda: Owned("child", tmp_path).leftover() is None)


@linux
def test_a_child_ends_with_a_launcher_that_is_killed_before_they_are_tied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The launcher dies while the child's first step, asking to be told, is still to come."""
    late = tmp_path / "setpriv"
    late.write_text(
        "#!/bin/sh\n"
        f'while [ "$1" != --help ] && [ ! -e {tmp_path}/gone ]; do sleep 0.01; done\n'
        f'exec {shutil.which("setpriv")} "$@"\n'
    )
    late.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with launched(tmp_path) as launcher:
        assert Owned("child", tmp_path).leftover() is not None
        launcher.kill()
    (tmp_path / "gone").touch()
    wait_until(lambda: Owned("child", tmp_path).leftover() is None)
