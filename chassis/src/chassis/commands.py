"""The one path that changes the world: load, replay, decide, append."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from msgspec import Struct, structs

from chassis.database import Tx
from chassis.decider import C, ConcurrentWrite, Decider, NotFound, S
from chassis.store import Append, Context, EventStore, Recorded
from contracts import envelope, vocabulary

__all__ = ["Commands", "Context", "Outcome", "caused_by"]

E = TypeVar("E", bound=vocabulary.Event)

ATTEMPTS = 4
_CAUSED = UUID("3f0f6a2e-6f0e-4b7c-9d55-5f1f8d6f2a01")


class Outcome(Struct, Generic[S], frozen=True, kw_only=True):
    """What a command led to; no new events where it was so already, or was carried out before."""

    stream: str
    version: int
    state: S
    repeated: bool = False
    events: tuple[vocabulary.Event, ...] = ()
    recorded_at: datetime | None = None


class Commands(Generic[S, C, E]):
    """Carries out the commands of one kind of aggregate, whose streams are `category-id`."""

    def __init__(
        self, store: EventStore, decider: Decider[S, C, E], category: str, wake: Callable[[], None]
    ) -> None:
        self._store, self._decider, self._category, self._wake = store, decider, category, wake

    def stream(self, id: UUID | str) -> str:  # noqa: A002 - what it is
        return f"{self._category}-{id}"

    async def handle(
        self, id: UUID | str, command: C, context: Context, tx: Tx | None = None,  # noqa: A002
        *, history: Sequence[Recorded] | None = None,
    ) -> Outcome[S]:  # fmt: skip
        """Carry out a command once; within the caller's transaction where one is given.

        `history`: what the stream holds, where the caller has read it and keeps others from it:
        nothing where the id was made for this command.
        Raises Rejected where the domain says no, and ConcurrentWrite where others kept writing.
        """
        attempts = ATTEMPTS if tx is None else 1
        while True:
            attempts -= 1
            try:
                stream, raw = self.stream(id), tx and tx.raw
                known = await self._history(stream, raw) if history is None else history
                return await self._attempt(stream, known, command, context, raw)
            except ConcurrentWrite:
                if not attempts:
                    raise

    async def _history(self, stream: str, raw: Any) -> Sequence[Recorded]:
        # Others wait instead of failing: a conflict here would undo the whole batch.
        born = raw is None or await self._store.lock(stream, raw)
        return await self._store.load(stream, raw=raw) if born else []

    async def _attempt(
        self, stream: str, history: Sequence[Recorded], command: C, context: Context, raw: Any
    ) -> Outcome[S]:
        if any(event.command == context.command for event in history):
            return await self._first_answer(context, raw)
        state, version = self._replayed(history)
        try:
            events = self._decider.decide(state, command)
        except Exception:
            # A creation makes a new id each time it is asked for, so only the log knows it.
            if await self._store.known(context, raw):
                return await self._first_answer(context, raw)
            raise
        if not events:
            return Outcome(stream=stream, version=version, state=state)
        correlation = context.correlation or stream.partition("-")[2]
        context = structs.replace(context, correlation=correlation)
        done = await self._store.append([Append(stream, version, events)], context, raw)
        if done.repeated:
            return await self._first_answer(context, raw)
        self._wake()
        state = self._decider.replay(events, state)
        return Outcome(
            stream=stream, version=done.version, state=state, events=tuple(events),
            recorded_at=done.recorded_at,
        )  # fmt: skip

    async def _first_answer(self, context: Context, raw: Any) -> Outcome[S]:
        known = await self._store.known(context, raw)
        if known is None:
            raise AssertionError("an event names a command that the log does not know")
        stream, version = known
        state, _ = self._replayed(await self._store.load(stream, upto=version, raw=raw))
        return Outcome(stream=stream, version=version, state=state, repeated=True)

    def _replayed(self, history: Sequence[Recorded]) -> tuple[S, int]:
        state = self._decider.replay(event.data for event in history)  # type: ignore[misc]
        return state, history[-1].version if history else 0

    async def history(self, id: UUID | str, **as_of: Any) -> list[Recorded]:  # noqa: A002
        """Return the events of an aggregate (`upto` a version, `known_at` a moment)."""
        found = await self._store.load(self.stream(id), **as_of)
        if not found:
            raise NotFound
        return found

    async def state(self, id: UUID | str, **as_of: Any) -> tuple[S, int]:  # noqa: A002
        """Return an aggregate's state and version, now or as of a version or a moment."""
        return self._replayed(await self.history(id, **as_of))


def caused_by(service: str, heard: envelope.Envelope[Any], purpose: str = "") -> Context:
    """Return the context of a command that a heard event causes: the same one each time.

    `purpose` tells several commands apart that one event causes.
    """
    name = f"{service}|{heard.source}|{heard.id}|{purpose}"
    command = uuid5(_CAUSED, name)
    return Context(command=command, correlation=heard.correlation, causation=heard.id)
