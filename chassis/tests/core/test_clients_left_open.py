"""A consumer that cannot begin leaves no client of Kafka behind: it tries again each second."""

import asyncio
import gc
import warnings

import pytest
from aiokafka import AIOKafkaConsumer

from chassis.consuming.consumer import Consumer
from local.ports import free_port

from .listening import Listener
from .stage import until

pytestmark = [pytest.mark.integration]


def unclosed(found: list[warnings.WarningMessage]) -> list[str]:
    """Return the clients: a connection that was being made ends with the process."""
    said = [str(each.message) for each in found]
    return [each for each in said if "Unclosed" in each and "AIOKafkaConnection" not in each]


async def run_for_a_moment(consumer: Consumer, turns: int) -> None:
    """Run it until some turns of the loop after it began, and stop it as a process does."""
    task = asyncio.create_task(consumer.run())

    async def tried() -> bool:
        return any(isinstance(each, AIOKafkaConsumer) for each in gc.get_objects())

    await until(tried)
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_where_kafka_is_away(listener: Listener) -> None:
    away = listener.consumer()
    away._bootstrap = f"127.0.0.1:{free_port()}"
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        await run_for_a_moment(away, turns=100)
        gc.collect()
    assert unclosed(found) == []


async def test_where_it_is_stopped_while_it_begins(listener: Listener) -> None:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        for turns in (0, 1, 3, 10, 30, 100, 300):
            await run_for_a_moment(listener.consumer(), turns)
        gc.collect()
    assert unclosed(found) == []
