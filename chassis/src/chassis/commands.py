"""The one path that changes the world: load, replay, decide, append."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from msgspec import Struct, structs

from chassis.database import Tx
from chassis.decider import ConcurrentWrite, Decider, NotFound
from chassis.store import Append, Context, EventStore, Recorded
from contracts.envelope import Envelope
from contracts.vocabulary import Event

__all__ = ["Commands", "Context", "Outcome", "caused_by"]

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E", bound=Event)

ATTEMPTS = 4
_CAUSED = UUID("3f0f6a2e-6f0e-4b7c-9d55-5f1f8d6f2a01")


class Outcome(Struct, frozen=True, kw_only=True):
    """What a command led to; no new events where it was so already, or was carried out before."""

    stream: str
    version: int
    repeated: bool = False
    events: tuple[Event, ...] = ()


class Commands(Generic[S, C, E]):
    """Carries out the commands of one kind of aggregate, whose streams are `category-id`."""

    def __init__(
        self, store: EventStore, decider: Decider[S, C, E], category: str, wake: Callable[[], None]
    ) -> None:
        self._store, self._decider, self._category, self._wake = store, decider, category, wake

    def stream(self, id: UUID | str) -> str:  # noqa: A002 - what it is
        return f"{self._category}-{id}"

    async def handle(
        self, id: UUID | str, command: C, context: Context, tx: Tx | None = None  # noqa: A002
    ) -> Outcome:  # fmt: skip
        """Carry out a command once; within the caller's transaction where one is given.

        Raises Rejected where the domain says no, and ConcurrentWrite where others kept writing.
        """
        attempts = ATTEMPTS if tx is None else 1
        while True:
            attempts -= 1
            try:
                return await self._attempt(self.stream(id), command, context, tx and tx.raw)
            except ConcurrentWrite:
                if not attempts:
                    raise

    async def _attempt(self, stream: str, command: C, context: Context, raw: Any) -> Outcome:
        # Others wait instead of failing: a conflict here would undo the whole batch.
        born = raw is None or await self._store.lock(stream, raw)
        history = await self._store.load(stream, raw=raw) if born else []
        if any(event.command == context.command for event in history):
            return await self._repeated(context, raw)
        state = self._decider.replay(event.data for event in history)  # type: ignore[misc]
        version = history[-1].version if history else 0
        try:
            events = self._decider.decide(state, command)
        except Exception:
            # A creation makes a new id each time it is asked for, so only the log knows it.
            if await self._store.known(context, raw):
                return await self._repeated(context, raw)
            raise
        if not events:
            return Outcome(stream=stream, version=version)
        correlation = context.correlation or stream.partition("-")[2]
        context = structs.replace(context, correlation=correlation)
        done = await self._store.append([Append(stream, version, events)], context, raw)
        if done.repeated:
            return Outcome(stream=done.stream, version=done.version, repeated=True)
        self._wake()
        return Outcome(stream=stream, version=done.version, events=tuple(events))

    async def _repeated(self, context: Context, raw: Any) -> Outcome:
        known = await self._store.known(context, raw)
        if known is None:
            raise AssertionError("an event names a command that the log does not know")
        return Outcome(stream=known[0], version=known[1], repeated=True)

    async def history(self, id: UUID | str, **as_of: Any) -> list[Recorded]:  # noqa: A002
        """Return the events of an aggregate (`upto` a version, `known_at` a moment)."""
        found = await self._store.load(self.stream(id), **as_of)
        if not found:
            raise NotFound
        return found

    async def state(self, id: UUID | str, **as_of: Any) -> tuple[S, int]:  # noqa: A002
        """Return an aggregate's state and version, now or as of a version or a moment."""
        found = await self.history(id, **as_of)
        return self._decider.replay(e.data for e in found), found[-1].version  # type: ignore[misc]


def caused_by(group: str, heard: Envelope[Any], purpose: str = "") -> Context:
    """Return the context of a command that a heard event causes: the same one each time.

    `purpose` tells several commands apart that one event causes.
    """
    name = f"{group}|{heard.source}|{heard.id}|{purpose}"
    command = uuid5(_CAUSED, name)
    return Context(command=command, correlation=heard.correlation, causation=heard.id)
