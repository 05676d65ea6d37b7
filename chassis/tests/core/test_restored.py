"""A store that was restored to an older copy: noticed, told, and nothing written until decided."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis import telemetry
from chassis.commands import Commands
from chassis.decider import ConcurrentWrite, Decider, StoreIsBehind
from chassis.relay import Relay
from chassis.restored import compare
from chassis.store import Context

from .restoring import restore
from .stage import (
    Stage,
    Topics,
    all_records,
    publish,
    revised,
    running,
    submitted,
    told,
    until,
)

pytestmark = pytest.mark.integration

COUNTING: Decider[int, Any, Any] = Decider(0, lambda _, event: [event], lambda n, _: n + 1)


@pytest.fixture
def relay(stage: Stage, topics: Topics, kafka: Any) -> Relay:
    return Relay(stage.db, kafka.bootstrap, "ideas")


async def told_and_restored(stage: Stage, relay: Relay) -> list[str]:
    """Tell five events of each of three streams; then only the first of each is in the store."""
    streams = [f"idea-{uuid4()}" for _ in range(3)]
    for stream in streams:
        await stage.append(stream, 0, submitted(uuid4()), *(revised(uuid4()) for _ in range(4)))

    async def published() -> bool:
        return bool(await stage.owner.fetchval("SELECT published_gpos = 15 FROM relay_state"))

    async with running(relay):
        await until(published)
    await restore(stage.owner)
    return sorted(streams)


async def is_noticed(stage: Stage) -> bool:
    return await stage.count("lost_event") == 12


async def test_an_older_copy_is_noticed_and_what_it_lost_is_listed(
    stage: Stage, relay: Relay, topics: Topics, kafka: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    streams = await told_and_restored(stage, relay)
    async with running(relay):
        await until(lambda: is_noticed(stage))
        await until(lambda: telemetry.LOST._value.get() == 12)
        assert not relay.leads
    rows = await stage.owner.fetch("SELECT stream, version FROM lost_event ORDER BY 1, 2")
    assert [tuple(row) for row in rows] == [(s, v) for s in streams for v in (2, 3, 4, 5)]
    assert "relay.store_is_behind" in capsys.readouterr().out
    assert len(await all_records(kafka.bootstrap, topics.ideas)) == 15


@pytest.mark.parametrize("wrong", [{"subject": ""}, {"id": "no uuid"}, {"sequence": "٣"}])
async def test_what_only_seems_to_be_ours_at_the_end_of_a_topic_keeps_nobody_from_leading(
    stage: Stage, relay: Relay, topics: Topics, kafka: Any, wrong: dict[str, str]
) -> None:
    """Whoever may write there may write anything."""
    key, headers, value = told(submitted(uuid4()), 1)
    named = {f"ce_{name}": said for name, said in wrong.items()}
    meant = [(n, named.get(n, "").encode() if n in named else v) for n, v in headers]
    meant = [each for each in meant if each[1]]
    await publish(kafka.bootstrap, topics.ideas, [(key, meant, value)] * 3)
    async with running(relay):
        await until(lambda: relay.leads)
    assert await stage.count("lost_event") == 0


async def test_what_was_written_on_before_anybody_compared_hides_nothing(
    stage: Stage, relay: Relay, topics: Topics, kafka: Any
) -> None:
    """The same versions with other ids: listed is what the store does not have, by its id."""
    streams = await told_and_restored(stage, relay)
    await stage.append(streams[0], 1, *(revised(uuid4()) for _ in range(4)))
    async with running(relay):
        await until(lambda: is_noticed(stage))
        assert not relay.leads
    rows = await stage.owner.fetch("SELECT stream, version FROM lost_event ORDER BY 1, 2")
    assert [tuple(row) for row in rows] == [(s, v) for s in streams for v in (2, 3, 4, 5)]
    told_of = await all_records(kafka.bootstrap, topics.ideas)
    assert len(told_of) == 15, "a second history was told"


async def test_meanwhile_every_command_is_refused_and_may_be_asked_again(
    stage: Stage, relay: Relay
) -> None:
    """A second history under the same versions would be heard by nobody."""
    await told_and_restored(stage, relay)
    async with running(relay):
        await until(lambda: is_noticed(stage))
    commands = Commands(stage.store, COUNTING, "idea", relay.wake)
    idea, asked = uuid4(), Context(command=uuid4())
    with pytest.raises(StoreIsBehind):
        await commands.handle(idea, revised(idea), asked)
    assert issubclass(StoreIsBehind, ConcurrentWrite)  # so 503, and consumers wait
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stage.db.pool.execute("UPDATE lost_event SET accepted_at = now()")
    await stage.owner.execute("UPDATE lost_event SET accepted_at = now()")
    done = await commands.handle(idea, revised(idea), asked)
    assert (done.version, done.repeated) == (1, False)


async def test_once_the_loss_is_accepted_the_relay_goes_on_and_asks_no_more(
    stage: Stage, relay: Relay, topics: Topics, kafka: Any
) -> None:
    streams = await told_and_restored(stage, relay)
    async with running(relay):
        await until(lambda: is_noticed(stage))
        await stage.owner.execute("UPDATE lost_event SET accepted_at = now()")
        await until(lambda: relay.leads)
        await stage.append(streams[0], 1, revised(uuid4()))

        async def told_again() -> bool:
            return len(await all_records(kafka.bootstrap, topics.ideas)) == 16

        await until(told_again)
    async with running(Relay(stage.db, kafka.bootstrap, "ideas")) as again:
        await until(lambda: telemetry.LOST._value.get() == 0)
        assert not any(task.done() for task in again)


async def test_a_store_that_is_not_behind_is_left_alone(
    stage: Stage, relay: Relay, topics: Topics, kafka: Any
) -> None:
    """Also not by what others put on its topic, nor by a topic that is not there."""
    await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
    async with running(relay):
        await until(lambda: relay.leads)
        await until(lambda: stage.owner.fetchval("SELECT published_gpos = 1 FROM relay_state"))
    stranger = told(submitted(uuid4()), 1, source="kiem/stranger")
    await publish(kafka.bootstrap, topics.ideas, [stranger])
    nowhere = f"nowhere-{uuid4()}"
    await compare(stage.db, kafka.bootstrap, [topics.ideas, nowhere], "kiem/ideas")
    assert await stage.count("lost_event") == 0
