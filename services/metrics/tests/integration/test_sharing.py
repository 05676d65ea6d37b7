"""Two processes of metrics share the topic of usage, and lose nothing when one is killed."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from contracts.catalog import TOPICS
from contracts.outside import USAGE_TOPIC
from local.kafka import Kafka
from local.topics import create_topics, new_topic
from metrics.settings import MetricsSettings
from services.metrics.tests.integration.conftest import Kept
from services.metrics.tests.integration.test_hearing import publish, usage

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
PARTITIONS, USES = 6, 1_500
_OWNERS = "SELECT count(DISTINCT owner) FROM consumer_position WHERE topic = $1"
_AT = "SELECT coalesce(sum(next_offset), 0) FROM consumer_position WHERE topic = $1"


def environment(settings: MetricsSettings, bootstrap: str) -> dict[str, str]:
    return os.environ | {
        "KIEM_PORT": "0", "KIEM_ISSUER": "http://127.0.0.1:9", "KIEM_CLIENT_ID": "metrics",
        "KIEM_CLIENT_SECRET": settings.client_secret.get_secret_value(),
        "KIEM_DATABASE_URL": settings.database_url.get_secret_value(),
        "KIEM_KEYS": settings.keys.get_secret_value(),
        "KIEM_PERSON_KEY": settings.person_key.get_secret_value(),
        "KIEM_KAFKA_BOOTSTRAP": bootstrap, "KIEM_SOURCES": "*=*",
        "KIEM_USAGE_MAX_AGE_DAYS": "10000",
    }  # fmt: skip


@asynccontextmanager
async def two_processes(
    settings: MetricsSettings, bootstrap: str
) -> AsyncIterator[tuple[Process, Process]]:
    given = environment(settings, bootstrap)
    run = asyncio.create_subprocess_exec
    one, two = [
        await run(sys.executable, "-m", "metrics", env=given, stdout=DEVNULL, stderr=DEVNULL)
        for _ in range(2)
    ]
    try:
        yield one, two
    finally:
        for process in (one, two):
            if process.returncode is None:
                process.kill()
            await process.wait()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(100):
        while not await holds():  # noqa: ASYNC110 - the condition is another process's
            await asyncio.sleep(0.1)


async def test_one_of_two_is_killed_and_every_use_counts_once(
    kept: Kept, settings: MetricsSettings, own_kafka: Kafka
) -> None:
    """With a fifth of the uses told twice, before and after the kill."""
    pool, bootstrap = kept.db.pool, own_kafka.bootstrap
    await pool.execute("DELETE FROM consumer_position")
    await create_topics(bootstrap, [new_topic(topic, PARTITIONS) for topic in TOPICS])
    uses = [usage(p, f"shared {p}") for p in range(USES)]
    half = USES // 2
    first, second = uses[:half] + uses[: half // 4], uses[half:] + uses[half // 2 : half]

    async def shared() -> bool:
        return bool(await pool.fetchval(_OWNERS, USAGE_TOPIC) == 2)

    def all_read(records: int) -> Callable[[], Awaitable[bool]]:
        async def read() -> bool:
            return bool(await pool.fetchval(_AT, USAGE_TOPIC) == records)

        return read

    async def begun() -> bool:
        return bool(await pool.fetchval(_AT, USAGE_TOPIC) > 0)

    async with two_processes(settings, bootstrap) as (one, two):
        await until(shared)
        await publish(bootstrap, first)
        await until(begun)
        one.send_signal(signal.SIGKILL)
        await publish(bootstrap, second)
        await until(all_read(len(first) + len(second)))
        assert two.returncode is None
    assert sum(row["uses"] for row in await kept.rows("usage_ledger")) == USES
    assert len(await kept.rows("inbox")) == USES
    assert await kept.rows("dead_letter") == []
