"""Rebuilds: what the journal gives is what was heard live, wherever the rebuild was interrupted."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from chassis import projection as rebuilding
from chassis.consuming import Heard, Subscription
from chassis.database import Tx
from chassis.decider import ConcurrentWrite
from chassis.projection import Rebuild, activate, active_version, rebuild
from contracts.envelope import Envelope
from contracts.ideas import TOPIC

from .stage import Line, Stage, life, revised, told, until

pytestmark = pytest.mark.integration


class Folding:
    """A projection of what is heard: live into version 1, by a rebuild into version 2."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.failures: list[Exception] = []
        self.seen: list[Envelope[Any]] = []

    async def live(self, tx: Tx, heard: Heard) -> None:
        version = await active_version(tx.raw, "heard") or 1
        await self.write(tx, version, [heard])

    async def write(self, tx: Tx, version: int, heard: Sequence[Heard]) -> None:
        await tx.raw.executemany(
            f"INSERT INTO heard_v{version} (stream, version) VALUES ($1, $2)",  # noqa: S608
            [(event.stream, event.version) for event in heard],
        )

    async def fold(self, tx: Tx, heard: Sequence[Envelope[Any]]) -> None:
        await self.write(tx, 2, heard)
        self.seen += heard
        if self.failures:
            raise self.failures.pop()

    @property
    def wanted(self) -> Rebuild:
        return Rebuild("heard", 2, (TOPIC,), self.fold)

    async def run(self) -> int:
        return max([total async for total in rebuild(self.stage.db, self.wanted)], default=0)

    async def rows(self, version: int) -> list[tuple[str, int]]:
        found = await self.stage.owner.fetch(
            f"SELECT stream, version FROM heard_v{version} ORDER BY n"  # noqa: S608
        )
        return [(row["stream"], row["version"]) for row in found]


@pytest.fixture
def folding(stage: Stage) -> Folding:
    return Folding(stage)


@pytest.fixture
async def line(stage: Stage, folding: Folding) -> Line:
    await stage.owner.execute("INSERT INTO projection VALUES ('heard', 1, true)")
    return Line(stage, Subscription(TOPIC, folding.live))


