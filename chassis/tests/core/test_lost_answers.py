"""When the answer to a COMMIT is lost nobody knows what happened; asking again must be harmless."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from chassis.commands import Commands
from chassis.consuming import Subscription
from chassis.consuming.effect import Effects
from chassis.consuming.letters import Letters
from chassis.consuming.position import Lost, claim
from chassis.database import TRANSIENT, Database
from chassis.decider import Decider
from chassis.keyring import Keyring
from chassis.store import Context, EventStore
from contracts.ideas import TOPIC

from .stage import KEYS, Stage, fetched, life, messages, submitted
from .wire import Wire, wire

pytestmark = pytest.mark.integration


@pytest.fixture
async def cable(stage: Stage) -> AsyncIterator[Wire]:
    async with wire(stage.url) as made:
        yield made


@pytest.fixture
async def remote(cable: Wire) -> AsyncIterator[Database]:
    """The service's database at the other end of the cable, its statements prepared."""
    db = Database(cable.url, pool_size=1)
    await db.open()
    yield db
    await db.close()


async def test_an_append_whose_answer_was_lost_is_a_repetition_when_it_is_asked_again(
    stage: Stage, cable: Wire, remote: Database
) -> None:
    """P12: the client learns nothing; the second time it learns what the first came to."""
    store = EventStore(remote, Keyring(remote, KEYS))
    always: Decider[int, Any, Any] = Decider(0, lambda _, c: [c], lambda s, _: s + 1)
    commands = Commands(store, always, "idea", lambda: None)
    await commands.handle(uuid4(), submitted(uuid4()), Context(command=uuid4()))
    idea, asked = uuid4(), Context(command=uuid4(), digest=b"a", actor="p-lost")

    cable.lose_answer_to(b"p-lost")
    with pytest.raises(TRANSIENT):
        await commands.handle(idea, submitted(idea), asked)
    assert cable.lost == 1
    again = await commands.handle(idea, submitted(idea), asked)
    assert (again.repeated, again.version) == (True, 1)
    assert len(await stage.store.load(f"idea-{idea}")) == 1


async def test_a_batch_whose_commit_was_not_answered_is_known_when_it_is_fetched_again(
    stage: Stage, cable: Wire, remote: Database
) -> None:
    """P12, C1, C12: effect and position were committed together, so the second try is refused."""
    effects = Effects(remote, Letters(Keyring(remote, KEYS)), [Subscription(TOPIC, stage.told)])
    (mine,) = await claim(remote, {(TOPIC, 0): 0}, "cluster", "me")
    batch = fetched(mine, messages(life(uuid4())))
    cable.lose_answer_to(b"COMMIT")
    with pytest.raises(TRANSIENT):
        await effects.apply([batch])
    assert cable.lost == 1
    with pytest.raises(Lost):
        await effects.apply([batch])
    (anew,) = await claim(remote, {(TOPIC, 0): 0}, "cluster", "me")
    assert anew.position == 3
    assert [version for _, version in await stage.effects()] == [1, 2, 3]
