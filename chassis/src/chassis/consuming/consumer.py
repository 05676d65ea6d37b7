"""The consumer of a service: FastStream fetches, the chassis decides what counts as heard.

FastStream is used in the one way that loses nothing: batches, manual acknowledgement, a parser
that touches nothing, and a handler that never lets an exception out. Positions live in PostgreSQL;
what is committed to Kafka serves only those who look at lag there.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka import TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis import telemetry
from chassis.consuming import dedupe, slot
from chassis.consuming.claims import LONGEST, SHORTEST, UNSURE, Claims
from chassis.consuming.dedupe import Gap
from chassis.consuming.desk import Desk
from chassis.consuming.effect import CONTENDED, PASSING, Effects
from chassis.consuming.letters import Letters
from chassis.consuming.position import Claim, Lost
from chassis.consuming.reading import Record, Slice
from chassis.consuming.subscription import AnySubscription
from chassis.database import Database
from chassis.kafka import KAFKA_ERRORS
from chassis.keyring import Keyring
from chassis.waiting import rest

log = structlog.get_logger()

POLL_MS = 5  # how long an empty fetch waits; FastStream then waits as long again
HOUSEKEEPING = 1.0  # seconds
PORTION = 10  # records of the first transaction; then as many as take about TURN
TURN = 1.0  # seconds that a transaction should last at most: what lasts too long never ends

_PARKED = "SELECT count(*) FROM dead_letter WHERE status = 'parked'"


class Stuck(Exception):
    """Nothing moves, and only a new process helps: this one ends."""


class Consumer:
    """Hears the topics of a service, as one static member of its group."""

    def __init__(
        self, db: Database, bootstrap: str, service: str, keyring: Keyring,
        subscriptions: Sequence[AnySubscription], *, max_records: int = 5000,
    ) -> None:  # fmt: skip
        self._db = db
        self._bootstrap = bootstrap
        self._service = service
        self._topics = [s.topic for s in subscriptions]
        self._max_records = max_records
        self._portion = PORTION
        letters = Letters(keyring)
        self.effects = Effects(db, letters, subscriptions)
        self.desk = Desk(db, letters, self.effects)
        self.claims = Claims(db, bootstrap, self.effects)

    def ready(self) -> bool:
        """Tell whether every partition that was given to this process is claimed."""
        return self.claims.watch.joined and self.claims.given() == set(self.claims.held())

    def healthy(self) -> str | None:
        """Say why this process should be started anew, or None."""
        return self.claims.watch.trouble()

    async def run(self) -> None:
        """Consume until cancelled; take another slot whenever the lease is lost.

        Raises Stuck where only a new process helps.
        """
        while True:
            try:
                async with slot.lease(self._db, self._service) as leased, self._member(leased.name):
                    await self._housekeep(leased.lost)
                log.warning("consumer.slot_lost", slot=leased.name)
            except KAFKA_ERRORS + PASSING as error:
                log.warning("consumer.interrupted", error=type(error).__name__)
            await asyncio.sleep(1)

    @asynccontextmanager
    async def _member(self, name: str) -> AsyncIterator[None]:
        broker = KafkaBroker(
            self._bootstrap, client_id=name, allow_auto_create_topics=False, logger=None,
            graceful_timeout=10, apply_types=False,
        )  # fmt: skip
        subscriber = broker.subscriber(
            *self._topics, batch=True, ack_policy=AckPolicy.MANUAL, group_id=self._service,
            group_instance_id=name, auto_offset_reset="earliest", batch_timeout_ms=POLL_MS,
            max_records=self._max_records, listener=self.claims, parser=_untouched,
            decoder=_undecoded, isolation_level="read_committed", session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000, max_poll_interval_ms=300_000,
        )  # fmt: skip
        subscriber(self._fetched)
        try:
            await broker.start()
            self.claims.begin(subscriber.consumer)
            log.info("consumer.joined", slot=name, topics=self._topics)
            yield
        finally:
            self.claims.end()
            await broker.stop()

    async def _housekeep(self, lost: asyncio.Event) -> None:
        """Until the slot is lost: claim what is idle, tell Kafka where we are, watch progress."""
        while not lost.is_set():
            try:
                async with asyncio.timeout(15):
                    await self.claims.claim_idle()
                    await self._tell_kafka()
                    await self.claims.watch.look(self.claims.kafka, self.claims.held())
                    await dedupe.forget(self._db.pool)
                    telemetry.PARKED.set(await self._db.pool.fetchval(_PARKED))
            except KAFKA_ERRORS + PASSING as error:
                log.warning("consumer.housekeeping", error=type(error).__name__)
            if trouble := self.claims.watch.trouble():
                raise Stuck(trouble)
            await rest(lost, HOUSEKEEPING)

    async def _tell_kafka(self) -> None:
        if held := self.claims.held():
            await self.claims.kafka.commit({tp: claim.position for tp, claim in held.items()})

    async def _fetched(self, message: KafkaMessage) -> None:
        """Handle one fetch. Nothing is raised: FastStream would go on as if all were well."""
        groups: dict[TopicPartition, list[Record]] = {}
        for record in message.raw_message:  # FastStream mixes partitions in a batch
            groups.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        if self.claims.kafka is None:
            return  # not begun or ending: what is not claimed is fetched again
        while groups:
            share = max(1, self._portion // len(groups))
            portion = {tp: records[:share] for tp, records in groups.items()}
            async with self.claims.busy:
                await self._handle(portion)
                # What a failure left undone is fetched again; nothing behind it is handled now.
                groups = {
                    tp: records[share:]
                    for tp, records in groups.items()
                    if records[share:] and self._ends(tp, portion[tp])
                }

    async def _handle(self, portion: dict[TopicPartition, list[Record]]) -> None:
        began = time.monotonic()
        try:
            found = [await self._slice(tp, records) for tp, records in portion.items()]
            await self._apply([part for part in found if part])
        except Exception:
            log.exception("consumer.unexpected")
            for tp in portion:
                self.claims.forget(tp)
                self.claims.rest(tp, LONGEST)
        took = time.monotonic() - began
        if took > TURN:
            self._portion = max(PORTION, self._portion // 2)
        elif took < TURN / 2:
            self._portion = min(self._portion * 2, self._max_records)

    def _ends(self, tp: TopicPartition, records: list[Record]) -> bool:
        """Tell whether our position is right behind these records."""
        claim = self.claims.get(tp)
        return (
            claim is not None
            and not claim.stopped
            and claim.cursor == claim.position == records[-1].offset + 1
        )

    async def _slice(self, tp: TopicPartition, records: list[Record]) -> Slice | None:
        """Return what of a fetch continues where we are; otherwise go back to where we are."""
        claim = self.claims.get(tp)
        if claim is None:
            await self.claims.claim([tp])
            return None
        if claim.cursor == UNSURE:
            claim.cursor = claim.position
            if records[0].offset != claim.position:
                self.claims.seek(tp, claim)
                return None
        follows = records[0].offset >= claim.cursor == claim.position
        claim.cursor = records[-1].offset + 1
        if claim.stopped:
            self.claims.rest(tp, LONGEST)
            return None
        if not follows or await self._overtaken(tp, claim, records[0].offset):
            # A failure was passed over, or Kafka is another one now, or forgot what was not read.
            await self.claims.claim([tp])
            return None
        return Slice(claim, records)

    async def _overtaken(self, tp: TopicPartition, claim: Claim, first: int) -> bool:
        """Tell whether records are missing, or only offsets, as after a transaction."""
        if first == claim.position:
            return False
        begins = await self.claims.kafka.beginning_offsets([tp])
        return bool(begins[tp] > claim.position)

    async def _apply(self, slices: list[Slice]) -> None:
        if not slices:
            return
        try:
            await self.effects.apply(slices)
        except Lost:
            await self._without_the_lost(slices)
        except Gap as gap:
            await self._before(slices, gap)
        except PASSING as error:
            log.warning("consumer.again", error=type(error).__name__)
            if len(slices) > 1 and isinstance(error, CONTENDED):
                await self._each(slices)
                return
            for part in slices:
                self.claims.retreat(*_of(part))
        else:
            for part in slices:
                self.claims.moved(*_of(part))

    async def _each(self, slices: list[Slice]) -> None:
        """One partition is in trouble: the others go on."""
        for part in slices:
            await self._apply([part])

    async def _without_the_lost(self, slices: list[Slice]) -> None:
        """A partition is another's now: the others go on."""
        if len(slices) > 1:
            await self._each(slices)
            return
        telemetry.FENCED.inc()
        tp, _ = _of(slices[0])
        self.claims.forget(tp)
        self.claims.rest(tp, SHORTEST)

    async def _before(self, slices: list[Slice], gap: Gap) -> None:
        """Take what comes before the gap; the rest waits, as the missing version may be coming."""
        self._portion = self._max_records  # or stand further behind than we looked
        rest: list[Slice] = []
        for part in slices:
            if part.claim.partition != gap.item.partition:
                rest.append(part)
                continue
            tp, claim = _of(part)
            self.claims.watch.gap(tp)
            if ready := [r for r in part.records if r.offset < gap.item.record.offset]:
                rest.append(Slice(claim, ready))
            else:
                self.claims.retreat(tp, claim)
        await self._apply(rest)


def _of(part: Slice) -> tuple[TopicPartition, Claim]:
    return TopicPartition(*part.claim.partition), part.claim


async def _untouched(message: Any) -> KafkaMessage:
    """Wrap what was fetched, and look at none of it: a header may hold anything."""
    return KafkaMessage(raw_message=message, headers={}, body=b"", consumer=FAKE_CONSUMER)


async def _undecoded(message: KafkaMessage) -> KafkaMessage:
    return message
