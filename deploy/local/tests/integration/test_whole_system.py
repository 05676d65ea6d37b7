"""The launcher as a person uses it, with stand-ins for the four services.

Real PostgreSQL, Kafka, identity provider and mailbox; what the services themselves do when they
are started this way is for the journeys to show.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from local.databases import connect
from local.postgres import Postgres

from .disks import Disk, mounted
from .people import Person, living

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """Somebody with a system of their own, for what a start does."""
    yield from living(tmp_path)


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk | str]:
    with mounted("4g") as found:
        yield found


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory, disk: Disk | str) -> Iterator[Person]:
    """Somebody whose system several tests use, on a disk of their own where there can be one."""
    folder = disk.folder if isinstance(disk, Disk) else tmp_path_factory.mktemp("neighbour")
    yield from living(folder)


@pytest.fixture
def running(neighbour: Person) -> Person:
    code, said = neighbour.type("up")
    assert code == 0, said
    return neighbour


def wait_until(true: Callable[[], bool], patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_status_and_logs_say_how_it_is(running: Person) -> None:
    code, said = running.type("status")
    assert (code, said.count(" ready")) == (0, 9)
    assert f"http://127.0.0.1:{running.base + 1}" in said
    assert "The start took" in said
    assert "serving" in running.type("logs", "ideas")[1]
    assert "There is no log of idea." in running.type("logs", "idea")[1]


def test_up_while_it_runs_only_says_where_everything_is(running: Person) -> None:
    before = running.processes()
    code, said = running.type("up")
    assert (code, running.processes()) == (0, before)
    assert "Kiem runs already." in said
    assert f"http://127.0.0.1:{running.base + 1}" in said
    assert "already runs" in running.type("up", "--foreground")[1]


@pytest.mark.parametrize("victim", ["ideas", "kafka", "postgres", "identity"])
def test_a_process_that_dies_is_started_again(running: Person, victim: str) -> None:
    killed = running.kill(victim)
    wait_until(lambda: running.pid_of(victim) not in {None, killed})
    wait_until(lambda: running.type("status")[0] == 0)


def test_reset_asks_first(running: Person) -> None:
    code, said = running.type("reset")
    assert (code, "make reset YES=1" in said) == (1, True)
    assert running.type("status")[0] == 0


def test_a_killed_supervisor_is_cleaned_up_by_the_next_start(running: Person) -> None:
    secrets = (running.home / "secrets.json").read_text()
    running.kill("supervisor")
    code, said = running.type("up")
    assert code == 0, said
    assert running.type("status")[0] == 0
    assert (running.home / "secrets.json").read_text() == secrets


def test_a_disk_that_fills_is_named_and_all_goes_on_when_there_is_room(
    running: Person, disk: Disk | str
) -> None:
    if isinstance(disk, str):
        pytest.skip(disk)
    supervisor = running.pid_of("supervisor")
    disk.fill()
    running.kill("identity")
    wait_until(lambda: f"The disk that holds {running.home} is full." in running.type("status")[1])
    disk.resize("4g")
    wait_until(lambda: running.type("status")[0] == 0, patience=60)
    assert running.pid_of("supervisor") == supervisor


def test_what_was_written_is_there_after_down_and_up(running: Person) -> None:
    database = Postgres(running.home / "postgres", running.base + 32)
    bootstrap, secrets = f"127.0.0.1:{running.base + 92}", running.home / "secrets.json"

    async def write() -> None:
        connection = await connect(database.url)
        await connection.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
        await connection.close()
        async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
            await producer.send_and_wait("kiem.ideas.events", b"kept", key=b"k", partition=0)

    async def read() -> tuple[int, bytes]:
        connection = await connect(database.url)
        kept = await connection.fetchval("SELECT id FROM kept")
        await connection.close()
        async with AIOKafkaConsumer(
            "kiem.ideas.events", bootstrap_servers=bootstrap, auto_offset_reset="earliest"
        ) as consumer:
            return kept, (await consumer.getone()).value

    asyncio.run(write())
    known = secrets.read_text()
    assert running.type("down")[0] == 0
    assert running.processes() == {}
    code, said = running.type("up")
    assert code == 0, said
    assert asyncio.run(read()) == (7, b"kept")
    assert secrets.read_text() == known


def test_what_a_killed_supervisor_left_is_stopped_by_down(running: Person) -> None:
    running.kill("supervisor")
    assert running.type("down")[0] == 0
    assert running.processes() == {}
    assert running.type("status")[0] == 1


def test_ctrl_c_in_the_foreground_stops_everything(person: Person) -> None:
    with person.begin("up", "--foreground") as started:
        assert started.stdout is not None
        for line in started.stdout:
            if "Ctrl-C stops everything" in line:
                break
        started.send_signal(signal.SIGINT)
        said = started.stdout.read()
    assert started.returncode == 0, said
    stops = [line for line in said.splitlines() if "Stop " in line]
    order = [
        next(number for number, line in enumerate(stops) if name in line)
        for name in ("ideas", "mailbox", "kafka", "postgres")
    ]
    assert order == sorted(order)
    assert person.processes() == {}


def test_ctrl_c_during_the_start_leaves_nothing(person: Person) -> None:
    with person.begin("up") as started:
        wait_until((person.home / "run" / "supervisor.pid").exists)
        wait_until((person.home / "kafka" / "kafka.pid").exists)
        started.send_signal(signal.SIGINT)
        said, _ = started.communicate(timeout=60)
    assert started.returncode == 1
    assert "interrupted; everything was stopped" in said
    assert person.processes() == {}


def test_a_busy_port_is_named_and_nothing_stays_behind(person: Person) -> None:
    port = person.base + 3
    with socket.create_server(("127.0.0.1", port)):
        code, said = person.type("up")
    assert code == 1
    assert f"{port} (metrics)" in said
    assert "KIEM_PORT_BASE=" in said
    assert person.processes() == {}


def test_a_service_that_cannot_start_is_named_with_its_last_words(person: Person) -> None:
    broken = Path(person.environment["PYTHONPATH"]) / "feedback" / "__main__.py"
    broken.write_text("import sys\nsys.exit('the rubric is missing')\n")
    code, said = person.type("up")
    assert code == 1
    assert "`python -m feedback migrate` failed" in said
    assert "| the rubric is missing" in said
    assert person.processes() == {}


def test_servers_that_are_named_are_used_instead(person: Person, postgres: Any, kafka: Any) -> None:
    person.environment |= {
        "KIEM_POSTGRES_URL": postgres.url, "KIEM_KAFKA_BOOTSTRAP": kafka.bootstrap,
    }  # fmt: skip
    code, said = person.type("up")
    assert code == 0, said
    assert not (person.home / "postgres" / "postgres.pid").exists()
    assert not (person.home / "kafka").exists()
    assert kafka.bootstrap in (person.home / "env").read_text()


def test_reset_deletes_nothing_that_is_not_kiems(person: Person, tmp_path: Path) -> None:
    person.environment["KIEM_HOME"] = str(tmp_path)
    code, said = person.type("reset", "--yes")
    assert (code, "does not look like a state folder" in said) == (1, True)
    assert (tmp_path / "stand-ins").exists()
    person.environment["KIEM_HOME"] = str(person.home)
