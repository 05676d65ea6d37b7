"""The store against a plain dict: whatever is asked of it, in whatever order, the two agree."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chassis.decider import CommandKnown, ConcurrentWrite
from chassis.store import Append, Appended, Context

from .stage import Stage, revised

pytestmark = pytest.mark.integration

STREAMS = st.sampled_from(["idea-a", "idea-b", "idea-c"])
COMMANDS = st.sampled_from([UUID(int=n) for n in range(6)])
BODIES = st.sampled_from([b"one", b"two"])
Wait = Callable[[Any], Any]


class StoreMachine(RuleBasedStateMachine):
    """Appends at random; `streams` and `commands` are what the store should be."""

    stage: Stage
    wait: Wait

    def __init__(self) -> None:
        super().__init__()
        self.streams: dict[str, list[str]] = {}
        self.commands: dict[UUID, tuple[bytes, str, int]] = {}
        self.moments: list[tuple[Any, dict[str, int]]] = []
        self.run = uuid4().hex

    @initialize()
    def begin(self) -> None:
        self.wait(self.stage.owner.execute("DELETE FROM event; DELETE FROM stream"))
        self.wait(self.stage.owner.execute("DELETE FROM command_log; DELETE FROM outbox"))

    @rule(
        asked=st.lists(
            st.tuples(STREAMS, st.integers(-1, 1), st.integers(1, 3)),
            min_size=1, max_size=3, unique_by=lambda one: one[0],
        ),
        command=st.one_of(st.builds(uuid4), COMMANDS), body=BODIES,
    )  # fmt: skip
    def append(self, asked: list[tuple[str, int, int]], command: UUID, body: bytes) -> None:
        appends = []
        for stream, off_by, count in asked:
            expected = max(0, len(self.streams.get(stream, [])) + off_by)
            marks = [uuid4().hex for _ in range(count)]
            events = [revised(uuid4(), category=mark) for mark in marks]
            appends.append(Append(stream, expected, events))
        if command in self.commands:
            self._repeats(appends, command, body)
        elif any(a.expected != len(self.streams.get(a.stream, [])) for a in appends):
            with pytest.raises(ConcurrentWrite):
                self._ask(appends, command, body)
        else:
            self._succeeds(appends, command, body)

    def _ask(self, appends: list[Append], command: UUID, body: bytes) -> Appended:
        context = Context(command=command, digest=body)
        done: Appended = self.wait(self.stage.store.append(appends, context))
        return done

    def _repeats(self, appends: list[Append], command: UUID, body: bytes) -> None:
        known, stream, version = self.commands[command]
        if known != body:
            with pytest.raises(CommandKnown):
                self._ask(appends, command, body)
            return
        done = self._ask(appends, command, body)
        assert (done.repeated, done.stream, done.version) == (True, stream, version)

    def _succeeds(self, appends: list[Append], command: UUID, body: bytes) -> None:
        done = self._ask(appends, command, body)
        for append in appends:
            kept = self.streams.setdefault(append.stream, [])
            kept += [str(getattr(event, "category", "")) for event in append.events]
        first = appends[0].stream
        assert (done.stream, done.version) == (first, len(self.streams[first]))
        assert not done.repeated
        self.commands[command] = (body, first, done.version)
        self.moments.append((done.recorded_at, {s: len(k) for s, k in self.streams.items()}))

    @rule(stream=STREAMS, upto=st.integers(0, 8))
    def read_as_of_a_version(self, stream: str, upto: int) -> None:
        found = self.wait(self.stage.store.load(stream, upto=upto))
        assert [e.data.category for e in found] == self.streams.get(stream, [])[:upto]

    @rule(stream=STREAMS, back=st.integers(1, 5))
    def read_as_of_a_moment(self, stream: str, back: int) -> None:
        if len(self.moments) < back:
            return
        moment, lengths = self.moments[-back]
        found = self.wait(self.stage.store.load(stream, known_at=moment))
        assert len(found) == lengths.get(stream, 0)

    @invariant()
    def the_outbox_has_every_event_once(self) -> None:
        total = sum(len(kept) for kept in self.streams.values())
        rows = self.wait(self.stage.owner.fetch("SELECT DISTINCT event_id FROM outbox"))
        assert len(rows) == total == self.wait(self.stage.count("outbox"))

    @invariant()
    def every_stream_is_what_the_dict_says(self) -> None:
        for stream, kept in self.streams.items():
            found = self.wait(self.stage.store.load(stream))
            assert [e.data.category for e in found] == kept
            assert [e.version for e in found] == list(range(1, len(kept) + 1))


async def test_the_store_does_what_a_plain_dict_would(stage: Stage) -> None:
    loop = asyncio.get_running_loop()

    def wait(coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(20)

    machine = type("Machine", (StoreMachine,), {"stage": stage, "wait": staticmethod(wait)})
    chosen = settings(
        max_examples=20, stateful_step_count=15, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)
