"""The consumer of a service: FastStream fetches, the chassis decides what counts as heard.

FastStream is used in the one way that loses nothing: batches, manual acknowledgement, a parser
that touches nothing, and a handler that never lets an exception out. Positions live in PostgreSQL;
what is committed to Kafka serves only those who look at lag there.

A process is a static member of its group, so that it keeps its partitions while it restarts, and
nobody else stops. Two under one name would throw each other out for ever; so a name, a slot, is
leased by an advisory lock, on a connection of its own, and who loses that one stops consuming.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from aiokafka import TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from chassis import components, consuming, database, decider, kafka, keyring, telemetry
from chassis.consuming import claims, dedupe, effect, fetching, group, letters, position
from chassis.consuming.reading import Record, Slice
from chassis.log import log

PAUSE_MS = 5  # FastStream waits so long after a fetch in which nothing came, and hears nothing
METADATA_MS = 30_000  # until partitions that were added are noticed
HOUSEKEEPING = 1.0  # seconds
STOPPING = 20.0  # seconds in which the library must have ended
PORTION = 10  # records of the first transaction; then as many as take about TURN
TURN = 1.0  # seconds that a transaction should last at most: what lasts too long never ends
MOST_SLOTS = 64
SPACE = 0x6B69  # the first of the two numbers of our advisory locks

_LEASE = "SELECT slot FROM generate_series(0, $2) slot WHERE pg_try_advisory_lock($1, slot) LIMIT 1"
_PARKED = "SELECT count(*) FROM dead_letter WHERE status = 'parked'"
# What is between one partition and somebody else, and no matter of the other partitions.
CONTENDED: tuple[type[BaseException], ...] = (
    asyncpg.TransactionRollbackError, asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError, decider.ConcurrentWrite, position.Lost,
)  # fmt: skip
AGAIN: tuple[type[BaseException], ...] = (position.Lost, *components.PASSING)


class Consumer(components.Loop):
    """Hears the topics of a service, as one static member of its group."""

    trouble = "consumer.interrupted"

    def __init__(
        self, db: database.Database, bootstrap: str, service: str, keys: keyring.Keyring,
        # Some three fetches are in hand at once: of 5000 records each they took 100 MB more.
        heard: Sequence[consuming.AnySubscription], *, max_records: int = 2000,
    ) -> None:  # fmt: skip
        super().__init__()
        self._db, self._bootstrap, self._service = db, bootstrap, service
        self._topics = [s.topic for s in heard]
        self._max_records, self._portion = max_records, PORTION
        kept = letters.Letters(keys)
        self.effects = effect.Effects(db, kept, heard)
        self.desk = letters.Desk(db, kept, self.effects.attempt)
        self.claims = claims.Claims(db, bootstrap, self.effects)
        self._group = group.Group(db, bootstrap, service)

    def ready(self) -> bool:
        """Tell whether every partition that was given to this process is claimed."""
        return self.claims.watch.joined and self.claims.given() == set(self.claims.held())

    def healthy(self) -> str | None:
        return self.claims.watch.trouble()

    async def resume(self, topic: str, part: int, offset: int | None) -> int:
        """Let a partition go on, here at once: it may stand at its end, where nothing comes."""
        at = await self.desk.resume(topic, part, offset=offset)
        self.claims.forget(TopicPartition(topic, part))
        return at

    async def step(self) -> None:
        """Consume until the lease of the slot is lost, or the group is left; then take another.

        Raises Stuck where only a new process helps.
        """
        async with self._leased() as (name, lost), self._member(name):
            await self._housekeep(lost)
        log.warning("consumer.left", slot=name, group=self._group.name)

    @asynccontextmanager
    async def _leased(self) -> AsyncIterator[tuple[str, asyncio.Event]]:
        """Lease the first free slot for as long as the block runs; return what tells of its end."""
        async with self._db.connected() as connection:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _: lost.set())
            slot = await connection.fetchval(_LEASE, SPACE, MOST_SLOTS - 1)
            if slot is None:
                raise RuntimeError(f"all {MOST_SLOTS} slots are taken: run fewer replicas")
            yield f"{self._service}-{slot}", lost

    @asynccontextmanager
    async def _member(self, name: str) -> AsyncIterator[None]:
        # Without a producer and an admin client, which it would leave open whenever Kafka is away.
        broker = KafkaBroker(
            self._bootstrap, client_id=name, consumer_only=True, logger=None,
            graceful_timeout=10, apply_types=False, metadata_max_age_ms=METADATA_MS,
        )  # fmt: skip
        group_id = await self._group.begin()
        subscriber = broker.subscriber(
            *self._topics, batch=True, ack_policy=AckPolicy.MANUAL, group_id=group_id,
            group_instance_id=name, auto_offset_reset="earliest", batch_timeout_ms=PAUSE_MS,
            max_records=self._max_records, listener=self.claims, parser=_untouched,
            decoder=_undecoded, isolation_level="read_committed", session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000, max_poll_interval_ms=300_000,
        )  # fmt: skip
        subscriber(self._fetched)
        try:
            await self._join(broker)
            reader: Any = subscriber.consumer
            reader.getmany = fetching.Fetching(reader, self.claims).getmany
            self.claims.begin(reader)
            log.info("consumer.joined", slot=name, topics=self._topics)
            yield
        finally:
            self.claims.end()
            with suppress(TimeoutError):  # whatever it waits for: a new process does without
                async with asyncio.timeout(STOPPING):
                    await broker.stop()

    async def _join(self, broker: KafkaBroker) -> None:
        """Start, which lasts until the group has let us in. Raises Left where it never will."""
        joining = asyncio.create_task(broker.start())
        try:
            while not (await asyncio.wait([joining], timeout=HOUSEKEEPING))[0]:
                if not await self._group.stands(joined=False):
                    raise group.Left
            joining.result()
        finally:
            joining.cancel()
            await asyncio.wait([joining], timeout=HOUSEKEEPING)

    async def _housekeep(self, lost: asyncio.Event) -> None:
        """Until slot or group is left: claim what is idle, tell Kafka where we are, watch."""
        well, watch = True, self.claims.watch
        while not lost.is_set() and await self._group.stands(joined=well and watch.joined):
            try:
                async with asyncio.timeout(15):
                    # First, for what follows waits for the batch in work, and that one may hang.
                    await self.claims.look()
                    await self.claims.claim_idle()
                    await self.claims.ask_for_new()
                    await dedupe.forget(self._db.pool)
                    telemetry.PARKED.set(await self._db.pool.fetchval(_PARKED))
                    await self.claims.look_ahead()
                async with asyncio.timeout(5):  # last: who lost its coordinator waits for it
                    await self.claims.tell_kafka()
                well = True
            except components.PASSING as error:
                well = False
                log.warning("consumer.housekeeping", error=type(error).__name__)
                await self._end_if_blind()
            if trouble := watch.trouble():
                raise components.Stuck(trouble)
            await components.rest(lost, HOUSEKEEPING)

    async def _end_if_blind(self) -> None:
        """Raise Stuck where Kafka answers others, and our client sees nothing of it any more."""
        with suppress(*components.PASSING):
            if self.claims.watch.blind():
                await kafka.cluster_id_of(self._bootstrap)
                raise components.Stuck("Kafka answers, and not to this client")

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
        except Exception:  # noqa: BLE001 - the library would go on
            log.exception("consumer.unexpected")
            for tp in portion:
                self.claims.forget(tp, claims.LONGEST)
        took = time.monotonic() - began
        if took > TURN:
            self._portion = max(PORTION, self._portion // 2)
        elif took < TURN / 2:
            self._portion = min(self._portion * 2, self._max_records)

    def _ends(self, tp: TopicPartition, records: list[Record]) -> bool:
        """Tell whether our position is right behind these records."""
        claim, end = self.claims.get(tp), records[-1].offset + 1
        return claim is not None and not claim.stopped and claim.cursor == claim.position == end

    async def _slice(self, tp: TopicPartition, records: list[Record]) -> Slice | None:
        """Return what of a fetch continues where we are; otherwise go back to where we are."""
        claim, first = self.claims.get(tp), records[0].offset
        if claim is None:
            await self.claims.claim([tp])
            return None
        if claim.cursor == claims.UNSURE:
            claim.cursor = claim.position
            if first != claim.position:
                self.claims.seek(claim)
                return None
        follows = first >= claim.cursor == claim.position
        claim.cursor = records[-1].offset + 1
        if claim.stopped:
            self.claims.rest(tp, claims.LONGEST)
            return None
        if not follows or (first != claim.position and await self.claims.overtaken(claim)):
            # A failure was passed over, or Kafka is another one now, or forgot what was not read.
            await self.claims.claim([tp])
            return None
        return Slice(claim, records)

    async def _apply(self, slices: list[Slice]) -> None:
        if not slices:
            return
        try:
            await self.effects.apply(slices)
        except dedupe.Gap as gap:
            await self._before(slices, gap)
        except AGAIN as error:
            log.warning("consumer.again", error=type(error).__name__)
            if len(slices) > 1 and isinstance(error, CONTENDED):
                # One partition is in trouble, or another's now: the others go on.
                for part in slices:
                    await self._apply([part])
                return
            for part in slices:
                if isinstance(error, position.Lost):
                    telemetry.FENCED.inc()
                    self.claims.forget(part.claim.partition, claims.SHORTEST)
                else:
                    self.claims.retreat(part.claim)
        else:
            for part in slices:
                self.claims.moved(part.claim)

    async def _before(self, slices: list[Slice], gap: dedupe.Gap) -> None:
        """Take what comes before the gap; the rest waits, as the missing version may be coming."""
        self._portion = self._max_records  # or stand further behind than we looked
        for part in slices:
            if part.claim.partition == gap.item.partition:
                self.claims.watch.gap(part.claim.partition)
                part.claim.look_for(
                    [i for i in part.items if i.record.offset >= gap.item.record.offset]
                )
                part.records = [r for r in part.records if r.offset < gap.item.record.offset]
                if not part.records:
                    self.claims.retreat(part.claim)
        await self._apply([part for part in slices if part.records])


async def _untouched(message: Any) -> KafkaMessage:
    """Wrap what was fetched, and look at none of it: a header may hold anything."""
    return KafkaMessage(raw_message=message, headers={}, body=b"", consumer=FAKE_CONSUMER)


async def _undecoded(message: KafkaMessage) -> KafkaMessage:
    return message
