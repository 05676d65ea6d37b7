"""Looks into the services while they are measured: which functions have the processor, how long.

`python -m benchmarks --profile FOLDER` writes a file for each process that was started, with a line
for each stack and how often it was seen; `python -m benchmarks.harness.profiling FILE [WITHIN]`
sums one up, or only what happened within a function.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from benchmarks.harness.apart import BASELINES, ROOT

_TOOL = ROOT / BASELINES / ".venv/bin/py-spy"
_RATE = 100  # looks a second
_MOST = 40  # functions
_PLACE = re.compile(r"^(?P<name>.*) \((?P<file>.*?)(:\d+)?\)$")
_numbers = count(1)
_folder: list[Path] = []


def into(folder: Path) -> None:
    """Profile every service that is started from now on; figures are worse for it."""
    folder.mkdir(parents=True, exist_ok=True)
    _folder.append(folder.absolute())


def look_into(name: str, pid: int) -> None:
    """Profile a process until it ends, where that was asked for."""
    if _folder and _TOOL.exists():
        file = _folder[-1] / f"{next(_numbers):03}-{name}.txt"
        subprocess.Popen(
            [str(_TOOL), "record", "--pid", str(pid), "--rate", str(_RATE), "--format", "raw",
             "--output", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def top(stacks: Iterable[str], within: str = "") -> list[tuple[str, float, float]]:
    """Return (function, share with all that it calls, share by itself), the largest first."""
    whole: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    total = 0
    for line in stacks:
        stack, _, seen = line.rpartition(" ")
        frames = [_named(frame) for frame in stack.split(";")]
        if within and not any(within in frame for frame in frames):
            continue
        total += int(seen)
        alone[frames[-1]] += int(seen)
        whole.update(dict.fromkeys(frames, int(seen)))
    return [(name, n / total, alone[name] / total) for name, n in whole.most_common(_MOST)]


def _named(frame: str) -> str:
    found = _PLACE.match(frame)
    if found is None:
        return frame
    file = found["file"].rpartition("site-packages/")[2].rpartition("/src/")[2]
    return f"{found['name']} ({file})"


if __name__ == "__main__":
    for name, whole, alone in top(Path(sys.argv[1]).read_text().splitlines(), *sys.argv[2:]):
        print(f"{whole:6.1%} {alone:6.1%}  {name}")
