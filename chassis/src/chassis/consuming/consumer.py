"""The consumer of a service: FastStream fetches, the chassis decides what counts as heard.

FastStream is used in the one way that loses nothing: batches, manual acknowledgement, a parser
that touches nothing, and a handler that never lets an exception out. Positions live in PostgreSQL;
what is committed to Kafka serves only those who look at lag there.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis import telemetry
from chassis.consuming import position, slot
from chassis.consuming.dedupe import Gap
from chassis.consuming.desk import Desk
from chassis.consuming.effect import PASSING, Effects
from chassis.consuming.letters import Letters
from chassis.consuming.position import Claim, Lost
from chassis.consuming.reading import Record, Slice
from chassis.consuming.subscription import AnySubscription
from chassis.consuming.watch import Watch
from chassis.database import Database
from chassis.kafka import KAFKA_ERRORS, cluster_id_of
from chassis.keyring import Keyring

log = structlog.get_logger()

POLL_MS = 5  # how long an empty fetch waits; FastStream then waits as long again
SHORTEST, LONGEST = 0.1, 5.0  # seconds a partition rests after trouble


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
        letters = Letters(keyring)
        self.effects = Effects(db, letters, subscriptions)
        self.desk = Desk(db, letters, self.effects)
        self._claims: dict[TopicPartition, Claim] = {}
        self._rest: dict[TopicPartition, float] = {}
        self._kafka: Any = None
        self._busy = asyncio.Lock()
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self.watch = Watch()

    def ready(self) -> bool:
        """Tell whether every partition that was given to this process is claimed."""
        if self._kafka is None:
            return False
        given = self._kafka.assignment()
        return self.watch.joined and all(tp in self._claims for tp in given)

    def healthy(self) -> str | None:
        """Say why this process should be started anew, or None."""
        return self.watch.trouble()

    async def run(self) -> None:
        """Consume until cancelled; take another slot whenever the lease is lost."""
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
        self.effects.cluster = await cluster_id_of(self._bootstrap)
        self._claims.clear()
        broker = KafkaBroker(
            self._bootstrap, client_id=name, allow_auto_create_topics=False, logger=None,
            graceful_timeout=10, apply_types=False,
        )  # fmt: skip
        subscriber = broker.subscriber(
            *self._topics, batch=True, ack_policy=AckPolicy.MANUAL, group_id=self._service,
            group_instance_id=name, auto_offset_reset="earliest", batch_timeout_ms=POLL_MS,
            max_records=self._max_records, listener=_Listener(self), parser=_untouched,
            decoder=_undecoded, isolation_level="read_committed", session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000, max_poll_interval_ms=300_000,
        )  # fmt: skip
        subscriber(self._fetched)
        try:
            await broker.start()
            self._kafka = subscriber.consumer
            log.info("consumer.joined", slot=name, topics=self._topics)
            yield
        finally:
            self._kafka = None
            self.watch.left()
            await broker.stop()

    async def _fetched(self, message: KafkaMessage) -> None:
        """Handle one fetch. Nothing is raised: FastStream would go on as if all were well."""
        groups: dict[TopicPartition, list[Record]] = {}
        for record in message.raw_message:  # FastStream mixes partitions in a batch
            groups.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        async with self._busy:
            try:
                found = [await self._slice(tp, records) for tp, records in groups.items()]
                await self._apply([part for part in found if part])
            except Exception:
                log.exception("consumer.unexpected")
                for tp in groups:  # claimed anew, each goes on where its effects ended
                    self._claims.pop(tp, None)

    async def _slice(self, tp: TopicPartition, records: list[Record]) -> Slice | None:
        """Return what of a fetch continues where we are; otherwise go back to where we are."""
        claim = self._claims.get(tp)
        if claim is None:
            await self._claim(tp)
            return None
        fresh = [r for r in records if r.offset >= claim.position]
        follows = records[0].offset >= claim.cursor == claim.position
        claim.cursor = records[-1].offset + 1
        if claim.stopped or not fresh or not follows or len(fresh) < len(records):
            await self._look_again(tp, claim)
            return None
        return Slice(claim, fresh)

    async def _look_again(self, tp: TopicPartition, claim: Claim) -> None:
        """The fetch does not continue our position: a failure was passed over, or Kafka changed."""
        if claim.stopped:
            self._pause(tp, LONGEST)
            return
        self._claims.pop(tp, None)
        await self._claim(tp)

    async def _claim(self, tp: TopicPartition) -> None:
        try:
            self.effects.cluster = await cluster_id_of(self._bootstrap)
            begin = (await self._kafka.beginning_offsets([tp]))[tp]
            end = (await self._kafka.end_offsets([tp]))[tp]
            claim = await position.claim(
                self._db, (tp.topic, tp.partition), self.effects.cluster, begin, self._owner
            )
            if not begin <= claim.position <= end:
                claim.stopped = _out_of_range(claim.position, begin, end)
                await position.stop(self._db, claim.partition, claim.stopped)
        except KAFKA_ERRORS + PASSING as error:
            log.warning("consumer.not_claimed", error=type(error).__name__, topic=tp.topic)
            self._pause(tp, SHORTEST)
            return
        if claim.stopped:
            log.error("consumer.partition_stopped", topic=tp.topic, partition=tp.partition,
                      reason=claim.stopped)  # fmt: skip
            self._pause(tp, LONGEST)
        self._claims[tp] = claim
        self._seek(tp, claim)

    def _seek(self, tp: TopicPartition, claim: Claim) -> None:
        claim.cursor = claim.position
        if self._kafka is not None and tp in self._kafka.assignment():
            self._kafka.seek(tp, claim.position)

    async def _apply(self, slices: list[Slice]) -> None:
        if not slices:
            return
        try:
            await self.effects.apply(slices)
        except Lost:
            telemetry.FENCED.inc()
            await self._apart(slices, _forget)
        except Gap as gap:
            await self._before(slices, gap)
        except PASSING as error:
            log.warning("consumer.again", error=type(error).__name__)
            for part in slices:
                self._retreat(part)
        except Exception:
            log.exception("consumer.unexpected")
            for part in slices:
                self._retreat(part)
        else:
            self._done(slices)

    def _done(self, slices: list[Slice]) -> None:
        for part in slices:
            tp = TopicPartition(*part.claim.partition)
            self._rest.pop(tp, None)
            self.watch.progressed(tp)
            if part.claim.stopped:
                log.error("consumer.partition_stopped", topic=tp.topic, partition=tp.partition,
                          reason=part.claim.stopped)  # fmt: skip
            if part.claim.cursor != part.claim.position:
                self._seek(tp, part.claim)

    async def _apart(self, slices: list[Slice], otherwise: Any) -> None:
        """One partition is another's now: the others go on."""
        if len(slices) > 1:
            for part in slices:
                await self._apply([part])
        else:
            otherwise(self, slices[0])

    async def _before(self, slices: list[Slice], gap: Gap) -> None:
        """Take what comes before the gap; the rest waits, as the missing version may be coming."""
        rest = []
        for part in slices:
            if part.claim.partition == gap.item.partition:
                ready = [r for r in part.records if r.offset < gap.item.record.offset]
                self.watch.gap(TopicPartition(*part.claim.partition))
                if ready:
                    rest.append(Slice(part.claim, ready))
                else:
                    self._retreat(part)
            else:
                rest.append(part)
        await self._apply(rest)

    def _retreat(self, part: Slice) -> None:
        """Nothing happened: fetch the same again, after a rest that grows."""
        tp = TopicPartition(*part.claim.partition)
        self._seek(tp, part.claim)
        self._pause(tp, min(self._rest.get(tp, SHORTEST / 2) * 2, LONGEST))

    def _pause(self, tp: TopicPartition, seconds: float) -> None:
        self._rest[tp] = seconds
        if self._kafka is None or tp not in self._kafka.assignment():
            return
        self._kafka.pause(tp)
        asyncio.get_running_loop().call_later(seconds, self._resume, tp)

    def _resume(self, tp: TopicPartition) -> None:
        claim = self._claims.get(tp)
        if claim is not None and claim.stopped:
            # An operator may have resumed it: the next fetch claims it anew and finds out.
            self._claims.pop(tp, None)
        if self._kafka is not None and tp in self._kafka.assignment():
            self._kafka.resume(tp)

    async def revoked(self, gone: Sequence[TopicPartition]) -> None:
        """Let the batch in work end, then forget the claims."""
        async with asyncio.timeout(5), self._busy:
            for tp in gone:
                self._claims.pop(tp, None)

    def assigned(self, given: Sequence[TopicPartition]) -> None:
        """Whatever is fetched first of a partition leads to its claim."""
        for tp in given:
            self._claims.pop(tp, None)
        self.watch.assigned(given)

    async def _housekeep(self, lost: asyncio.Event) -> None:
        """Until the slot is lost: tell Kafka where we are, watch progress, claim what is idle."""
        while not lost.is_set() and self._kafka is not None:
            try:
                async with asyncio.timeout(15):
                    await self._claim_idle()
                    await self._tell_kafka()
                    await self.watch.look(self._kafka, self._claims)
                    await self._count_letters()
            except KAFKA_ERRORS + PASSING as error:
                log.warning("consumer.housekeeping", error=type(error).__name__)
            if trouble := self.watch.trouble():
                raise Stuck(trouble)
            try:
                async with asyncio.timeout(2):
                    await lost.wait()
            except TimeoutError:
                continue

    async def _count_letters(self) -> None:
        parked = "SELECT count(*) FROM dead_letter WHERE status = 'parked'"
        telemetry.PARKED.set(await self._db.pool.fetchval(parked))

    async def _claim_idle(self) -> None:
        """Claim what has nothing to fetch yet, so that ready means ready."""
        for tp in self._kafka.assignment():
            async with self._busy:
                if tp not in self._claims:
                    await self._claim(tp)

    async def _tell_kafka(self) -> None:
        here = {tp: c.position for tp, c in self._claims.items() if tp in self._kafka.assignment()}
        if here:
            await self._kafka.commit(here)


def _forget(consumer: Consumer, part: Slice) -> None:
    tp = TopicPartition(*part.claim.partition)
    consumer._claims.pop(tp, None)  # noqa: SLF001 - the same module
    consumer._pause(tp, SHORTEST)  # noqa: SLF001


def _out_of_range(at: int, begin: int, end: int) -> str:
    if at > end:
        return f"our position {at} is past the end {end}: the topic was made anew"
    return f"our position {at} is before the beginning {begin}: Kafka forgot what was not read"


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes what is ours; does nothing that could fail, as failures here are swallowed."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        try:
            await self._consumer.revoked(list(revoked))
        except TimeoutError:
            log.warning("consumer.revoked_while_busy")  # the position is fenced all the same

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._consumer.assigned(list(assigned))


async def _untouched(message: Any) -> KafkaMessage:
    """Wrap what was fetched, and look at none of it: a header may hold anything."""
    return KafkaMessage(raw_message=message, headers={}, body=b"", consumer=FAKE_CONSUMER)


async def _undecoded(message: KafkaMessage) -> KafkaMessage:
    return message
