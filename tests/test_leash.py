"""What a killed session leaves in the background is ended, and nothing is done twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.leash import held

ROOT = Path(__file__).parents[1]
# Holds the leash until it is killed or told to end; the command leaves a mark outside the folder.
_SESSION = """
import os, sys
from pathlib import Path
from tests.leash import held
folder, mark = Path(sys.argv[1]), sys.argv[2]
with held(folder, [sys.executable, "-c", f"open({mark!r}, 'a').write('ended ')"], os.environ):
    print("held", flush=True)
    sys.stdin.readline()
"""


def gone(path: Path, patience: float = 20) -> bool:
    deadline = time.monotonic() + patience
    while path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not path.exists()


@pytest.mark.parametrize("killed", [True, False])
def test_a_session_that_ends_leaves_nothing(tmp_path: Path, killed: bool) -> None:
    folder, mark = tmp_path / "system", tmp_path / "mark"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", _SESSION, str(folder), str(mark)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as session:  # fmt: skip
        assert session.stdout is not None
        assert session.stdout.readline() == "held\n"
        assert not mark.exists()
        if killed:
            os.kill(session.pid, signal.SIGKILL)
    assert gone(folder)
    assert mark.read_text() == "ended "


def test_what_the_session_cleaned_up_itself_is_left_alone(tmp_path: Path) -> None:
    folder, mark = tmp_path / "system", tmp_path / "mark"
    folder.mkdir()
    command = [sys.executable, "-c", f"open({str(mark)!r}, 'w')"]
    with held(folder, command, os.environ):
        (folder / "users").unlink()
        folder.rmdir()
    assert not mark.exists()
