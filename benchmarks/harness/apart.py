"""Runs a part of a measurement as a process of its own, which tells what it found as JSON."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BASELINES = "benchmarks/baselines"
_THEIRS = ROOT / BASELINES / ".venv/bin/python"
_WITH_THEIRS = {f"{BASELINES}/recorder.py", f"{BASELINES}/stream.py"}


def installed() -> bool:
    """Tell whether the libraries of others are there: `make bench` installs them."""
    return _THEIRS.exists()


async def run(script: str, **arguments: Any) -> dict[str, Any]:
    """Run a script of this project to its end; return what its last line told."""
    python = str(_THEIRS) if script in _WITH_THEIRS else sys.executable
    process = await asyncio.create_subprocess_exec(
        python, str(ROOT / script), json.dumps(arguments),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        said, complained = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        words = complained.decode()[-2000:]
        raise RuntimeError(f"{script} ended with {process.returncode}:\n{words}")
    found: dict[str, Any] = json.loads(said.decode().strip().rpartition("\n")[2])
    return found
