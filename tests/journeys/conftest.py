"""One whole system for all journeys: started once, stopped and removed however it ends."""

import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from local.plan import free_base
from tests import leash
from tests.journeys.house import House


@pytest.fixture(scope="session")
def built() -> Iterator[House]:
    """A system that runs: every service a process, a real PostgreSQL and a real Kafka."""
    folder = Path(tempfile.mkdtemp(prefix="kiem-journeys-"))
    folder.chmod(0o711)
    house = House(folder / "home", free_base(20_000 + secrets.randbelow(100) * 100))
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


@pytest.fixture(scope="session")
async def house(built: House) -> AsyncIterator[House]:
    """The running system, with a client to ask it."""
    await built.open()
    yield built
    await built.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what counts every imported idea come before what imports one more."""
    items.sort(key=lambda item: "test_no_marked_word_escapes" in item.nodeid)
