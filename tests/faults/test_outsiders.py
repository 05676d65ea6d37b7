"""Of each use it is known who took it, and when."""

import asyncio
import random
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from tests.faults.checker import Allowed, uses, when
from tests.faults.evidence import Evidence
from tests.faults.history import History
from tests.faults.outsiders import SOURCE, Publisher


class Door:
    """Metrics, which takes whatever is told at its door."""

    async def token(self, *_: str) -> str:
        return "token"

    def url(self, *_: str) -> str:
        return "http://metrics"

    @property
    def http(self) -> Any:
        return SimpleNamespace(post=self._post)

    async def _post(self, *_: Any, **__: Any) -> Any:
        return SimpleNamespace(status_code=200)


class NoKafka:
    async def send(self, *_: Any, **__: Any) -> None:
        raise KafkaConnectionError


class SlowKafka:
    """Says of what it was sent what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.sent: list[asyncio.Future[None]] = []

    async def send(self, *_: Any, **__: Any) -> "asyncio.Future[None]":
        self.sent.append(asyncio.get_running_loop().create_future())
        return self.sent[-1]


def publisher() -> Publisher:
    chance = random.Random(1)  # noqa: S311
    return Publisher(Door(), History(), chance, 1.0)  # type: ignore[arg-type]


async def test_what_kafka_did_not_take_and_the_door_did_is_not_looked_for_in_kafka() -> None:
    """It is told twice under one id, as one use in five is."""
    made = publisher()
    batch = [("u1", made.use())]
    with pytest.raises(KafkaConnectionError):
        await made.publish(NoKafka(), batch)
    use = made.history.uses[SOURCE, "u1"]
    outcomes = [use.outcome]
    await made._by_the_door(batch)
    outcomes.append(use.outcome)
    assert (outcomes, use.taken) == (["unknown", "acknowledged"], None)
    ledger = Evidence()
    ledger.uses[when(use)] = ledger.users[when(use)] = 1
    assert list(uses(made.history, ledger, Allowed())) == []
    ledger.uses.clear()
    (wrong,) = uses(made.history, ledger, Allowed())
    assert f"used 1 to 1 times on {when(use)[1]}, and the ledger says 0" in wrong


async def test_a_use_is_taken_when_kafka_says_so_not_when_its_batch_is_over() -> None:
    """A batch may be over long after, when Kafka has been lost and another one is there."""
    made, kafka = publisher(), SlowKafka()
    publishing = asyncio.create_task(made.publish(kafka, [(n, made.use()) for n in ("u1", "u2")]))
    while len(kafka.sent) < 2:  # noqa: ASYNC110 - it sends them one after the other
        await asyncio.sleep(0)
    first, second = (made.history.uses[SOURCE, name] for name in ("u1", "u2"))
    kafka.sent[0].set_result(None)
    while first.taken is None:  # noqa: ASYNC110 - the loop tells it at its next turn
        await asyncio.sleep(0)
    assert (first.outcome, second.outcome, publishing.done()) == ("acknowledged", "unknown", False)
    kafka.sent[1].set_exception(KafkaConnectionError())
    with pytest.raises(KafkaConnectionError):
        await publishing
    assert (second.outcome, second.taken) == ("unknown", None)
