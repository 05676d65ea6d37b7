"""Publishes what was committed: numbered after the commit, in order per key, at least once.

Appending takes no global lock and tells nobody. Afterwards one relay, fenced by its epoch, gives
every committed event the next dense position and sends it to Kafka. A relay that dies repeats a
few events, which consumers know by their stream version; it never skips one.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaProducer

from chassis import telemetry
from chassis.database import TRANSIENT, Database, Raw
from chassis.failpoints import reach
from chassis.kafka import KAFKA_ERRORS, cluster_id_of
from chassis.waiting import rest
from contracts.catalog import DECLARED
from contracts.cloudevents import CONTENT_TYPE, SEQUENCE_DIGITS, instant

log = structlog.get_logger()

SEQUENCED = 1000  # events a transaction
PUBLISHED = 2000  # events a batch
SHORTEST, LONGEST = 0.005, 0.25  # seconds between two looks
MEASURE = 1.0  # seconds between two looks at how far behind we are
WATCH_CLUSTER = 30.0  # seconds between two looks at the cluster's id
LOCK = 0x6B69656D_0001  # the advisory lock that elects the leader of a database

_ELECT = "SELECT pg_try_advisory_lock($1)"
_LEAD = "UPDATE relay_state SET epoch = epoch + 1, owner = $1 RETURNING epoch"
_HELD = "SELECT last_gpos FROM relay_state WHERE epoch = $1 FOR UPDATE"
_SEQUENCE = """
WITH taken AS (
    DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $2)
    RETURNING id, event_id
), placed AS (
    INSERT INTO event_position
    SELECT $1 + row_number() OVER (ORDER BY id), event_id FROM taken RETURNING 1
)
UPDATE relay_state SET last_gpos = last_gpos + (SELECT count(*) FROM placed)
RETURNING last_gpos - $1
"""
# The sealed column is never selected: what is personal cannot leave by mistake.
_NEXT = """
SELECT p.gpos, e.event_id, e.stream, e.version, e.type, e.data::text AS data, e.correlation,
       e.causation, e.traceparent, e.occurred_at, e.recorded_at
FROM event_position p JOIN event e USING (event_id)
WHERE p.gpos > $1 ORDER BY p.gpos LIMIT $2
"""
_ADVANCE = """
UPDATE relay_state SET published_gpos = $2 WHERE epoch = $1 AND published_gpos < $2 RETURNING 1
"""
_STATE = "SELECT published_gpos, last_gpos, cluster_id FROM relay_state WHERE epoch = $1"
_LAG = "SELECT (SELECT count(*) FROM outbox) + last_gpos - published_gpos FROM relay_state"
_RESTART = """
UPDATE relay_state SET published_gpos = CASE WHEN cluster_id IS NULL THEN published_gpos ELSE 0 END,
    cluster_id = $2 WHERE epoch = $1 RETURNING published_gpos
