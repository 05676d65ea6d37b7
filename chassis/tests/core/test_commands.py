"""The path of a command: load, replay, decide, append; once, whoever asks how often."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.commands import Commands, Outcome, caused_by
from chassis.decider import CommandKnown, ConcurrentWrite, Decider, NotFound, Rejected
from chassis.store import Context
from contracts.envelope import Envelope
from contracts.vocabulary import Event

from .stage import AT, Stage, revised, submitted, undone, used

pytestmark = pytest.mark.integration


class ItIsFull(Rejected):
    """There is no room for a fourth. Start another."""


@dataclass(frozen=True)
class Add:
    """Add one event, or several, or none."""

    idea: UUID
    count: int = 1


def decide(state: int, command: Add) -> list[Event]:
    if state + command.count > 3:
        raise ItIsFull
    return [submitted(command.idea) if state + n == 0 else revised(command.idea)
            for n in range(command.count)]  # fmt: skip


COUNTING: Decider[int, Add, Any] = Decider(0, decide, lambda state, _: state + 1)


@pytest.fixture
def woken() -> list[None]:
    return []


@pytest.fixture
def commands(stage: Stage, woken: list[None]) -> Commands[int, Add, Any]:
    return Commands(stage.store, COUNTING, "idea", lambda: woken.append(None))


async def test_a_command_leads_to_the_events_that_the_domain_decides(
    commands: Commands[int, Add, Any], woken: list[None]
) -> None:
    idea = uuid4()
    done = await commands.handle(idea, Add(idea, 2), Context(command=uuid4(), actor="p-1"))
    assert (done.stream, done.version, done.repeated) == (f"idea-{idea}", 2, False)
    assert [type(e).__name__ for e in done.events] == ["IdeaSubmitted", "IdeaRevised"]
    assert await commands.state(idea) == (2, 2)
    assert len(woken) == 1


async def test_what_the_domain_refuses_leaves_nothing_behind(
    stage: Stage, commands: Commands[int, Add, Any], woken: list[None]
) -> None:
    idea = uuid4()
    with pytest.raises(ItIsFull, match="Start another"):
        await commands.handle(idea, Add(idea, 4), Context(command=uuid4()))
    assert await stage.count("event") == await stage.count("command_log") == 0
    assert not woken
    with pytest.raises(NotFound):
        await commands.state(idea)


async def test_a_command_that_changes_nothing_appends_nothing(
    stage: Stage, commands: Commands[int, Add, Any], woken: list[None]
) -> None:
    idea = uuid4()
    await commands.handle(idea, Add(idea), Context(command=uuid4()))
    done = await commands.handle(idea, Add(idea, 0), Context(command=uuid4()))
    assert (done.version, done.events, len(woken)) == (1, (), 1)
    assert await stage.count("event") == 1


async def test_a_repeated_command_gets_its_first_answer_even_when_it_would_be_refused_now(
    commands: Commands[int, Add, Any],
) -> None:
    idea, asked = uuid4(), Context(command=uuid4(), digest=b"a")
    first = await commands.handle(idea, Add(idea, 2), asked)
    await commands.handle(idea, Add(idea), Context(command=uuid4()))
    again = await commands.handle(idea, Add(idea, 2), asked)
    assert (again.repeated, again.version, again.stream) == (True, first.version, first.stream)
    assert await commands.state(idea) == (3, 3)


async def test_a_repeated_creation_is_known_although_it_comes_with_a_new_id(
    stage: Stage, commands: Commands[int, Add, Any]
) -> None:
    first, second = uuid4(), uuid4()
    asked = Context(command=uuid4(), digest=b"a")
    await commands.handle(first, Add(first, 3), asked)
    again = await commands.handle(second, Add(second, 3), asked)
    assert (again.repeated, again.stream) == (True, f"idea-{first}")
    refused_now = await commands.handle(first, Add(first, 3), asked)
    assert refused_now.repeated
    assert await stage.count("event") == 3


async def test_a_command_under_a_new_id_reads_nothing_and_is_still_carried_out_once(
    stage: Stage, commands: Commands[int, Add, Any]
) -> None:
    first, second = uuid4(), uuid4()
    asked = Context(command=uuid4(), digest=b"a")
    done = await commands.handle(first, Add(first, 2), asked, history=())
    again = await commands.handle(second, Add(second, 2), asked, history=())
    assert (done.state, done.repeated) == (2, False)
    assert (again.stream, again.version, again.state, again.repeated) == (done.stream, 2, 2, True)
    with pytest.raises(ConcurrentWrite):  # it was not new
        await commands.handle(first, Add(first), Context(command=uuid4()), history=())
    assert await stage.count("event") == 2


async def test_an_outcome_carries_the_state_that_the_command_left(
    commands: Commands[int, Add, Any],
) -> None:
    idea, asked = uuid4(), Context(command=uuid4(), digest=b"a")
    first = await commands.handle(idea, Add(idea, 2), asked)
    nothing = await commands.handle(idea, Add(idea, 0), Context(command=uuid4()))
    later = await commands.handle(idea, Add(idea), Context(command=uuid4()))
    again = await commands.handle(idea, Add(idea, 2), asked)  # as it was then
    assert [done.state for done in (first, nothing, later, again)] == [2, 2, 3, 2]


async def test_another_body_under_a_known_command_is_refused_on_every_path(
    commands: Commands[int, Add, Any],
) -> None:
    idea, command = uuid4(), uuid4()
    await commands.handle(idea, Add(idea), Context(command=command, digest=b"a"))
    other = Context(command=command, digest=b"b")
    for target, count in ((idea, 1), (idea, 9), (uuid4(), 1), (uuid4(), 9)):
        with pytest.raises(CommandKnown):
            await commands.handle(target, Add(idea, count), other)


async def test_three_who_write_at_once_all_get_through(
    commands: Commands[int, Add, Any],
) -> None:
    idea = uuid4()
    done = await asyncio.gather(
        *(commands.handle(idea, Add(idea), Context(command=uuid4())) for _ in range(3))
    )
    assert sorted(o.version for o in done) == [1, 2, 3]


async def test_a_stream_that_never_rests_is_given_up_after_four_attempts(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands(stage.store, COUNTING, "idea", lambda: None)
    attempts = 0

    async def too_late(*_: Any) -> Outcome[int]:
        nonlocal attempts
        attempts += 1
        raise ConcurrentWrite

    monkeypatch.setattr(commands, "_attempt", too_late)
    with pytest.raises(ConcurrentWrite):
        await commands.handle(uuid4(), Add(uuid4()), Context(command=uuid4()))
    assert attempts == 4


async def test_a_command_within_a_transaction_is_undone_with_it(
    stage: Stage, commands: Commands[int, Add, Any]
) -> None:
    idea, asked = uuid4(), Context(command=uuid4())
    async with undone(stage.db) as tx:
        await commands.handle(idea, Add(idea), asked, tx)
    assert await stage.count("event") == await stage.count("command_log") == 0
    async with stage.db.transaction() as tx:
        done = await commands.handle(idea, Add(idea), asked, tx)
    assert not done.repeated


async def test_within_a_transaction_others_wait_instead_of_making_the_batch_fail(
    stage: Stage, commands: Commands[int, Add, Any]
) -> None:
    idea = uuid4()
    await commands.handle(idea, Add(idea), Context(command=uuid4()))
    async with stage.db.transaction() as tx:
        await commands.handle(idea, Add(idea), Context(command=uuid4()), tx)
        other = asyncio.create_task(commands.handle(idea, Add(idea), Context(command=uuid4())))
        await asyncio.sleep(0)
    assert (await other).version == 3


def heard(**changes: Any) -> Envelope[Any]:
    given: dict[str, Any] = {
        "id": "1", "source": "kiem/a", "type": "t", "key": "k", "data": used("p"),
        "occurred_at": AT, "recorded_at": AT, "correlation": "c",
    }  # fmt: skip
    return Envelope(**given | changes)


def test_a_heard_event_causes_the_same_command_each_time_and_no_other_does() -> None:
    contexts = [
        caused_by("g", heard()), caused_by("other", heard()), caused_by("g", heard(id="2")),
        caused_by("g", heard(source="kiem/b")), caused_by("g", heard(), "second"),
    ]  # fmt: skip
    assert len({c.command for c in contexts}) == 5
    assert caused_by("g", heard()) == contexts[0]
    assert (contexts[0].correlation, contexts[0].causation) == ("c", "1")
