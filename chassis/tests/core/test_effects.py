"""The effect of what is heard happens once: whatever is fetched again, lost or repeated."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis import telemetry
from chassis.commands import Commands, caused_by
from chassis.consuming import BatchSubscription, Heard, Subscription
from chassis.consuming.dedupe import Gap
from chassis.consuming.reading import Slice
from chassis.database import Tx
from chassis.decider import ConcurrentWrite, Decider, Rejected
from contracts.ideas import TOPIC

from .stage import Line, Stage, life, messages, revised, submitted, told

pytestmark = pytest.mark.integration


@pytest.fixture
def line(stage: Stage) -> Line:
    return Line(stage, Subscription(TOPIC, stage.told))


async def test_each_event_has_its_effect_once_in_the_order_of_its_stream(
    stage: Stage, line: Line
) -> None:
    one, two = uuid4(), uuid4()
    await line.hear(life(one) + life(two))
    expected = [(f"idea-{idea}", version) for idea in (one, two) for version in (1, 2, 3)]
    assert await stage.effects() == expected
    assert await stage.count("journal") == 6


async def test_what_a_relay_repeats_has_no_second_effect_and_stops_nothing(
    stage: Stage, line: Line
) -> None:
    """C3, K23: a duplicate is a normal outcome; a new producer session repeats."""
    records = life(uuid4())
    claim = await line.hear(records + records[1:] + records)
    assert claim.position == 8
    assert len(await stage.effects()) == await stage.count("journal") == 3
    assert await line.parked() == []


@pytest.mark.parametrize("back_to", [0, 2])
async def test_going_back_to_an_earlier_offset_has_no_second_effect(
    stage: Stage, line: Line, back_to: int
) -> None:
    """K7, K19: wherever the position comes from, what is known is dropped."""
    await line.hear(life(uuid4()))
    claim = await line.resume(offset=back_to)
    assert claim.position == 3
    assert len(await stage.effects()) == 3


ANOTHER_ID = telemetry.DROPPED.labels(reason="other_id")._value


SAID = "consumer.version_with_another_id"


async def test_the_version_that_is_known_with_another_id_has_no_effect_and_is_said(
    stage: Stage, line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two histories under one version: its owner was restored and went on from there."""
    idea, before = uuid4(), ANOTHER_ID.get()
    records = life(idea)
    await line.hear([*records, records[-1]])
    assert (ANOTHER_ID.get(), SAID in capsys.readouterr().out) == (before, False), "it came twice"
    claim = await line.hear([told(revised(idea), 3), told(revised(idea), 4)])
    assert ANOTHER_ID.get() == before + 1
    assert capsys.readouterr().out.count(SAID) == 1
    assert claim.position == 6
    assert [version for _, version in await stage.effects()] == [1, 2, 3, 4]
    assert await stage.count("journal") == 4


