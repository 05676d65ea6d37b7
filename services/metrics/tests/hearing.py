"""What metrics hears of a house."""

from uuid import UUID

from chassis.consuming import Heard
from contracts.catalog import declared
from contracts.envelope import Envelope
from contracts.vocabulary import Event
from services.metrics.tests.worlds import World


def heard_as(event: Event, name: str, version: int) -> Heard:
    """Return an event as it is heard under a name, in the stream of what it is about."""
    kind = declared(event)
    key = str(getattr(event, kind.key))
    stream = f"{kind.stream}-{key}" if kind.stream else None
    return Envelope(
        id=name, source=f"kiem/{kind.owner}" if stream else "hr", type=kind.type, key=key,
        data=event, occurred_at=event.at, recorded_at=event.at, stream=stream,
        version=version if stream else None,
    )  # fmt: skip


def heard_of(world: World) -> list[Heard]:
    """Return all that a house tells, each stream in its order."""
    return [
        heard_as(event, str(UUID(int=number * 1000 + version)), version)
        for number, stream in enumerate(world.streams)
        for version, event in enumerate(stream, start=1)
    ]
