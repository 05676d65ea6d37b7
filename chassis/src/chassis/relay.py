"""Publishes what was committed: numbered after the commit, in order per key, at least once.

Appending takes no global lock and tells nobody. Afterwards one relay, fenced by its epoch, gives
every committed event the next dense position and sends it to Kafka. A relay that dies repeats a
few events, which consumers know by their stream version; it never skips one.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from aiokafka import AIOKafkaProducer

from chassis import components, decider, failpoints, kafka, restored, telemetry
from chassis.database import Database, Raw
from chassis.log import log
from contracts.catalog import DECLARED
from contracts.cloudevents import attributes_of, write
from contracts.envelope import Envelope

SEQUENCED = 1000  # events a transaction
PUBLISHED = 2000  # events a batch
SHORTEST, LONGEST = 0.005, 0.25  # seconds between two looks
WATCH_CLUSTER = 30.0  # seconds between two looks at the cluster's id
SLOW = 1.0  # seconds of one send after which it is looked at once more
ENDING = 2.0  # seconds in which a producer must have ended; it goes on ending by itself
LOCK = 0x6B69656D_0001  # the advisory lock that elects the leader of a database

_ELECT = "SELECT pg_try_advisory_lock($1)"
_LEAD = "UPDATE relay_state SET epoch = epoch + 1, owner = $1 RETURNING epoch"
# Whoever was overtaken finds no row to hold, so takes nothing, places nothing, and gets no row.
_SEQUENCE = """
WITH held AS (
    SELECT last_gpos FROM relay_state WHERE epoch = $1 FOR UPDATE
), taken AS (
    DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $2)
        AND EXISTS (SELECT FROM held) RETURNING id, event_id
), placed AS (
    INSERT INTO event_position
    SELECT last_gpos + row_number() OVER (ORDER BY id), event_id FROM taken, held RETURNING 1
)
UPDATE relay_state SET last_gpos = held.last_gpos + (SELECT count(*) FROM placed)
FROM held RETURNING relay_state.last_gpos - held.last_gpos AS moved
"""
# The sealed column is never selected: what is personal cannot leave by mistake.
_NEXT = """
SELECT p.gpos, e.event_id::text AS id, e.stream, e.version, e.type, e.data::text AS data,
       e.correlation, e.causation, e.traceparent, e.occurred_at, e.recorded_at
FROM event_position p JOIN event e USING (event_id)
WHERE p.gpos > $1 ORDER BY p.gpos LIMIT $2
"""
_ADVANCE = """
UPDATE relay_state SET published_gpos = $2 WHERE epoch = $1 AND published_gpos < $2 RETURNING 1
"""
_STATE = "SELECT published_gpos, last_gpos, cluster_id FROM relay_state WHERE epoch = $1"
# Numbers of the outbox are handed out one by one, so two of them tell how many there are.
_LAG = """
SELECT (SELECT coalesce(max(id) - min(id) + 1, 0) FROM outbox), last_gpos - published_gpos
FROM relay_state
"""
_RESTART = """
UPDATE relay_state SET published_gpos = CASE WHEN cluster_id IS NULL THEN published_gpos ELSE 0 END,
    cluster_id = $2 WHERE epoch = $1 RETURNING published_gpos