def by_stream(rows: list[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for stream, version in rows:
        found.setdefault(stream, []).append(version)
    return found


async def test_a_rebuild_gives_what_was_heard_live_and_becomes_what_is_read(
    stage: Stage, folding: Folding, line: Line
) -> None:
    """C9, C11: the same fold over the same facts, in the order of each stream."""
    for part in (0, 1):
        await line.hear([r for _ in range(20) for r in life(uuid4())], part=part)
    assert await folding.run() == 120
    assert by_stream(await folding.rows(2)) == by_stream(await folding.rows(1))
    assert await active_version(stage.db.pool, "heard") == 2
    await line.hear(life(uuid4()))
    assert len(await folding.rows(2)) == 123
    assert len(await folding.rows(1)) == 120


async def test_a_rebuild_sees_each_event_as_it_was_heard(folding: Folding, line: Line) -> None:
    heard: list[Any] = []
    live = folding.live

    async def remember(tx: Tx, event: Heard) -> None:
        heard.append(event)
        await live(tx, event)

    line.effects._subscriptions[TOPIC] = Subscription(TOPIC, remember)
    await line.hear([told(revised(uuid4(), category="c"), 1, correlationid="x", causationid="y")])
    await folding.run()
    assert folding.seen == heard


async def test_a_rebuild_that_ended_in_the_middle_goes_on_where_it_was(
    stage: Stage, folding: Folding, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C11: an error ends a rebuild; what was folded is kept, and nothing counts twice."""
    monkeypatch.setattr(rebuilding, "FOLDED", 10)
    await line.hear([r for _ in range(12) for r in life(uuid4())])
    progress = rebuild(stage.db, folding.wanted)
    assert [await anext(progress), await anext(progress)] == [10, 20]
    folding.failures = [LookupError()]
    with pytest.raises(LookupError):
        await anext(progress)
    assert len(await folding.rows(2)) == 20
    assert await active_version(stage.db.pool, "heard") == 1
    assert await folding.run() == 16
    assert by_stream(await folding.rows(2)) == by_stream(await folding.rows(1))


async def test_of_two_at_once_one_begins_again_and_nothing_is_folded_twice(
    stage: Stage, folding: Folding, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C11: replicas that start in one release rebuild at the same time."""
    monkeypatch.setattr(rebuilding, "FOLDED", 10)
    await line.hear([r for _ in range(12) for r in life(uuid4())])
    one, other = rebuild(stage.db, folding.wanted), rebuild(stage.db, folding.wanted)
    assert [await anext(one), await anext(other)] == [10, 10]
    with pytest.raises(ConcurrentWrite):
        await anext(one)
    assert [total async for total in other][-1] == 26
    assert by_stream(await folding.rows(2)) == by_stream(await folding.rows(1))


async def test_readers_and_the_consumer_go_on_while_it_runs(
    stage: Stage, folding: Folding, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C10: nothing but the last moment holds the consumer, and nothing holds readers."""
    monkeypatch.setattr(rebuilding, "FOLDED", 5)
    await line.hear([r for _ in range(10) for r in life(uuid4())])
    async for total in rebuild(stage.db, folding.wanted):
        if total < 30:
            assert await active_version(stage.db.pool, "heard") == 1
            await line.hear(life(uuid4(), 1))
    assert by_stream(await folding.rows(2)) == by_stream(await folding.rows(1))
    assert len(await folding.rows(2)) > 30


async def test_what_is_heard_in_the_last_moment_waits_and_goes_to_the_new_version(
    stage: Stage, folding: Folding, line: Line
) -> None:
    await line.hear(life(uuid4()))
    original, hearing = activate, None

    async def slowly(raw: Any, name: str, version: int) -> None:
        nonlocal hearing
        hearing = asyncio.create_task(line.hear(life(uuid4())))
        await asyncio.sleep(0.1)
        assert not hearing.done()
        await original(raw, name, version)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuilding, "activate", slowly)
        await folding.run()
    assert hearing is not None
    await hearing
    assert len(await folding.rows(1)) == 3
    assert len(await folding.rows(2)) == 6


async def test_a_letter_that_is_redriven_while_it_runs_is_not_missed(
    stage: Stage, folding: Folding, line: Line
) -> None:
    """C9, C11: its place in Kafka is long passed; its place in the journal is not."""
    idea = uuid4()
    first, second = life(idea, 2)
    fold_live, failing = folding.live, True

    async def live(tx: Tx, heard: Heard) -> None:
        if failing and heard.key == str(idea):
            raise LookupError
        await fold_live(tx, heard)

    line.effects._subscriptions[TOPIC] = Subscription(TOPIC, live)
    await line.hear([first, *life(uuid4()), second, *life(uuid4())])
    failing = False
    async for _ in rebuild(stage.db, folding.wanted):
        await line.desk.redrive(None, None, rate=1e6, dry_run=False, by="p-op")
    assert by_stream(await folding.rows(2)) == by_stream(await folding.rows(1))
    assert len(await folding.rows(2)) == 8


@pytest.mark.parametrize("second", ["a-new-cluster", "z-new-cluster"])
async def test_what_a_new_kafka_brought_comes_after_what_the_old_one_had(
    stage: Stage, folding: Folding, line: Line, second: str
) -> None:
    """C9: offsets of two clusters say nothing about each other."""
    ideas = [uuid4() for _ in range(4)]
    line.effects.cluster = "m-cluster"
    await line.hear([r for idea in ideas for r in life(idea, 2)])
    line.effects.cluster = second
    line.log.clear()
    await line.claim()
    await line.hear([r for idea in ideas for r in [*life(idea, 2), told(revised(idea), 3)]])
    await folding.run()
    assert by_stream(await folding.rows(2)) == {f"idea-{idea}": [1, 2, 3] for idea in ideas}


async def test_the_first_version_ever_is_the_live_one_from_the_start(
    stage: Stage, folding: Folding
) -> None:
    await Line(stage, Subscription(TOPIC, stage.told)).hear(life(uuid4()))
    assert await folding.run() == 3
    assert await active_version(stage.db.pool, "heard") == 2
    await until(lambda: stage.count("projection"))
