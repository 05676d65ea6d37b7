"""The doors for events of other systems, and what they lead to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from chassis.auth import Caller, Verifier
from chassis.consuming import BatchSubscription, Heard
from chassis.http import Doors, Pace, create_app
from contracts.outside import USAGE_TOPIC
from metrics.api import Inlet, Validator, events, sources
from metrics.domain.admission import (
    Admission,
)  # fmt: skip
from metrics.main import admitting
from metrics.projections.rejected import Rejected, source_of

NOW = datetime.now(UTC)


AGE = timedelta(days=30)


TYPE = "kiem.usage.ToolUsageRecorded.v1"


class Named:
    """Believes every token: client:role."""

    async def verify(self, token: str) -> Caller:
        client, _, role = token.partition(":")
        return Caller(client, frozenset([role]), token)


class Metrics:
    """What the doors lead to: it remembers what it was told, and what it kept."""

    def __init__(self) -> None:
        self.known: set[tuple[str, str]] = set()
        self.heard: list[Heard] = []
        self.remembered: list[timedelta | None] = []
        self.kept: list[tuple[Any, bytes, str]] = []

    async def count(self, heard: Sequence[Heard], max_age: timedelta | None) -> list[bool]:
        self.remembered.append(max_age)
        new = []
        for event in heard:
            new.append((event.source, event.id) not in self.known)
            self.known.add((event.source, event.id))
        self.heard += heard
        return new

    async def keep(self, refused: Sequence[tuple[Any, bytes, str]]) -> None:
        self.kept += refused

    async def find(self, source: str, after: int, limit: int) -> list[Rejected]:
        return [
            Rejected(
                letter=n, door="http", id=str(n), type=TYPE, topic=USAGE_TOPIC, partition=None,
                offset=None, reason=why, status="parked", attempts=0, first_seen=NOW,
            )
            for n, (headers, value, why) in enumerate(self.kept, start=1)
            if source_of(headers, value) == source and n > after
        ][:limit]  # fmt: skip


def application(metrics: Metrics) -> Any:
    """Return the doors for events, with what they lead to."""
    holders = (("crm", "wiki"), ("crm", "https://crm.example.org*"), ("other", "theirs"))
    admission = Admission(holders, 1_000)
    admit = admitting(admission)

    async def nothing(*_: Any) -> None:
        pass

    usage = BatchSubscription(USAGE_TOPIC, nothing, max_age=AGE, admit=admit)
    validator = Validator(admission, usage.refusal, admit)
    inlet = Inlet(validator, metrics.count, metrics.keep, AGE, Pace(0.001, 1_500))
    routers = [events(inlet), sources(admission, metrics.find)]
    doors = Doors(cast("Verifier", Named()), b"key", Pace(1000, 1000))
    return create_app("metrics", routers, doors, body_bytes=1_048_576)