"""
_SENDING = {"messaging.system": "kafka", "messaging.operation.type": "send"}


class Fenced(decider.ConcurrentWrite):
    """Another relay leads now."""


class Relay(components.Loop):
    """The relay of one service; every replica runs one, and one of them leads."""

    trouble = "relay.interrupted"

    def __init__(self, db: Database, bootstrap: str, service: str) -> None:
        super().__init__()
        self._db, self._bootstrap, self._service = db, bootstrap, service
        self._source = f"kiem/{service}"
        self._epoch, self._published = -1, 0
        self._ending: asyncio.Task[None] | None = None  # held, or it could end unseen
        self.leads = False
        self.sequenced: Callable[[], None] = lambda: None  # told of, whenever something was

    async def step(self) -> None:
        """Lead whenever no other replica does."""
        async with self._db.connected() as lock:
            # The lock elects; the epoch in every write fences: a leader that slept writes nothing.
            while not await lock.fetchval(_ELECT, LOCK):
                await self._waiting()  # a leader that hangs tells nobody how far behind it is
                await asyncio.sleep(0.5)
            self._epoch = await self._db.pool.fetchval(_LEAD, kafka.process_name())
            log.info("relay.leads", epoch=self._epoch)
            topics = {k.topic for k in DECLARED.values() if k.owner == self._service and k.stream}
            await self._meanwhile(restored.compare(self._db, self._bootstrap, topics, self._source))
            producer = self._producer()
            async with kafka.opened(producer, partial(self._end, producer)):
                try:
                    await self._work(producer, lock)
                finally:
                    self.leads = False

    async def _waiting(self) -> int:
        """Return how many events have no position yet; note how many are not in Kafka."""
        waiting, numbered = await self._db.pool.fetchrow(_LAG)
        self.alive()
        telemetry.RELAY_LAG.set(waiting + numbered)
        return int(waiting)

    def _producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self._bootstrap, client_id=f"{self._service}-relay", acks="all",
            enable_idempotence=True, linger_ms=2, max_batch_size=262_144,
            compression_type="lz4", request_timeout_ms=30_000,
        )  # fmt: skip

    async def _end(self, producer: Any) -> None:
        """End the producer. What it did not send is in the store: Kafka is not waited for long."""
        if producer._sender is not None and producer._sender.sender_task is not None:  # noqa: SLF001
            producer._sender.sender_task.cancel()  # noqa: SLF001 - it goes on until all is sent
        self._ending = asyncio.create_task(producer.stop())
        done, _ = await asyncio.wait([self._ending], timeout=ENDING)
        for ended in done:
            ended.result()

    async def _work(self, producer: AIOKafkaProducer, lock: Raw) -> None:
        self.leads = True
        time = asyncio.get_running_loop().time
        looked, pause = -WATCH_CLUSTER, SHORTEST
        while not lock.is_closed():
            if time() - looked >= WATCH_CLUSTER:
                await self._watch_cluster()
                looked = time()
            # Who wakes may not have committed yet: then it is found soon, not after a long pause.
            woken, began = self._wake.is_set(), time()
            self._wake.clear()
            moved = await self._sequence() + await self._publish(producer)
            if time() - began > SLOW:
                looked = -WATCH_CLUSTER  # Kafka was away, so it may be another one now
            pause = SHORTEST if moved or woken else min(pause * 2, LONGEST)
            if not moved:
                await components.rest(self._wake, pause)
        raise Fenced

    async def _watch_cluster(self) -> None:
        """Start over when Kafka is a new one: the store is the truth, Kafka a copy."""
        found = await kafka.cluster_id_of(self._bootstrap)
        state = await self._fenced(_STATE)
        self._published = state["published_gpos"]
        if state["cluster_id"] != found:
            if state["cluster_id"] is not None:
                log.warning("relay.new_cluster", republishing=state["last_gpos"])
            self._published = await self._db.pool.fetchval(_RESTART, self._epoch, found)

    async def _fenced(self, statement: str, *given: Any) -> Any:
        """Return the row that a statement finds as long as nobody else leads."""
        row = await self._db.pool.fetchrow(statement, self._epoch, *given)
        if row is None:
            telemetry.FENCED.inc()
            raise Fenced
        return row

    async def _sequence(self) -> int:
        """Give committed events their positions: dense, and in an order that respects causes."""
        if not await self._waiting():
            return 0
        moved: int = (await self._fenced(_SEQUENCE, SEQUENCED))["moved"]
        failpoints.reach("relay.sequenced")
        self.sequenced()
        return moved

    async def _meanwhile(self, asked: Coroutine[Any, Any, Any]) -> Any:
        """Ask something of Kafka. What is committed gets its positions however long that takes.

        Projections follow these: what people did is in their lists also while Kafka is away.
        """
        asking = asyncio.create_task(asked)
        asking.add_done_callback(lambda _: self.wake())
        try:
            while not asking.done():
                self._wake.clear()
                await self._sequence()
                await components.rest(self._wake, LONGEST)
            return asking.result()
        finally:
            asking.cancel()

    async def _publish(self, producer: AIOKafkaProducer) -> int:
        rows = await self._db.pool.fetch(_NEXT, self._published, PUBLISHED)
        if not rows:
            return 0
        with telemetry.span(
            f"send kiem.{self._service}.events", kind="client",
            links=[row["traceparent"] for row in rows if row["traceparent"]],
            attributes=_SENDING | {"messaging.batch.message_count": len(rows)},
        ):  # fmt: skip
            sent: int = await self._meanwhile(self._send(producer, rows))
        if sent:
            upto = rows[sent - 1]["gpos"]
            failpoints.reach("relay.sent_before_advance")
            await self._fenced(_ADVANCE, upto)
            self._published = upto
            failpoints.reach("relay.advanced")
        telemetry.RELAYED.inc(sent)
        if sent < len(rows):
            raise ConnectionError("Kafka did not take every record: the rest is sent again")
        return sent

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> int:
        """Send in order; return how many of the first records Kafka has for certain."""
        waiting: list[Any] = []
        try:
            for row in rows:
                waiting.append(await producer.send(**self._record(**row)))  # noqa: PERF401 - some count
        except components.PASSING as error:
            log.warning("relay.send_failed", error=type(error).__name__)
        # Wait for every one: a later record may be in the log although an earlier one failed.
        results = await asyncio.gather(*waiting, return_exceptions=True)
        for number, result in enumerate(results):
            if isinstance(result, BaseException):
                log.warning("relay.send_failed", error=type(result).__name__)
                return number
        return len(results)

    def _record(self, gpos: int, stream: str, data: str, **same: Any) -> dict[str, Any]:  # noqa: ARG002
        """Return what is sent of a row; its data as they lie there, unread."""
        key = stream.partition("-")[2]
        told: Envelope[Any] = Envelope(
            source=self._source, key=key, stream=stream, data=None, **same
        )
        headers, value = write(attributes_of(told), data.encode())
        topic = DECLARED[told.type].topic
        return {"topic": topic, "key": key.encode(), "value": value, "headers": headers}
