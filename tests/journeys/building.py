"""Starts a system of a journey's own, and removes it however the journey ends."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.ports import claim_hundred
from tests import leash
from tests.journeys.house import House


@contextmanager
def running(name: str) -> Iterator[House]:
    """Give a system that runs: every service a process, a real PostgreSQL and a real Kafka."""
    folder = Path(tempfile.mkdtemp(prefix=f"kiem-{name}-"))
    folder.chmod(0o711)
    house = House(folder / "home", claim_hundred())
    clean_up = [sys.executable, "-m", "local", "reset", "--yes"]
    with leash.held(folder, clean_up, house.environment):
        try:
            started = house.launch("up")
            assert started.returncode == 0, started.stdout + started.stderr
            yield house
        finally:
            ended = house.launch("reset", "--yes")
            shutil.rmtree(folder, ignore_errors=True)
            assert ended.returncode == 0, ended.stdout + ended.stderr
