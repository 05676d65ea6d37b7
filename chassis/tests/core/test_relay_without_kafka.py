"""The relay while Kafka is away, or takes its time: what is committed is numbered all the same."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from chassis import telemetry
from chassis.relay import LOCK, Relay

from .stage import Stage, revised, running, submitted, until

pytestmark = pytest.mark.integration


async def test_how_far_the_relay_is_behind_can_be_seen_while_kafka_is_away(stage: Stage) -> None:
    relay = Relay(stage.db, "127.0.0.1:1", "ideas")
    await stage.append(f"idea-{uuid4()}", 0, *(revised(uuid4()) for _ in range(7)))
    async with running(relay):
        await until(lambda: telemetry.RELAY_LAG._value.get() == 7)
        assert not relay.leads


async def test_who_does_not_lead_tells_how_far_behind_all_is_now(stage: Stage) -> None:
    """Not how it was at its own start; and a leader that hangs tells nothing at all."""
    async with stage.db.connected() as hanging:
        await hanging.execute("SELECT pg_advisory_lock($1)", LOCK)
        async with running(Relay(stage.db, "127.0.0.1:1", "ideas")):
            for count in (1, 2):
                await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
                await until(lambda: telemetry.RELAY_LAG._value.get() == count)  # noqa: B023


async def test_what_is_committed_while_kafka_is_away_is_in_the_lists_all_the_same(
    stage: Stage,
) -> None:
    """Projections follow positions, and these are given without a word of Kafka's."""
    relay, followed = Relay(stage.db, "127.0.0.1:1", "ideas"), asyncio.Event()
    relay.sequenced = followed.set
    async with running(relay):
        for count in (1, 2):
            await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
            await until(followed.is_set)
            followed.clear()
            assert (await stage.count("outbox"), await stage.count("event_position")) == (0, count)
    assert not relay.leads


async def test_while_a_send_waits_for_kafka_what_is_committed_gets_its_positions(
    stage: Stage, relay: Relay
) -> None:
    never: Any = SimpleNamespace(send=_never_sent)
    await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
    relay._epoch = 0
    await relay._sequence()
    sending = asyncio.create_task(relay._publish(never))
    await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
    await until(lambda: _positions(stage, 2))
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert await stage.owner.fetchval("SELECT published_gpos FROM relay_state") == 0


async def _never_sent(**_: object) -> Any:
    return asyncio.get_running_loop().create_future()


async def _positions(stage: Stage, count: int) -> bool:
    return await stage.count("event_position") == count
