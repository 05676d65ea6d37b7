"""Real servers for tests: from the environment, else local processes, else containers.

Fixtures: `postgres` and `kafka` (one each for the whole run, shared by all its processes),
`database` (a fresh one for each test module) and `own_postgres`, `own_kafka` (to be killed).
"""

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

import pytest

from local.databases import Addresses, create_database, drop_database
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Postgres
from local.topics import create_topics, declared, new_topic

_RUN = "KIEM_TEST_RUN"
_PATIENCE = 240
_ROOT = Path(__file__).parent.parent
_held: list[IO[str]] = []


class PostgresServer:
    """A PostgreSQL; `url` is its superuser's address."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def database(self, name: str | None = None) -> Addresses:
        """Make a database, with a role that migrates and one that works; see `drop`."""
        chosen = name or f"t_{uuid.uuid4().hex[:16]}"
        return await create_database(
            self.url, chosen, owner_password=secrets.token_hex(8), app_password=secrets.token_hex(8)
        )

    async def drop(self, database: Addresses) -> None:
        await drop_database(self.url, database.name)


class KafkaCluster:
    """A Kafka; `bootstrap` is its address."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    async def topics(self, *names: str, partitions: int = 3) -> None:
        """Make topics of these names."""
        await create_topics(self.bootstrap, [new_topic(name, partitions) for name in names])

    async def declared_topics(self) -> None:
        """Make the topics of the product, as `deploy/topics.json` has them."""
        await create_topics(self.bootstrap, declared())


def pytest_configure(config: pytest.Config) -> None:
    """One folder for the run, chosen by the first process and inherited by its workers."""
    folder = Path(os.environ.get(_RUN, "/nowhere"))
    if not folder.exists():
        folder = Path(tempfile.mkdtemp(prefix="kiem-tests-"))
        folder.chmod(0o711)
        os.environ[_RUN] = str(folder)
        config.add_cleanup(lambda: _forget(folder))
    users = (folder / "users").open("a")
    fcntl.flock(users, fcntl.LOCK_SH)  # kept until this process ends, however it ends
    _held.append(users)


def pytest_unconfigure() -> None:
    """Let go: when the last process has, the guardians end their servers."""
    while _held:
        _held.pop().close()


def _forget(folder: Path) -> None:
    """Remove the folder of a run that used no server; a guardian removes its own."""
    os.environ.pop(_RUN, None)
    with contextlib.suppress(OSError):  # a guardian may be quicker
        if [entry.name for entry in folder.iterdir()] == ["users"]:
            (folder / "users").unlink()
            folder.rmdir()


def _shared(kind: str) -> str:
    """Return the address of the run's server; the first who asks has it started."""
    folder = Path(os.environ[_RUN])
    told = folder / f"{kind}.json"
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            _start_guardian(kind, folder, told)
    outcome = json.loads(told.read_text())
    if "error" in outcome:
        _do_without(f"{kind} is not to be had here: {outcome['error']}")
    return str(outcome["address"])


def _start_guardian(kind: str, folder: Path, told: Path) -> None:
    log = folder / f"{kind}-guardian.log"
    said = log.open("wb")
    # Not a Popen: the guardian outlives this process on purpose, and nobody here waits for it.
    guardian = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "tests.guardian", kind, str(folder)],
        {**os.environ, "PYTHONPATH": str(_ROOT)},
        file_actions=[(os.POSIX_SPAWN_DUP2, said.fileno(), fd) for fd in (1, 2)],
        setsid=True,
    )
    said.close()
    deadline = time.monotonic() + _PATIENCE
    while not told.exists():
        if os.waitpid(guardian, os.WNOHANG)[0] or time.monotonic() > deadline:
            pytest.fail(f"the guardian of {kind} gave up:\n{log.read_text()}")
        time.sleep(0.05)


def _do_without(reason: str) -> None:
    if os.environ.get("KIEM_REQUIRE_INFRA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> PostgresServer:
    """A PostgreSQL for the whole run."""
    return PostgresServer(os.environ.get("KIEM_TEST_POSTGRES_URL") or _shared("postgres"))


@pytest.fixture(scope="session")
def kafka() -> KafkaCluster:
    """A Kafka for the whole run; names of topics and groups are shared, so make yours unique."""
    return KafkaCluster(os.environ.get("KIEM_TEST_KAFKA_BOOTSTRAP") or _shared("kafka"))


@pytest.fixture(scope="module")
async def database(postgres: PostgresServer) -> AsyncIterator[Addresses]:
    """A database that no other test module and no other worker uses."""
    made = await postgres.database()
    yield made
    await postgres.drop(made)


@pytest.fixture
def unique() -> str:
    """A short word that no other test uses: for topics, groups, ids."""
    return uuid.uuid4().hex[:12]


@pytest.fixture
async def own_postgres(tmp_path: Path) -> AsyncIterator[Postgres]:
    """A PostgreSQL with fsync on that a test may kill: `kill()`, `start()`, each in a thread."""
    server = Postgres(tmp_path / "postgres", free_port())
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.remove)


@pytest.fixture
async def own_kafka(tmp_path: Path) -> AsyncIterator[Kafka]:
    """A Kafka that a test may kill: `kill()`, `start()`, each in a thread."""
    server = Kafka(tmp_path / "kafka", free_port())
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)
