"""Takes waiting calls of webhooks from their queue, and sees each through, as the courier mails.

A message has the id of its notice, however often it is posted: whoever receives it twice, after a
process died between the answer and our commit, can tell.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from chassis import telemetry
from chassis.auth import PeerRefused, PeerUnavailable
from chassis.clock import Clock
from chassis.components import PASSING, Loop
from chassis.database import Database
from chassis.failpoints import reach
from chassis.keyring import Keyring
from notifications.delivery import receivers
from notifications.delivery.calling import GONE, MOST_PAUSE, WebCaller
from notifications.delivery.courier import LONGEST_REST, MARGIN
from notifications.delivery.mail import Refused, Sent, Taken, Unreachable
from notifications.delivery.patience import Patience
from notifications.delivery.phrases import PHRASES
from notifications.delivery.receivers import Told
from notifications.delivery.recording import Recorder
from notifications.delivery.words import NotUnderstood
from notifications.delivery.writing import Writer
from notifications.projections import calls, endpoints
from notifications.projections.calls import Call
from notifications.projections.endpoints import Endpoint

log = structlog.get_logger()

AT_ONCE = 8


class NoWords(Unreachable):
    """The owner of the words is away, which says nothing about the webhook."""


class Messenger(Loop):
    """Posts to the webhooks of one service; several replicas share the queue."""

    rests, trouble = LONGEST_REST, "webhook.interrupted"

    def __init__(
        self, db: Database, keyring: Keyring, recorder: Recorder, writer: Writer, clock: Clock, *,
        web: WebCaller, seconds: float, patience: Patience,
    ) -> None:  # fmt: skip
        super().__init__()
        self._db = db
        self._keyring = keyring
        self._recorder = recorder
        self._writer = writer
        self._clock = clock
        self._web = web
        self._patience = patience
        self._lease = timedelta(seconds=seconds * 2) + MARGIN
        self.longest += self._lease.total_seconds()

    async def step(self) -> int:
        """Post what is due, a few at once; return how many there were."""
        claimed = await calls.claim(self._db, AT_ONCE, self._lease, self._furthest)
        if claimed:
            reach("notifications.webhook.claimed")
        done = await asyncio.gather(*map(self._see_through, claimed), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(claimed)

    @property
    def _furthest(self) -> timedelta:
        return max(self._patience.furthest, timedelta(seconds=MOST_PAUSE))

    async def _see_through(self, call: Call) -> None:
        with telemetry.span(
            "deliver webhook", kind="producer", parent=call.told.traceparent,
            attributes={
                "kiem.notice.id": str(call.told.notice), "kiem.notice.kind": call.told.kind,
            },
        ) as span:  # fmt: skip
            outcome = await self._try(call)
            span.set_attribute("kiem.notice.outcome", type(outcome).__name__)
            await self._record(call, outcome)

    async def _try(self, call: Call) -> Sent:
        try:
            return await self._send(call)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - one bad notice must not stop all the others
            kind = type(error).__name__
            log.error("webhook.fault", notice=str(call.told.notice), error=kind)  # noqa: TRY400
            return Refused(f"fault: {kind}", for_good=False)

    async def _send(self, call: Call) -> Sent:
        to = await endpoints.opened(self._keyring, call.row)
        if to is None or to.stopped is not None:
            return Refused("the webhook is no more", for_good=True)
        try:
            told = await self._told(call, to)
        except (PeerRefused, NotUnderstood) as error:
            return Refused(f"no words: {type(error).__name__}", for_good=False)
        except PeerUnavailable:
            return NoWords("no words: the owner is away")
        body = receivers.body(to.receiver, told)
        reach("notifications.webhook.written")
        with telemetry.span("post webhook", kind="client"):
            sent = await self._web.post(to, str(call.told.notice), body, datetime.now(UTC))
        if isinstance(sent, Taken):
            reach("notifications.webhook.sent_before_commit")
        return sent

    async def _told(self, call: Call, to: Endpoint) -> Told:
        """Return what a webhook is told: words only where it is the person's own channel."""
        waiting, own = call.told, to.person is not None
        letter = await self._writer.words(waiting) if own else None
        language = letter.language if letter else await self._writer.language(waiting.person)
        phrases = PHRASES[language]
        return Told(
            notice=str(waiting.notice), kind=waiting.kind, owed=waiting.owed, about=waiting.about,
            person=waiting.person, at=self._clock.now(),
            title=letter.subject if letter else phrases.message,
            text=letter.text if letter else None,
            link=self._writer.link(waiting.about), see=phrases.read, to=to.kept.to,
        )  # fmt: skip

    async def _record(self, call: Call, outcome: Sent) -> None:
        match outcome:
            case Taken(proof=proof):
                await self._settle(call, proof=proof)
            case NoWords(cause=cause):
                wait = self._patience.wait(call.told.attempts)
                await self._later(call, wait, cause, counts=False)
            case Refused(cause=cause, for_good=True):
                await self._settle(call, failure=cause)
            case Refused(cause=cause) | Unreachable(cause=cause) if self._had_enough(call):
                await self._settle(call, failure=cause)
            case Refused(cause=cause) | Unreachable(cause=cause):
                wait = self._patience.wait(call.told.attempts)
                pause = outcome.pause if isinstance(outcome, Refused) else None
                await self._later(call, max(wait, pause or wait), cause, counts=True)

    def _had_enough(self, call: Call) -> bool:
        """Unlike our own mail server, somebody's webhook may be away for good."""
        return call.told.refusals + 1 >= self._patience.refusals

    async def _later(self, call: Call, wait: timedelta, cause: str, *, counts: bool) -> None:
        await calls.postpone(self._db, call, wait, cause, counts=counts)
        log.info("webhook.postponed", notice=str(call.told.notice), cause=cause)

    async def _settle(self, call: Call, *, proof: str = "", failure: str = "") -> None:
        async with self._db.transaction() as tx:
            await self._recorder.called(tx, call, proof, failure)
            if failure == str(GONE):
                await endpoints.stop(tx, call.endpoint, failure)
            reach("notifications.webhook.recorded_before_commit")
        reach("notifications.webhook.recorded")