async def test_an_owner_that_tells_an_older_version_anew_is_found_out_where_it_meets_the_mark(
    stage: Stage, line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mark has the id of the newest version alone; the owner itself compares them all."""
    idea, before = uuid4(), ANOTHER_ID.get()
    await line.hear(life(idea))
    await line.hear([told(revised(idea), 2)])
    assert (ANOTHER_ID.get(), SAID in capsys.readouterr().out) == (before, False)
    await line.hear([told(revised(idea), 3)])
    assert (ANOTHER_ID.get(), SAID in capsys.readouterr().out) == (before + 1, True)
    assert len(await stage.effects()) == await stage.count("journal") == 3


async def test_in_a_new_cluster_all_is_read_again_and_what_is_known_is_dropped(
    stage: Stage, line: Line
) -> None:
    """K19: position and generation of the lost Kafka mean nothing in the new one."""
    idea = uuid4()
    records = life(idea)
    await line.hear(records)
    line.effects.cluster = "cluster-2"
    line.log.clear()
    assert (await line.claim()).position == 0
    await line.hear([*records, told(revised(idea), 4)])
    assert [version for _, version in await stage.effects()] == [1, 2, 3, 4]


async def test_what_lies_where_a_deleted_topic_had_something_else_is_heard_and_noted(
    stage: Stage, line: Line
) -> None:
    """The topic made anew begins at its first offset again, and its cluster is the same."""
    old, new = life(uuid4()), life(uuid4())
    await line.hear(old)
    line.log[TOPIC, 0] = messages([*new, *old])
    await line.resume(offset=0)
    heard = await stage.owner.fetch("SELECT id FROM journal ORDER BY seq")
    assert len({row["id"] for row in heard}) == len(heard) == len(await stage.effects()) == 6


async def test_a_missing_version_makes_the_rest_wait_until_it_comes(
    stage: Stage, line: Line
) -> None:
    """K18: after more partitions were added, a key's records may lie in two of them."""
    records = life(uuid4())
    await line.hear(records[:1], part=0)
    with pytest.raises(Gap):
        await line.hear(records[2:], part=1)
    assert [version for _, version in await stage.effects()] == [1]
    await line.hear(records[1:2], part=0)
    await line.listen(part=1)
    assert [version for _, version in await stage.effects()] == [1, 2, 3]


async def test_a_gap_touches_nothing_that_comes_with_it(stage: Stage, line: Line) -> None:
    records = life(uuid4())
    with pytest.raises(Gap) as gap:
        await line.hear([*life(uuid4()), records[0], records[2]])
    assert gap.value.item.record.offset == 4
    assert await stage.effects() == []
    assert await stage.count("stream_mark") == await stage.count("journal") == 0


@pytest.mark.parametrize("failing", [False, True])
async def test_what_a_failed_send_left_in_the_log_too_early_is_dropped_where_it_comes_again(
    stage: Stage, *, failing: bool
) -> None:
    """K20: a relay rewinds to the first record that failed; later ones may be there already."""

    async def handler(tx: Tx, heard: Heard) -> None:
        await stage.told(tx, heard)
        if failing and heard.key == str(bad):
            raise LookupError

    bad, idea = uuid4(), uuid4()
    line = Line(stage, Subscription(TOPIC, handler))
    one, two, three, four = life(idea, 4)
    claim = await line.hear([one, three, four, told(submitted(bad), 1), two, three, four])
    assert claim.position == 7
    assert [v for s, v in await stage.effects() if s == f"idea-{idea}"] == [1, 2, 3, 4]
    offsets = await stage.owner.fetch("SELECT off FROM journal WHERE key = $1", str(idea))
    assert sorted(row["off"] for row in offsets) == [0, 4, 5, 6]


@pytest.mark.parametrize(
    "passing",
    [
        TimeoutError(), ConnectionResetError(), asyncpg.DeadlockDetectedError(),
        asyncpg.SerializationError(), asyncpg.LockNotAvailableError(),
        asyncpg.TooManyConnectionsError(), asyncpg.AdminShutdownError(), ConcurrentWrite(),
        asyncpg.InternalClientError(),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
async def test_what_passes_by_itself_undoes_the_batch_and_blames_no_record(
    stage: Stage, passing: Exception
) -> None:
    """K1, K6, C1: a failure moves nothing, so the same is fetched again."""
    failures = [passing, passing]

    async def handler(tx: Tx, heard: Heard) -> None:
        await stage.told(tx, heard)
        if heard.version == 2 and failures:
            raise failures.pop()

    line = Line(stage, Subscription(TOPIC, handler))
    records = life(uuid4())
    for _ in range(2):
        with pytest.raises(type(passing)):
            await line.hear(records if not line.log else [])
        assert await stage.effects() == []
        assert await stage.count("dead_letter") == await stage.count("stream_mark") == 0
    await line.listen()
    assert len(await stage.effects()) == 3


async def test_a_refusal_by_the_domain_is_an_answer(stage: Stage) -> None:
    class ItIsDecided(Rejected):
        """It is decided already."""

    async def handler(tx: Tx, heard: Heard) -> None:
        if heard.version == 2:
            raise ItIsDecided
        await stage.told(tx, heard)

    line = Line(stage, Subscription(TOPIC, handler))
    claim = await line.hear(life(uuid4()))
    assert claim.position == 3
    assert [version for _, version in await stage.effects()] == [1, 3]
    assert await line.parked() == []


async def test_a_command_that_was_caused_is_undone_and_repeated_with_its_batch(
    stage: Stage,
) -> None:
    """C1: what a consumer appends is part of its transaction, and has its own identity."""
    always: Decider[int, Any, Any] = Decider(0, lambda _, c: [c], lambda s, _: s + 1)
    commands = Commands(stage.store, always, "idea", lambda: None)
    failures = [TimeoutError()]

    async def handler(tx: Tx, heard: Heard) -> None:
        await commands.handle(heard.key, submitted(uuid4()), caused_by("g", heard), tx)
        if failures and heard.version == 3:
            raise failures.pop()

    line = Line(stage, Subscription(TOPIC, handler))
    idea = uuid4()
    with pytest.raises(TimeoutError):
        await line.hear(life(idea))
    assert await stage.count("event") == 0
    await line.listen()
    await stage.owner.execute("DELETE FROM stream_mark")  # even if it heard everything anew
    await line.resume(offset=0)
    assert len(await stage.store.load(f"idea-{idea}")) == 3
    assert await stage.count("outbox") == 3


async def test_a_batch_handler_gets_the_events_of_all_partitions_at_once(stage: Stage) -> None:
    """K4, C13: what can be added up in memory is one statement."""
    batches: list[list[str]] = []

    async def handler(_: Tx, heard: Any) -> None:
        batches.append([event.key for event in heard])

    line = Line(stage, BatchSubscription(TOPIC, handler, journal=False))
    ideas = [uuid4(), uuid4()]
    slices = [
        Slice(await line.claim(part=part), messages(life(idea), part=part))
        for part, idea in enumerate(ideas)
    ]
    await line.effects.apply(slices)
    assert batches == [[str(idea) for idea in ideas for _ in range(3)]]
    assert await stage.count("journal") == 0
    assert [claim.position for claim in line.claims.values()] == [3, 3]
