"""The transaction of a batch: position, dedupe, journal, letters and effect, all or nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from operator import attrgetter

import msgspec

from chassis import components, failpoints, telemetry
from chassis.consuming import AnySubscription, Heard, dedupe, letters, position
from chassis.consuming.position import Move
from chassis.consuming.reading import Item, Slice, sort
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
Take = Callable[[Tx, Sequence[Move]], Awaitable[None]]


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
            moves = await self._transact(slices, self._together)
        except _NOT_THE_DATA:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is about some record
            log.warning("consumer.handler_failed", error=type(error).__name__)
            moves = await self._transact(slices, self._one_by_one)
        for done in moves:
            done.committed()

    async def _transact(self, slices: Sequence[Slice], take: Take) -> list[Move]:
        async with self._db.transaction() as tx:
            parked = await position.hold(tx.raw, [part.claim for part in slices])
            moves = []
            for part in slices:
                where = part.claim.partition
                waits = await letters.blocked(tx.raw, *where) if parked[where] else set()
                moves.append(sort(part, waits))
            await take(tx, moves)
            await position.move(tx, moves)
            failpoints.reach("consumer.effect_before_commit")
        failpoints.reach("consumer.committed")
        return moves

    async def _together(self, tx: Tx, moves: Sequence[Move]) -> None:
        bad = await self._take(tx, [item for done in moves for item in done.items])
        counts = await self._letters.park(tx.raw, self.cluster, bad)
        for done in moves:
            done.parked = counts[done.claim.partition]

    async def _one_by_one(self, tx: Tx, moves: Sequence[Move]) -> None:
        """Each record in a savepoint of its own, so that one bad one costs only itself."""
        for done in moves:
            await self._carefully(tx, done)
        failpoints.reach("consumer.careful_before_commit")

    async def _carefully(self, tx: Tx, done: Move) -> None:
        done.quality, done.upto = replace(done.claim.quality), done.claim.position
        done.stopped = None
        failed: set[str] = set()
        for each in done.items:
            item = each.waiting() if failed and not each.reason and each.key in failed else each
            try:
                bad = await self.attempt(tx, item)
            except dedupe.Gap:
                bad = None
                if not dedupe.comes_again(done.items, item):
                    raise
            if bad:
                failed.add(bad.key)
                done.parked += (await self._letters.park(tx.raw, self.cluster, [bad])).total()
            done.upto = item.record.offset + 1
            if not item.behind:  # what an outsider may not tell (any more) is no fault
                done.stopped = done.quality.count(bad=bad is not None and not bad.refused)
            if done.stopped:
                break

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
        sound = [item for item in items if not item.reason]
        telemetry.DROPPED.labels(reason="unknown_type").inc(sum(i.heard is None for i in sound))
        kept = await dedupe.by_version(tx.raw, sound, lenient=lenient)
        told = _by_topic([(i, h) for i in sound if (h := i.heard) and not h.stream])
        for topic, subscription in self._subscriptions.items():  # always in the same order
            fresh, refused = await dedupe.by_id(tx.raw, told.get(topic, ()), subscription)
            kept, bad = kept + fresh, bad + refused
        now = await self._note(tx.raw, kept)
        heard = _by_topic([(i, h) for i in kept if (h := i.heard)])
        for topic, subscription in self._subscriptions.items():
            if events := [event for _, event in heard.get(topic, ())]:
                if subscription.known_when_heard:
                    events = [msgspec.structs.replace(e, recorded_at=now) for e in events]
                await subscription.apply(tx, events)
                _observe(topic, events)
        return bad

    async def _note(self, raw: Raw, items: Sequence[Item]) -> object:
        """Journal what was heard: rebuilds read it, so they do not depend on Kafka's memory.

        Return the moment under which it is there.
        """
        rows = [
            (*_PLACE(i.record), *_SAID(h), _encoder.encode(h.data).decode())
            for i in items
            if (h := i.heard) and self._subscriptions[i.record.topic].journal
        ]
        return await raw.fetchval(_JOURNAL, self.cluster, *columns(rows, 15)) if rows else None


def _by_topic(told: Sequence[tuple[Item, Heard]]) -> dict[str, list[tuple[Item, Heard]]]:
    found: dict[str, list[tuple[Item, Heard]]] = {}
    for each in told:
        found.setdefault(each[0].record.topic, []).append(each)
    return found


def _observe(topic: str, heard: Sequence[Heard]) -> None:
    telemetry.HEARD.labels(topic=topic).inc(len(heard))
    for event in heard[:: max(1, len(heard) // 16)]:
        age = max(0.0, (datetime.now(UTC) - event.recorded_at).total_seconds())
        telemetry.END_TO_END.labels(topic=topic).observe(age)