"""


class Follows(Protocol):
    """Something that reads by position, and wants to know when there are new ones."""

    def wake(self) -> None: ...


class Fenced(Exception):
    """Another relay leads now."""


PASSING: tuple[type[BaseException], ...] = (*TRANSIENT, Fenced)


class Relay:
    """The relay of one service; every replica runs one, and one of them leads."""

    def __init__(self, db: Database, bootstrap: str, service: str) -> None:
        self._db = db
        self._bootstrap = bootstrap
        self._source = f"kiem/{service}"
        self._service = service
        self._wake = asyncio.Event()
        self._epoch = -1
        self._published = 0
        self.leads = False
        self.followers: Sequence[Follows] = ()

    def wake(self) -> None:
        """Something was committed: look at once instead of at the next turn."""
        self._wake.set()

    async def run(self) -> None:
        """Lead whenever no other replica does, until cancelled."""
        while True:
            try:
                await self._lead()
            except PASSING as error:
                log.warning("relay.interrupted", error=type(error).__name__)
            except KAFKA_ERRORS as error:
                log.warning("relay.kafka_unavailable", error=type(error).__name__)
            finally:
                self.leads = False
            with suppress(*TRANSIENT):
                telemetry.RELAY_LAG.set(await self._db.pool.fetchval(_LAG))
            await asyncio.sleep(1)

    async def _lead(self) -> None:
        lock = await self._db.connect()
        try:
            # The lock elects; the epoch in every write fences: a leader that slept writes nothing.
            while not await lock.fetchval(_ELECT, LOCK):  # noqa: ASYNC110 - another process frees it
                await asyncio.sleep(0.5)
            self._epoch = await self._db.pool.fetchval(
                _LEAD, f"{socket.gethostname()}:{os.getpid()}"
            )
            log.info("relay.leads", epoch=self._epoch)
            producer = self._producer()
            try:
                await producer.start()
                await self._work(producer, lock)
            finally:
                await producer.stop()
        finally:
            lock.terminate()

    def _producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self._bootstrap, client_id=f"{self._service}-relay", acks="all",
            enable_idempotence=True, linger_ms=2, max_batch_size=262_144,
            compression_type="lz4", request_timeout_ms=30_000,
        )  # fmt: skip

    async def _work(self, producer: AIOKafkaProducer, lock: Raw) -> None:
        self.leads = True
        looked, measured, pause = -WATCH_CLUSTER, -MEASURE, SHORTEST
        while True:
            now = asyncio.get_running_loop().time()
            if now - looked >= WATCH_CLUSTER:
                await self._watch_cluster()
                looked = now
            if now - measured >= MEASURE:
                telemetry.RELAY_LAG.set(await self._db.pool.fetchval(_LAG))
                measured = now
            if lock.is_closed():
                raise Fenced
            self._wake.clear()
            moved = await self._sequence() + await self._publish(producer)
            pause = SHORTEST if moved else min(pause * 2, LONGEST)
            if not moved:
                await rest(self._wake, pause)

    async def _watch_cluster(self) -> None:
        """Start over when Kafka is a new one: the store is the truth, Kafka a copy."""
        found = await cluster_id_of(self._bootstrap)
        state = await self._db.pool.fetchrow(_STATE, self._epoch)
        if state is None:
            raise Fenced
        self._published = state["published_gpos"]
        if state["cluster_id"] != found:
            if state["cluster_id"] is not None:
                log.warning("relay.new_cluster", republishing=state["last_gpos"])
            self._published = await self._db.pool.fetchval(_RESTART, self._epoch, found)

    async def _sequence(self) -> int:
        """Give committed events their positions: dense, and in an order that respects causes."""
        if not await self._db.pool.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
            return 0
        async with self._db.pool.acquire() as raw, raw.transaction():
            last = await raw.fetchval(_HELD, self._epoch)
            if last is None:
                raise Fenced
            moved: int = await raw.fetchval(_SEQUENCE, last, SEQUENCED)
            reach("relay.sequenced_before_commit")
        reach("relay.sequenced")
        for follower in self.followers:
            follower.wake()
        return moved

    async def _publish(self, producer: AIOKafkaProducer) -> int:
        rows = await self._db.pool.fetch(_NEXT, self._published, PUBLISHED)
        if not rows:
            return 0
        with telemetry.span(
            f"send kiem.{self._service}.events", kind="client",
            links=[row["traceparent"] for row in rows if row["traceparent"]],
            attributes={"messaging.system": "kafka", "messaging.operation.type": "send",
                        "messaging.batch.message_count": len(rows)},
        ):  # fmt: skip
            sent = await self._send(producer, rows)
        if sent:
            upto = rows[sent - 1]["gpos"]
            reach("relay.sent_before_advance")
            if not await self._db.pool.fetchval(_ADVANCE, self._epoch, upto):
                telemetry.FENCED.inc()
                raise Fenced
            self._published = upto
            reach("relay.advanced")
        telemetry.RELAYED.inc(sent)
        if sent < len(rows):
            raise ConnectionError("Kafka did not take every record: the rest is sent again")
        return sent

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> int:
        """Send in order; return how many of the first records Kafka has for certain."""
        waiting = []
        failed: BaseException | None = None
        for row in rows:
            try:
                waiting.append(await producer.send(**self._record(row)))
            except KAFKA_ERRORS as error:
                failed = error
                break
        # Wait for every one: a later record may be in the log although an earlier one failed.
        results = await asyncio.gather(*waiting, return_exceptions=True)
        for number, result in enumerate(results):
            if isinstance(result, BaseException):
                log.warning("relay.send_failed", error=type(result).__name__)
                return number
        if failed:
            log.warning("relay.send_failed", error=type(failed).__name__)
        return len(results)

    def _record(self, row: Any) -> dict[str, Any]:
        kind = DECLARED[row["type"]]
        headers = [
            ("content-type", CONTENT_TYPE.encode()),
            ("ce_specversion", b"1.0"),
            ("ce_id", str(row["event_id"]).encode()),
            ("ce_source", self._source.encode()),
            ("ce_type", kind.type.encode()),
            ("ce_time", instant(row["occurred_at"]).encode()),
            ("ce_recordedtime", instant(row["recorded_at"]).encode()),
            ("ce_subject", row["stream"].encode()),
            ("ce_sequence", f"{row['version']:0{SEQUENCE_DIGITS}d}".encode()),
            ("ce_dataschema", f"urn:kiem:schema:{kind.type}".encode()),
        ]
        key = row["stream"].partition("-")[2]
        headers.append(("ce_partitionkey", key.encode()))
        headers += [
            (f"ce_{name}id", row[name].encode())
            for name in ("correlation", "causation")
            if row[name]
        ]
        if row["traceparent"]:
            # The trace of the request that caused the event, unchanged: it is where effects belong.
            headers.append(("traceparent", row["traceparent"].encode()))
            headers.append(("ce_traceparent", row["traceparent"].encode()))
        value = row["data"].encode()
        return {"topic": kind.topic, "key": key.encode(), "value": value, "headers": headers}
