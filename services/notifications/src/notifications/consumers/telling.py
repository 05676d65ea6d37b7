"""Puts notices into their people's inboxes and into the queue of the mails, each once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid5

from chassis import telemetry
from chassis.clock import Clock
from chassis.commands import Commands, Context
from chassis.database import Tx
from contracts.notifications import NoticeEvent
from notifications.consumers.digests import Digests
from notifications.consumers.outages import Outages
from notifications.domain.notices import Notice
from notifications.domain.proofs import About, NoticeCommand, RecordDelivery, Settled
from notifications.projections import notices

NoticeCommands = Commands[Settled, NoticeCommand, NoticeEvent]


class Telling:
    """Tells people things. `hold` keeps an acknowledgement for the reviewer's name to join it."""

    def __init__(
        self, commands: NoticeCommands, clock: Clock, hold: timedelta, digests: Digests,
        outages: Outages,
    ) -> None:  # fmt: skip
        self._commands = commands
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
        for notice in told:
            await self._outages.look(tx)
            if notice.kind == "promise_made" and await notices.join_acknowledgement(tx, notice):
                continue
            hold = self._hold if notice.kind == "acknowledgement" else timedelta()
            queued = await notices.queue(tx, notice, telemetry.traceparent(), hold, since)
            if queued and queued.shown:
                await self._show(tx, notice, causation)
            if queued and queued.mail == "digest":
                await self._digests.wait(tx, notice.person)

    async def _show(self, tx: Tx, notice: Notice, causation: str | None) -> None:
        """Record that the notice is in the inbox, which its row is."""
        about = About(notice.id, notice.about, notice.person, notice.kind, notice.owed)
        context = Context(
            command=uuid5(notice.id, "in_app"),
            correlation=notice.about.correlation,
            causation=causation,
        )
        shown = RecordDelivery(about, "in_app", 1, "inbox", self._clock.now())
        await self._commands.handle(notice.id, shown, context, tx, history=())
