"""How a fact travels: the event, and what is known about it without reading it."""

from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct

from contracts.vocabulary import Event

E = TypeVar("E", bound=Event, covariant=True)  # noqa: PLC0105 - one letter, as everywhere here


class Unreadable(Exception):
    """Bytes that are no contract: `reason` says what is wrong and where, without quoting data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Envelope(Struct, Generic[E], frozen=True, kw_only=True):
    """An event with its CloudEvents attributes.

    `stream` and `version` are None for events from outside, which belong to no stream of ours.
    `recorded_at` is when the owner stored it. Outsiders do not say that: theirs is `occurred_at` on
    the wire, and when it was heard for whoever keeps a journal.
    """

    id: str
    source: str
    type: str
    key: str
    data: E
    occurred_at: datetime
    recorded_at: datetime
    stream: str | None = None
    version: int | None = None
    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None
