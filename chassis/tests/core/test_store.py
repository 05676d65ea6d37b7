"""The laws of the store: nothing is lost, nothing is there twice, nothing is ever changed."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from chassis.decider import CommandKnown, ConcurrentWrite
from chassis.store import Append, Context

from .stage import Stage, revised, submitted, undone

pytestmark = pytest.mark.integration


async def race(stage: Stage, stream: str, expected: int, writers: int) -> list[Any]:
    """Let several write to one stream at once, all from the same version."""
    idea = uuid4()
    return await asyncio.gather(
        *(stage.append(stream, expected, submitted(idea)) for _ in range(writers)),
        return_exceptions=True,
    )


@pytest.mark.parametrize("expected", [0, 2])
async def test_of_twenty_who_append_at_once_one_succeeds_and_the_others_are_told(
    stage: Stage, expected: int
) -> None:
    """P1: no append is reported as done and then not there."""
    stream = f"idea-{uuid4()}"
    for version in range(expected):
        await stage.append(stream, version, submitted(uuid4()))
    outcomes = await race(stage, stream, expected, 20)
    won = [o for o in outcomes if not isinstance(o, Exception)]
    lost = [o for o in outcomes if isinstance(o, ConcurrentWrite)]
    assert (len(won), len(lost)) == (1, 19)
    assert [e.version for e in await stage.store.load(stream)] == list(range(1, expected + 2))
    assert await stage.count("outbox") == expected + 1


@pytest.mark.parametrize("claimed", [0, 1, 3, 99])
async def test_an_append_from_another_version_than_the_present_changes_nothing(
    stage: Stage, claimed: int
) -> None:
    """P2: the version is compared in the statement that writes, and there is no "any version"."""
    stream = f"idea-{uuid4()}"
    await stage.append(stream, 0, submitted(uuid4()), revised(uuid4()))
    with pytest.raises(ConcurrentWrite):
        await stage.append(stream, claimed, revised(uuid4()))
    assert len(await stage.store.load(stream)) == 2
    assert await stage.count("command_log") == 1
    assert await stage.count("outbox") == 2


async def test_a_version_that_is_there_already_is_refused_by_the_table_itself(stage: Stage) -> None:
    """P1: even a stream row that went back could not make two events of one version."""
    stream = f"idea-{uuid4()}"
    await stage.append(stream, 0, submitted(uuid4()), revised(uuid4()))
    await stage.owner.execute("UPDATE stream SET version = 1 WHERE stream = $1", stream)
    with pytest.raises(ConcurrentWrite):
        await stage.append(stream, 1, revised(uuid4()))
    assert len(await stage.store.load(stream)) == 2


async def test_the_same_command_is_carried_out_once_and_answers_the_same(stage: Stage) -> None:
    stream, command = f"idea-{uuid4()}", uuid4()
    first = await stage.append(stream, 0, submitted(uuid4()), command=command, digest=b"a")
    again = await stage.append(stream, 0, submitted(uuid4()), command=command, digest=b"a")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.stream, again.version) == (first.stream, first.version)
    assert again.recorded_at == first.recorded_at
    assert await stage.count("event") == await stage.count("outbox") == 1


async def test_the_same_command_from_twenty_at_once_is_carried_out_once(stage: Stage) -> None:
    stream, command = f"idea-{uuid4()}", uuid4()
    outcomes = await asyncio.gather(
        *(stage.append(stream, 0, submitted(uuid4()), command=command) for _ in range(20))
    )
    assert sum(not o.repeated for o in outcomes) == 1
    assert {(o.stream, o.version) for o in outcomes} == {(stream, 1)}
    assert await stage.count("event") == 1


async def test_the_same_command_with_another_body_is_refused(stage: Stage) -> None:
    command = uuid4()
    await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()), command=command, digest=b"a")
    with pytest.raises(CommandKnown):
        await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()), command=command, digest=b"b")
    assert await stage.count("event") == 1


async def test_a_command_that_came_too_late_may_be_tried_again_under_its_id(stage: Stage) -> None:
    stream, command = f"idea-{uuid4()}", uuid4()
    await stage.append(stream, 0, submitted(uuid4()))
    with pytest.raises(ConcurrentWrite):
        await stage.append(stream, 0, revised(uuid4()), command=command)
    done = await stage.append(stream, 1, revised(uuid4()), command=command)
    assert (done.version, done.repeated) == (2, False)


async def test_several_streams_are_appended_to_together_or_not_at_all(stage: Stage) -> None:
    first, second = f"idea-{uuid4()}", f"idea-{uuid4()}"
    await stage.append(second, 0, submitted(uuid4()))
    both = [Append(first, 0, [submitted(uuid4())]), Append(second, 0, [revised(uuid4())])]
    with pytest.raises(ConcurrentWrite):
        await stage.store.append(both, Context(command=uuid4()))
    assert await stage.store.load(first) == []

    both[1] = Append(second, 1, [revised(uuid4()), revised(uuid4())])
    done = await stage.store.append(both, Context(command=uuid4()))
    assert (done.stream, done.version) == (first, 1)
    assert [e.version for e in await stage.store.load(second)] == [1, 2, 3]
    assert len({e.recorded_at for e in await stage.store.load(second)}) == 2


async def test_those_who_append_to_the_same_streams_in_another_order_do_not_block_each_other(
    stage: Stage,
) -> None:
    streams = [f"idea-{uuid4()}" for _ in range(2)]
    for stream in streams:
        await stage.append(stream, 0, submitted(uuid4()))

    async def write(ordered: list[str]) -> None:
        for version in range(1, 8):
            both = [Append(stream, version, [revised(uuid4())]) for stream in ordered]
            try:
                await stage.store.append(both, Context(command=uuid4()))
            except ConcurrentWrite:
                continue

    await asyncio.gather(write(streams), write(streams[::-1]))
    versions = [len(await stage.store.load(stream)) for stream in streams]
    assert versions[0] == versions[1] > 1


async def test_an_append_of_several_events_keeps_their_order(stage: Stage) -> None:
    stream, idea = f"idea-{uuid4()}", uuid4()
    told = [submitted(idea), *(revised(idea, category=str(n)) for n in range(9))]
    await stage.append(stream, 0, *told)
    found = await stage.store.load(stream)
    assert [e.data for e in found] == told
    assert [e.version for e in found] == list(range(1, 11))
    assert all(a.id < b.id for a, b in pairwise(found))


async def test_numbers_of_the_outbox_are_handed_out_one_by_one(stage: Stage) -> None:
    """P4: a sequence that caches numbers would hand them out of order."""
    cached = await stage.owner.fetchval(
        "SELECT cache_size FROM pg_sequences WHERE sequencename = 'outbox_id_seq'"
    )
    assert cached == 1


async def test_nobody_is_notified_in_the_transaction_that_appends(stage: Stage) -> None:
    """P5: NOTIFY takes a lock of the whole cluster at commit."""
    sources = await stage.owner.fetch(
        "SELECT prosrc FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
        "WHERE nspname = 'public'"
    )
    assert sources
    assert not [row for row in sources if "notify" in row["prosrc"].lower()]
    triggers = await stage.owner.fetch("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    assert [row["tgname"] for row in triggers] == ["no_second_history"]


async def test_appending_takes_no_lock_that_others_would_wait_for(stage: Stage) -> None:
    """P5, P6: a writer who has not committed keeps nobody else from writing."""
    slow = await asyncpg.connect(stage.url, ssl=False)
    try:
        async with slow.transaction():
            await stage.store.append(
                [Append(f"idea-{uuid4()}", 0, [submitted(uuid4())])], Context(command=uuid4()), slow
            )
            locks = await slow.fetchval(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = $1",
                slow.get_server_pid(),
            )
            async with asyncio.timeout(5):
                await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
        assert locks == 0
    finally:
        await slow.close()


async def test_a_stream_is_read_as_of_a_version_and_as_of_a_moment(stage: Stage) -> None:
    stream = f"idea-{uuid4()}"
    moments = []
    for version in range(4):
        done = await stage.append(stream, version, revised(uuid4()))
        moments.append(done.recorded_at)
    for version, moment in enumerate(moments, start=1):
        asof = await stage.store.load(stream, upto=version)
        known = await stage.store.load(stream, known_at=moment)
        assert [e.version for e in asof] == [e.version for e in known] == [*range(1, version + 1)]
    assert await stage.store.load(stream, known_at=moments[0] - timedelta(microseconds=1)) == []
    assert await stage.store.load(stream, upto=0) == []


async def test_what_is_recorded_carries_domain_time(stage: Stage) -> None:
    await stage.owner.execute("UPDATE clock_offset SET forward = '40 days'")
    before = await stage.owner.fetchval("SELECT clock_timestamp()")
    done = await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
    assert timedelta(days=40) <= done.recorded_at - before < timedelta(days=41)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET data = '{}'", "DELETE FROM event", "TRUNCATE event",
        "UPDATE event_position SET gpos = 0", "DELETE FROM event_position",
        "TRUNCATE event_position", "UPDATE command_log SET digest = ''", "DELETE FROM command_log",
        "ALTER TABLE event ADD COLUMN x int", "DROP TABLE event", "CREATE TABLE mine (x int)",
        "ALTER SEQUENCE outbox_id_seq CACHE 20",
    ],
)  # fmt: skip
async def test_the_service_itself_may_not_change_the_past(stage: Stage, statement: str) -> None:
    await stage.append(f"idea-{uuid4()}", 0, submitted(uuid4()))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stage.db.pool.execute(statement)
    assert await stage.count("event") == 1


async def test_a_transaction_that_nobody_works_in_is_ended(stage: Stage) -> None:
    """P9: an open transaction anywhere would keep the outbox from being cleaned."""
    limit = await stage.db.pool.fetchval("SHOW idle_in_transaction_session_timeout")
    assert limit == "10s"
    async with stage.db.transaction() as tx:
        assert await tx.raw.fetchval("SHOW idle_in_transaction_session_timeout") == "10s"


async def test_the_outbox_is_vacuumed_early(stage: Stage) -> None:
    """P9: a queue in a table bloats unless it is cleaned often."""
    options = await stage.owner.fetchval("SELECT reloptions FROM pg_class WHERE relname = 'outbox'")
    assert {"autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=5000"} <= set(options)


async def test_both_ways_to_speak_to_the_database_are_one_transaction(stage: Stage) -> None:
    """P11: hot paths use asyncpg itself, in the transaction of the readable queries."""
    async with undone(stage.db) as tx:
        assert isinstance(tx.raw, asyncpg.Connection)
        await tx.raw.execute("INSERT INTO fired (owner, kind) VALUES ('a', 'b')")
        await tx.sql.execute(text("INSERT INTO fired (owner, kind) VALUES ('c', 'd')"))
        assert (await tx.sql.execute(text("SELECT count(*) FROM fired"))).scalar() == 2
        pids = (
            await tx.raw.fetchval("SELECT pg_backend_pid()"),
            (await tx.sql.execute(text("SELECT pg_backend_pid()"))).scalar(),
        )
        assert pids[0] == pids[1]
    assert await stage.count("fired") == 0
