"""The fixtures `postgres` and `kafka` find containers where local processes are not to be had."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.compose.files import ROOT
from tests.compose.system import CannotRun, docker, require_images
from tests.guardian import KAFKA_IMAGE, POSTGRES_IMAGE, PROVIDER

pytestmark = [pytest.mark.compose, pytest.mark.timeout(400)]

TRIED = """
import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from tests.compose.test_servers_of_tests_from_containers import running
from tests.guardian import KAFKA_IMAGE, POSTGRES_IMAGE


async def test_a_database_of_its_own(database):
    for url in (database.url, database.migration_url):
        connection = await asyncpg.connect(url, ssl=False)
        assert await connection.fetchval("SELECT current_database()") == database.name
        await connection.close()


def test_both_are_containers(postgres, kafka):
    assert running(POSTGRES_IMAGE, f":{postgres.url.rpartition(':')[2].partition('/')[0]}->")
    assert running(KAFKA_IMAGE, f":{kafka.bootstrap.rpartition(':')[2]}->")


async def test_a_record_goes_there_and_back(kafka, unique):
    await kafka.topics(unique)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    await producer.start()
    await producer.send_and_wait(unique, b"told")
    await producer.stop()
    where = {"bootstrap_servers": kafka.bootstrap, "auto_offset_reset": "earliest"}
    consumer = AIOKafkaConsumer(unique, **where)
    await consumer.start()
    assert (await consumer.getone()).value == b"told"
    await consumer.stop()
"""


def running(image: str, published: str) -> list[str]:
    """Return the containers of this image that are behind this port."""
    told = docker("ps", "--format", "{{.ID}} {{.Ports}}", "--filter", f"ancestor={image}")
    return [line for line in told.splitlines() if published in line]


def _there() -> set[str]:
    images = (POSTGRES_IMAGE, KAFKA_IMAGE)
    told = [docker("ps", "-a", "-q", "--filter", f"ancestor={image}") for image in images]
    return set("\n".join(told).split())


def test_both_servers_come_from_containers_and_go_with_the_run(
    engine: None, tmp_path: Path
) -> None:
    try:
        require_images([POSTGRES_IMAGE, KAFKA_IMAGE])
    except CannotRun as reason:
        pytest.skip(str(reason))
    before = _there()
    file = tmp_path / "test_tried.py"
    file.write_text(TRIED)
    mine = {n: v for n, v in os.environ.items() if not n.startswith(("KIEM_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml",
         "--rootdir", ROOT, "-p", "conftest", file],
        cwd=ROOT, env={**mine, PROVIDER: "containers", "KIEM_REQUIRE_INFRA": "1"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    deadline = time.monotonic() + 60
    while left := _there() - before:
        assert time.monotonic() < deadline, f"the guardians did not end {left}"
        time.sleep(0.2)
