"""What a service wants to hear, and how its handler is called."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from chassis import telemetry
from chassis.database import Tx
from chassis.decider import Rejected
from contracts.envelope import Envelope

log = structlog.get_logger()

Heard = Envelope[Any]
Handler = Callable[[Tx, Heard], Awaitable[None]]
BatchHandler = Callable[[Tx, Sequence[Heard]], Awaitable[None]]


@dataclass(frozen=True)
class BatchSubscription:
    """A topic whose events are handled many at a time, in order per key.

    `journal` keeps what was heard, for rebuilds. `max_age_days` bounds how late an event from
    outside may come: its id is known for as long, so that nothing counts twice.
    """

    topic: str
    handler: BatchHandler
    journal: bool = True
    max_age_days: int | None = None

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        parents = [e.traceparent for e in heard if e.traceparent]
        with telemetry.span(
            f"process {self.topic}", kind="consumer", links=parents,
            attributes={"messaging.batch.message_count": len(heard)} | _describe(self.topic),
        ):  # fmt: skip
            await self.handler(tx, heard)
        for event in heard[: telemetry.MOST_LINKS]:
            if event.traceparent:
                # The work is the batch's; this shows in the event's own trace that it was done.
                with telemetry.span(
                    f"process {self.topic}", kind="consumer", parent=event.traceparent,
                    attributes=_describe(self.topic) | _identify(event),
                ):  # fmt: skip
                    pass


@dataclass(frozen=True)
class Subscription:
    """A topic whose events are handled one at a time, in order per key.

    A refusal by the domain is an answer: it is counted, and the event is done.
    """

    topic: str
    handler: Handler
    journal: bool = True
    max_age_days: int | None = None

    async def apply(self, tx: Tx, heard: Sequence[Heard]) -> None:
        for event in heard:
            with telemetry.span(
                f"process {self.topic}", kind="consumer", parent=event.traceparent,
                attributes=_describe(self.topic) | _identify(event),
            ):  # fmt: skip
                try:
                    await self.handler(tx, event)
                except Rejected as refusal:
                    name = type(refusal).__name__
                    telemetry.REJECTED.labels(refusal=name).inc()
                    log.info("consumer.refused", type=event.type, refusal=name, id=event.id)


AnySubscription = Subscription | BatchSubscription


def _describe(topic: str) -> dict[str, Any]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
    }


def _identify(event: Heard) -> dict[str, Any]:
    return {
        "messaging.message.id": event.id,
        "cloudevents.event_id": event.id,
        "cloudevents.event_type": event.type,
        "cloudevents.event_source": event.source,
    }
