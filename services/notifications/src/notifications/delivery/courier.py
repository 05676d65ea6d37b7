"""Takes waiting mails from the queue, one lease at a time, and sees each of them through.

Nothing is held open while others are asked: a short transaction takes the lease, one at the end
records what became of it. Who dies in between leaves a lease that ends; the next one sends the same
mail with the same Message-ID.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from chassis import telemetry
from chassis.auth import PeerRefused, PeerUnavailable
from chassis.clock import Clock
from chassis.components import PASSING, Loop
from chassis.database import Database
from chassis.failpoints import reach
from notifications.delivery.mail import (
    Refused,
    Sent,
    Server,
    Taken,
    Unreachable,
    compose,
    send,
)
from notifications.delivery.patience import Patience
from notifications.delivery.recording import Recorder
from notifications.delivery.words import NotUnderstood
from notifications.delivery.writing import Writer
from notifications.projections import notices
from notifications.projections.notices import Waiting

log = structlog.get_logger()

AT_ONCE = 4
LONGEST_REST = 0.5  # seconds between two looks into an empty queue
MARGIN = timedelta(seconds=30)  # what a lease has over the longest that a mail can take


@dataclass(frozen=True, slots=True)
class NoAddress:
    """There is nobody to write to; the notice is in the app."""


class Courier(Loop):
    """Sends the mails of one service; several replicas share the queue."""

    rests, trouble = LONGEST_REST, "mail.interrupted"

    def __init__(
        self,
        db: Database,
        recorder: Recorder,
        writer: Writer,
        clock: Clock,
        *,
        server: Server,
        patience: Patience,
    ) -> None:
        super().__init__()
        self._db = db
        self._recorder = recorder
        self._writer = writer
        self._clock = clock
        self._server = server
        self._patience = patience
        # Connect, greet, encrypt, log in, and hand over: each may take as long as the server may.
        self._lease = timedelta(seconds=server.timeout * 8) + MARGIN
        self.longest += self._lease.total_seconds()

    async def step(self) -> int:
        """Send the mails whose time has come, a few at once; return how many there were."""
        waiting = await notices.claim(self._db, AT_ONCE, self._lease, self._patience.furthest)
        if waiting:
            reach("notifications.mail.claimed")
        done = await asyncio.gather(*map(self._see_through, waiting), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(waiting)

    async def _see_through(self, waiting: Waiting) -> None:
        with telemetry.span(
            "deliver mail", kind="producer", parent=waiting.traceparent,
            attributes={"kiem.notice.id": str(waiting.notice), "kiem.notice.kind": waiting.kind},
        ) as span:  # fmt: skip
            outcome = await self._try(waiting)
            span.set_attribute("kiem.notice.outcome", type(outcome).__name__)
            await self._record(waiting, outcome)

    async def _try(self, waiting: Waiting) -> Sent | NoAddress:
        try:
            return await self._send(waiting)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - one bad notice must not stop all the others
            kind = type(error).__name__
            log.error("mail.fault", notice=str(waiting.notice), error=kind)  # noqa: TRY400
            return Refused(f"fault: {kind}", for_good=False)

    async def _send(self, waiting: Waiting) -> Sent | NoAddress:
        try:
            written = await self._writer.write(waiting)
        except PeerRefused as refusal:
            return Refused(f"no words: {refusal.status}", for_good=False)
        except PeerUnavailable:
            return Unreachable("no words: the owner is away")
        except NotUnderstood:
            return Refused("no words: not understood", for_good=False)
        if written is None:
            return NoAddress()
        letter, recipient = written
        mail = compose(
            letter,
            recipient,
            self._server,
            notice=waiting.notice,
            at=self._clock.now(),
            stop=self._writer.stop(waiting),
        )
        reach("notifications.mail.written")
        with telemetry.span("send mail", kind="client"):
            sent = await send(mail, recipient, self._server)
        if isinstance(sent, Taken):
            reach("notifications.mail.sent_before_commit")
        return sent

    async def _record(self, waiting: Waiting, outcome: Sent | NoAddress) -> None:
        match outcome:
            case Taken(proof=proof):
                await self._settle(waiting, proof=proof)
            case NoAddress():
                await self._settle(waiting)
            case Refused(cause=cause, for_good=for_good) if (
                for_good or waiting.refusals + 1 >= self._patience.refusals
            ):
                await self._settle(waiting, failure=cause)
            case Refused(cause=cause) | Unreachable(cause=cause):
                wait = self._patience.wait(waiting.attempts)
                refused = isinstance(outcome, Refused)
                await notices.postpone(self._db, waiting.notice, wait, cause, refused=refused)
                log.info("mail.postponed", notice=str(waiting.notice), cause=cause)

    async def _settle(self, waiting: Waiting, *, proof: str = "", failure: str = "") -> None:
        """Record the end of a mail's way: the facts and the rows in one transaction.

        Without a proof or a failure there was nobody to write to.
        """
        told = await notices.of_batch(self._db, waiting.batch) if waiting.batch else [waiting]
        async with self._db.transaction() as tx:
            for each in told:
                await self._recorder.mailed(tx, each, waiting.attempts, proof, failure)
            reach("notifications.mail.recorded_before_commit")
        reach("notifications.mail.recorded")
