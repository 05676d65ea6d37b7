"""Named places where a test kills the process, to see what a crash leaves behind.

KIEM_FAILPOINTS holds `name` or `name:n` (the n-th time), separated by commas. A reached one writes
its name into the file KIEM_FAILPOINTS_REACHED, so that a test can prove that it died there.
"""

import os
import signal
from pathlib import Path


def _armed() -> dict[str, int]:
    found = {}
    for entry in filter(None, os.environ.get("KIEM_FAILPOINTS", "").split(",")):
        name, _, times = entry.partition(":")
        found[name] = int(times or 1)
    return found


_left = _armed()


def reach(name: str) -> None:
    """Die here by SIGKILL if a test asked for it; otherwise nothing."""
    if not _left or name not in _left:
        return
    _left[name] -= 1
    if _left[name] > 0:
        return
    if reached := os.environ.get("KIEM_FAILPOINTS_REACHED"):
        with Path(reached).open("a") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(file.fileno())
    os.kill(os.getpid(), signal.SIGKILL)
