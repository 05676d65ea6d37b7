"""The transaction of a batch: position, dedupe, journal, letters and effect, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import structlog

from chassis import telemetry
from chassis.consuming import dedupe, letters, position
from chassis.consuming.position import Move
from chassis.consuming.reading import Item, Quality, Slice, Sorted, sort
from chassis.consuming.subscription import AnySubscription, Heard
from chassis.database import TRANSIENT, Database, Raw, Tx
from chassis.decider import ConcurrentWrite
from chassis.failpoints import reach

log = structlog.get_logger()
_encoder = msgspec.json.Encoder()

_JOURNAL = """
INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, stream, version,
                     occurred_at, recorded_at, correlation, causation, traceparent, data)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::bigint[], $11::timestamptz[], $12::timestamptz[], $13::text[],
    $14::text[], $15::text[], $16::jsonb[])
ON CONFLICT DO NOTHING
"""

PASSING: tuple[type[BaseException], ...] = (*TRANSIENT, ConcurrentWrite)
# Of these, what is between one record and somebody else, and no matter of the other partitions.
CONTENDED: tuple[type[BaseException], ...] = (
    asyncpg.TransactionRollbackError, asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError, ConcurrentWrite,
)  # fmt: skip
_NOT_THE_DATA: tuple[type[BaseException], ...] = (position.Lost, dedupe.Gap, *PASSING)


class Effects:
    """Applies what was fetched, exactly once."""

    def __init__(
        self, db: Database, kept: letters.Letters, subscriptions: Sequence[AnySubscription]
    ) -> None:
        self._db = db
        self._letters = kept
        self._subscriptions = {s.topic: s for s in subscriptions}
        self._quality: dict[position.Partition, Quality] = {}
        self._trial: dict[position.Partition, Quality] = {}
        self.cluster = ""

    async def apply(self, slices: Sequence[Slice]) -> None:
        """Apply slices of several partitions in one transaction, and move their claims.

        Raises Lost, Gap, or what passes by itself; then nothing happened, and it is to be fetched
        again. Where a handler fails on the data itself, record by record is tried instead, and the
        offender becomes a dead letter.
        """
        try:
            moves = await self._together(slices)
        except _NOT_THE_DATA:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is about some record
            log.warning("consumer.handler_failed", error=type(error).__name__)
            moves = await self._one_by_one(slices)
        for done in moves:
            done.claim.position = done.upto
            done.claim.stopped = done.stopped
            # Counted once, when committed; who resumes a partition has decided about the past.
            where = done.claim.partition
            self._quality[where] = Quality() if done.stopped else self._trial[where]

    async def _together(self, slices: Sequence[Slice]) -> list[Move]:
        async with self._db.transaction() as tx:
            parked = await position.hold(tx.raw, [s.claim for s in slices])
            done = [await self._sort(tx.raw, part, parked) for part in slices]
            count = await self._take(tx, [item for d in done for item in d.items])
            moves = [Move(d.slice.claim, d.upto, count.get(d.slice.claim.partition, 0), d.stopped)
                     for d in done]  # fmt: skip
            await position.move(tx, moves)
            reach("consumer.effect_before_commit")
        reach("consumer.committed")
        return moves

    async def _sort(
        self, raw: Raw, part: Slice, parked: Mapping[position.Partition, int]
    ) -> Sorted:
        where = part.claim.partition
        blocked = await letters.blocked_keys(raw, *where) if parked[where] else set()
        return sort(part, blocked, self._try_counting(where))

    def _try_counting(self, where: position.Partition) -> Quality:
        self._trial[where] = replace(self._quality.get(where, Quality()))
        return self._trial[where]

    async def _take(
        self, tx: Tx, items: Sequence[Item], *, lenient: bool = False
    ) -> dict[position.Partition, int]:
        """Handle sound items, keep the others; return how many letters each partition got."""
        bad = [item for item in items if item.reason]
        sound = [item for item in items if not item.reason]
        if unknown := sum(item.unknown is not None for item in sound):
            telemetry.DROPPED.labels(reason="unknown_type").inc(unknown)
        kept = await dedupe.by_version(tx.raw, sound, lenient=lenient)
        outside = [i for i in sound if i.heard is not None and i.heard.stream is None]
        for topic in {i.record.topic for i in outside}:
            fresh, late = await self._from_outside(tx.raw, topic, outside)
            kept, bad = kept + fresh, bad + late
        heard = [item for item in kept if item.heard is not None]
        await self._note(tx.raw, [i for i in heard if self._subscriptions[i.record.topic].journal])
        for topic, subscription in self._subscriptions.items():
            if events := [i.heard for i in heard if i.record.topic == topic and i.heard]:
                await subscription.apply(tx, events)
                _observe(topic, events)
        return await self._letters.park(tx.raw, self.cluster, bad)

    async def _from_outside(
        self, raw: Raw, topic: str, items: Sequence[Item]
    ) -> tuple[list[Item], list[Item]]:
        subscription = self._subscriptions[topic]
        mine = [i for i in items if i.record.topic == topic and i.heard]
        oldest = _oldest(subscription)
        late = [i for i in mine if oldest and i.heard and i.heard.occurred_at < oldest]
        timely = [i for i in mine if not (oldest and i.heard and i.heard.occurred_at < oldest)]
        # What is too late holds nobody back: order means nothing among outsiders' events.
        why = _too_old(subscription)
        too_late = [Item(i.partition, i.record, i.key + "-late", reason=why) for i in late]
        days = subscription.max_age_days
        return await dedupe.by_id(raw, timely, timedelta(days=days) if days else None), too_late

    async def _note(self, raw: Raw, items: Sequence[Item]) -> None:
        """Journal what was heard: rebuilds read it, so they do not depend on Kafka's memory."""
        if not items:
            return
        heard = [i.heard for i in items if i.heard]
        await raw.execute(
            _JOURNAL, self.cluster,
            [i.record.topic for i in items], [i.record.partition for i in items],
            [i.record.offset for i in items], [h.id for h in heard], [h.source for h in heard],
            [h.type for h in heard], [h.key for h in heard], [h.stream for h in heard],
            [h.version for h in heard], [h.occurred_at for h in heard],
            [h.recorded_at for h in heard], [h.correlation for h in heard],
            [h.causation for h in heard], [h.traceparent for h in heard],
            [_encoder.encode(h.data).decode() for h in heard],
        )  # fmt: skip

    async def _one_by_one(self, slices: Sequence[Slice]) -> list[Move]:
        """Each record in a savepoint of its own, so that one bad one costs only itself."""
        async with self._db.transaction() as tx:
            parked = await position.hold(tx.raw, [s.claim for s in slices])
            done = [await self._sort(tx.raw, part, parked) for part in slices]
            moves = [await self._carefully(tx, d) for d in done]
            await position.move(tx, moves)
            reach("consumer.careful_before_commit")
        return moves

    async def _carefully(self, tx: Tx, part: Sorted) -> Move:
        quality = self._try_counting(part.slice.claim.partition)
        blocked: set[str] = set()
        parked, upto, stopped = 0, part.slice.claim.position, None
        for item in part.items:
            tried = item
            if item.reason is None and item.key in blocked:
                tried = replace(item, reason="an earlier one of its key waits", behind=True)
            failed_before = len(blocked)
            try:
                parked += sum((await self._try(tx, tried, blocked)).values())
            except dedupe.Gap:
                if not dedupe.comes_again(part.items, item):
                    raise
            upto = item.record.offset + 1
            if not tried.behind:
                bad = tried.reason is not None or len(blocked) > failed_before
                stopped = quality.count(bad=bad)
            if stopped:
                break
        return Move(part.slice.claim, upto, parked, stopped)

    async def _try(self, tx: Tx, item: Item, blocked: set[str]) -> dict[position.Partition, int]:
        try:
            async with tx.raw.transaction():
                return await self._take(tx, [item])
        except _NOT_THE_DATA:
            raise
        except Exception as error:  # noqa: BLE001 - the offender
            blocked.add(item.key)
            # The class alone: a message may quote data.
            reason = f"the handler failed: {type(error).__name__}"
            failed = replace(item, reason=reason, behind=False)
            return await self._letters.park(tx.raw, self.cluster, [failed])

    async def again(self, tx: Tx, item: Item) -> str | None:
        """Handle a letter's record again in the caller's transaction; return why it failed."""
        if item.reason:
            return item.reason
        try:
            async with tx.raw.transaction():
                subscription = self._subscriptions[item.record.topic]
                oldest = _oldest(subscription)
                if item.heard and oldest and item.heard.occurred_at < oldest:
                    return _too_old(subscription)
                await self._take(tx, [item], lenient=True)
        except _NOT_THE_DATA:
            raise
        except Exception as error:  # noqa: BLE001 - reported to the operator
            return f"the handler failed: {type(error).__name__}"
        return None


def _oldest(subscription: AnySubscription) -> datetime | None:
    days = subscription.max_age_days
    return datetime.now(UTC) - timedelta(days=days) if days else None


def _too_old(subscription: AnySubscription) -> str:
    return f"it is older than {subscription.max_age_days} days: import it from a file instead"


def _observe(topic: str, heard: Sequence[Heard]) -> None:
    now = datetime.now(UTC)
    telemetry.HEARD.labels(topic=topic).inc(len(heard))
    for event in heard[:: max(1, len(heard) // 16)]:
        age = max(0.0, (now - event.recorded_at).total_seconds())
        telemetry.END_TO_END.labels(topic=topic).observe(age)
