"""One system from images for all tests that need one; without an engine they say so, and skip."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.compose.system import CannotRun, FromImages, required

_WHY_NOT: list[str] = []


@pytest.fixture(scope="session")
def engine() -> None:
    """A container engine with the images that ours stand on."""
    try:
        required()
    except CannotRun as reason:
        if os.environ.get("KIEM_REQUIRE_INFRA") == "1":
            pytest.fail(str(reason))
        _WHY_NOT.append(f"Not tried, as images cannot be built here. {reason}")
        pytest.skip(_WHY_NOT[0])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once why nothing was tried."""
    for reason in _WHY_NOT[:1]:
        terminalreporter.write_line(reason)


@pytest.fixture(scope="session")
def built(engine: None, request: pytest.FixtureRequest) -> Iterator[FromImages]:
    """A system whose images are built, not started; all of it is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kiem-compose-"))
    made = FromImages(folder)
    try:
        made.build()
        yield made
    finally:
        failed = request.session.testsfailed
        if failed:
            (folder / "logs").write_text(made.compose("ps", "-a") + "\n" + made.transcript())
            print(f"\nWhat the containers said: {folder}/logs")
        made.down()
        if not failed:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def started(built: FromImages) -> FromImages:
    """The system, when every container says that it is well."""
    built.up()
    return built


@pytest.fixture(scope="session")
async def system(started: FromImages) -> AsyncIterator[FromImages]:
    """The running system, with a client to ask it."""
    await started.open()
    yield started
    await started.close()
