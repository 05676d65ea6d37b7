"""The transaction of a batch: position, dedupe, journal, letters and effect, all or nothing."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from operator import attrgetter

import msgspec

from chassis import components, failpoints, telemetry
from chassis.consuming import AnySubscription, Heard, dedupe, letters, position
from chassis.consuming.reading import Item, Record, Slice
from chassis.database import Database, Raw, Tx, columns
from chassis.log import log
from contracts.envelope import Envelope

_encoder = msgspec.json.Encoder()

# The time is asked for once: as the default of the column it would be, for every row.
_JOURNAL = """
INSERT INTO journal (heard_at, cluster_id, topic, part, off, id, source, type, key, occurred_at,
                     recorded_at, stream, version, correlation, causation, traceparent, data)
SELECT (SELECT kiem_now()), $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::text[],
    $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[], $11::text[],
    $12::bigint[], $13::text[], $14::text[], $15::text[], $16::jsonb[]) RETURNING heard_at
"""
_PLACE = attrgetter("topic", "partition", "offset")
_SAID = attrgetter(*(name for name in Envelope.__struct_fields__ if name != "data"))
_NOT_THE_DATA: tuple[type[BaseException], ...] = (position.Lost, dedupe.Gap, *components.PASSING)
Take = Callable[[Tx, Sequence[Slice]], Awaitable[None]]


class Effects:
    """Applies what was fetched, exactly once."""

    def __init__(
        self, db: Database, kept: letters.Letters, subscriptions: Sequence[AnySubscription]
    ) -> None:
        self._db, self._letters = db, kept
        self._subscriptions = {s.topic: s for s in subscriptions}
        self.cluster = ""

    async def apply(self, slices: Sequence[Slice]) -> None:
        """Apply slices of several partitions in one transaction, and move their claims.

        Raises Lost, Gap, or what passes by itself; then nothing happened, and it is to be fetched
        again. Where a handler fails on the data itself, record by record is tried instead, and the
        offender becomes a dead letter.
        """
        try:
            await self._transact(slices, self._together)
        except _NOT_THE_DATA:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is about some record
            log.warning("consumer.handler_failed", error=type(error).__name__)
            await self._transact(slices, self._one_by_one)
        for part in slices:
            part.committed()

    async def _transact(self, slices: Sequence[Slice], take: Take) -> None:
        async with self._db.transaction() as tx:
            parked = await position.hold(tx.raw, [part.claim for part in slices])
            for part in slices:
                where = part.claim.partition
                part.sort(await letters.blocked(tx.raw, *where) if parked[where] else set())
            await take(tx, slices)
            await position.move(tx.raw, slices)
            failpoints.reach("consumer.effect_before_commit")
        failpoints.reach("consumer.committed")

    async def _together(self, tx: Tx, slices: Sequence[Slice]) -> None:
        bad = await self._take(tx, [item for part in slices for item in part.items])
        counts = await self._letters.park(tx.raw, self.cluster, bad)
        for part in slices:
            part.parked = counts[part.claim.partition]

    async def _one_by_one(self, tx: Tx, slices: Sequence[Slice]) -> None:
        """Each record in a savepoint of its own, so that one bad one costs only itself."""
        for part in slices:
            part.begin()
            failed: set[str] = set()
            for each in part.items:
                item = each.waiting() if each.key in failed and not each.reason else each
                try:
                    bad = await self.attempt(tx, item)
                except dedupe.Gap:
                    bad = None
                    if not dedupe.comes_again(part.items, item):
                        raise
                if bad:
                    failed.add(bad.key)
                    part.parked += (await self._letters.park(tx.raw, self.cluster, [bad])).total()
                # What an outsider may not tell (any more) is no fault.
                if part.passed(item, bad=bad is not None and not bad.refused):
                    break
        failpoints.reach("consumer.careful_before_commit")

    async def attempt(self, tx: Tx, item: Item, *, lenient: bool = False) -> Item | None:
        """Handle one record; return it with the reason where that can't be.

        `lenient` is for letters that are sent again: versions before may be missing for ever.
        """
        try:
            async with tx.raw.transaction():
                bad = await self._take(tx, [item], lenient=lenient)
        except _NOT_THE_DATA:
            raise
        except Exception as error:  # noqa: BLE001 - the offender
            # The class alone: a message may quote data.
            return item._replace(reason=f"the handler failed: {type(error).__name__}", behind=False)
        return bad[0] if bad else None

    async def _take(self, tx: Tx, items: Sequence[Item], *, lenient: bool = False) -> list[Item]:
        """Handle what can be handled; return the others, each with the reason."""
        bad = [item for item in items if item.reason]
        for topic, hearing in self._subscriptions.items():  # always in the same order
            sound = [i for i in items if i.record.topic == topic and not i.reason]
            unknown = sum(item.heard is None for item in sound)
            telemetry.DROPPED.labels(reason="unknown_type").inc(unknown)
            kept = await dedupe.by_version(tx.raw, sound, lenient=lenient)
            fresh, refused = await dedupe.by_id(tx.raw, sound, hearing)
            bad += refused
            if told := [(i.record, h) for i in kept + fresh if (h := i.heard)]:
                events = [event for _, event in told]
                now = await self._note(tx.raw, told) if hearing.journal else None
                if hearing.known_when_heard:
                    events = [msgspec.structs.replace(e, recorded_at=now) for e in events]
                await hearing.apply(tx, events)
                _observe(topic, events)
        return bad

    async def _note(self, raw: Raw, told: Sequence[tuple[Record, Heard]]) -> object:
        """Journal what was heard: rebuilds read it, so they do not depend on Kafka's memory.

        Return the moment under which it is there.
        """
        rows = [(*_PLACE(r), *_SAID(h), _encoder.encode(h.data).decode()) for r, h in told]
        return await raw.fetchval(_JOURNAL, self.cluster, *columns(rows, 15))


def _observe(topic: str, heard: Sequence[Heard]) -> None:
    telemetry.HEARD.labels(topic=topic).inc(len(heard))
    for event in heard[:: max(1, len(heard) // 16)]:
        age = max(0.0, (datetime.now(UTC) - event.recorded_at).total_seconds())
        telemetry.END_TO_END.labels(topic=topic).observe(age)
