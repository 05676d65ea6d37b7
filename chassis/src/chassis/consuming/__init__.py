"""Hearing facts with an effect that happens once: what a service wants to hear, and what it does.

`chassis.consuming.consumer` hears; `effect` is the transaction in which it counts.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from chassis import decider, telemetry
from chassis.database import Tx
from chassis.log import log
from contracts.envelope import Envelope

Heard = Envelope[Any]
Handler = Callable[[Tx, Heard], Awaitable[None]]
BatchHandler = Callable[[Tx, Sequence[Heard]], Awaitable[None]]
Admit = Callable[[Heard, int], str | None]
H = TypeVar("H")


@dataclass(frozen=True)
class _Hearing(Generic[H]):
    """A topic, and what is done with its events.

    `journal` keeps what was heard, for rebuilds. `max_age` bounds how late an event from
    outside may come: its id is known for as long, so that nothing counts twice. `admit` says
    why one of so many bytes is not taken, in a sentence that quotes nothing of it.
    `known_when_heard`: an outsider's event is recorded when it is heard, as the journal says, and
    not when it happened; so a rebuild says too.
    """

    topic: str
    handler: H
    journal: bool = True
    max_age: timedelta | None = None
    admit: Admit | None = None
    known_when_heard: bool = False

    def refusal(self, event: Heard, size: int) -> str | None:
        """Say why an event from outside is not taken, if it is not."""
        if self.max_age is not None and event.occurred_at < datetime.now(UTC) - self.max_age:
            return f"it is older than {self.max_age.days} days: import it from a file instead"
        return None if self.admit is None else self.admit(event, size)

    def _span(self, event: Heard | None = None, **given: Any) -> AbstractContextManager[Any]:
        """Trace the work on one event, as a child of what caused it, or on many."""
        told = {
            "messaging.system": "kafka", "messaging.operation.name": "process",
            "messaging.operation.type": "process", "messaging.destination.name": self.topic,
        } | given.pop("attributes", {})  # fmt: skip
        if event is not None:
            given["parent"] = event.traceparent
            told |= {
                "messaging.message.id": event.id, "cloudevents.event_id": event.id,
                "cloudevents.event_type": event.type, "cloudevents.event_source": event.source,
            }  # fmt: skip
        return telemetry.span(f"process {self.topic}", kind="consumer", attributes=told, **given)


class BatchSubscription(_Hearing[BatchHandler]):
    """A topic whose events are handled many at a time, in order per key."""

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        parents = [e.traceparent for e in heard if e.traceparent]
        size = {"messaging.batch.message_count": len(heard)}
        with self._span(links=parents, attributes=size):
            await self.handler(tx, heard)
        for event in heard[: telemetry.MOST_LINKS]:
            if event.traceparent:
                # The work is the batch's; this shows in the event's own trace that it was done.
                with self._span(event):
                    pass


class Subscription(_Hearing[Handler]):
    """A topic whose events are handled one at a time, in order per key.

    A refusal by the domain is an answer: it is counted, and the event is done.
    """

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        for event in heard:
            with self._span(event):
                try:
                    await self.handler(tx, event)
                except decider.Rejected as refusal:
                    name = type(refusal).__name__
                    telemetry.REJECTED.labels(refusal=name).inc()
                    log.info("consumer.refused", type=event.type, refusal=name, id=event.id)


AnySubscription = Subscription | BatchSubscription
