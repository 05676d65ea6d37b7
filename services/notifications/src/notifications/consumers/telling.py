"""Puts notices into their people's inboxes and into the queue of the mails, each once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import uuid5

from chassis import telemetry
from chassis.clock import Clock
from chassis.database import Tx
from chassis.store import Append, Context, EventStore
from notifications.consumers.digests import Digests
from notifications.consumers.outages import Outages
from notifications.domain.notices import Notice
from notifications.domain.proofs import About, RecordDelivery, decider
from notifications.projections import queueing


class Telling:
    """Tells people things. `hold` keeps an acknowledgement for the reviewer's name to join it."""

    def __init__(
        self, store: EventStore, wake: Callable[[], None], clock: Clock, hold: timedelta, *,
        digests: Digests, outages: Outages,
    ) -> None:  # fmt: skip
        self._store = store
        self._wake = wake
        self._clock = clock
        self._hold = hold
        self._digests = digests
        self._outages = outages

    async def tell(
        self, tx: Tx, told: Iterable[Notice], causation: str | None = None, *,
        since: datetime | None = None,
    ) -> None:  # fmt: skip
        """Tell in the transaction of the fact; a notice that is known is not told again.

        `since`: when it was time to tell, where that is not when it happened.
        """
        together: list[Notice] = []
        for notice in told:
            if notice.kind == "promise_made":
                # What it may join comes before it.
                await self._put(tx, together, causation, since)
                together = []
                if await queueing.join_acknowledgement(tx, notice):
                    continue
            together.append(notice)
        await self._put(tx, together, causation, since)

    async def _put(
        self, tx: Tx, told: Sequence[Notice], causation: str | None, since: datetime | None
    ) -> None:
        """Put notices into the queue, and those that are new to it into their inboxes."""
        if not told:
            return
        await self._outages.look(tx)
        held = [self._hold if n.kind == "acknowledgement" else timedelta() for n in told]
        queued = await queueing.queue(tx, told, telemetry.traceparent(), held, since)
        new = {notice.id: notice for notice in told if notice.id in queued}.values()
        shown = [notice for notice in new if queued[notice.id].shown]
        for correlation, group in groupby(shown, lambda notice: notice.about.correlation):
            await self._show(tx, list(group), correlation, causation)
        for notice in new:
            if queued[notice.id].mail == "digest":
                await self._digests.wait(tx, notice.person)

    async def _show(
        self, tx: Tx, told: Sequence[Notice], correlation: str, causation: str | None
    ) -> None:
        """Record that notices are in the inbox, which their rows are; in one append."""
        now = self._clock.now()
        proofs = []
        for notice in told:
            about = About(
                notice.id, notice.about, notice.person, notice.kind, notice.owed, notice.at
            )  # fmt: skip
            made = decider.decide(decider.initial, RecordDelivery(about, "in_app", 1, "inbox", now))
            proofs.append(Append(f"notice-{notice.id}", 0, made))
        command = uuid5(told[0].id, "in_app")
        context = Context(command=command, correlation=correlation, causation=causation)
        await self._store.append(proofs, context, tx.raw)
        self._wake()
