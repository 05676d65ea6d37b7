"""Attacks on PostgreSQL: killed, cut off, held up, slow, full, and with a wrong clock."""

import asyncio
import random
import shutil
import subprocess
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from local.databases import connect
from local.plan import SERVICES
from tests.faults.attacks.table import NotPossible, fault
from tests.faults.evidence import TELLS
from tests.faults.run import Run
from tests.faults.town import PATIENCE

_COMES_BACK = "commands are refused or unknown meanwhile; everything goes on by itself"
_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname LIKE 'kiem_%' AND pid <> pg_backend_pid()
"""
HOUR = 3600


@fault("kill -9 PostgreSQL", _COMES_BACK, seconds=(0.2, 5.0), quick=True, weight=3)
async def kill(run: Run, rng: random.Random) -> AsyncIterator[None]:
    await asyncio.to_thread(run.town.postgres.kill)
    yield
    await asyncio.to_thread(run.town.postgres.start)


@fault("PostgreSQL is restarted", _COMES_BACK, seconds=(0.0, 2.0))
async def restart(run: Run, rng: random.Random) -> AsyncIterator[None]:
    await asyncio.to_thread(run.town.postgres.stop)
    yield
    await asyncio.to_thread(run.town.postgres.start)


@fault("all connections are ended", _COMES_BACK, quick=True)
async def terminate(run: Run, rng: random.Random) -> AsyncIterator[None]:
    for _ in range(rng.randrange(1, 5)):
        await run.town.rows("ideas", _CUT)
        await asyncio.sleep(rng.uniform(0.05, 0.8))
    yield


@fault("a transaction is held open", "who does not need its rows goes on", seconds=(60.0, 60.0),
       weight=1)  # fmt: skip
async def hold(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """Of a stranger who wrote something: the relay's bookkeeping can't be cleaned meanwhile."""
    stranger = await connect(run.town.database(f"kiem_{rng.choice(SERVICES)}"))
    try:
        await stranger.execute("CREATE TABLE IF NOT EXISTS stranger (id int)")
        await stranger.execute("BEGIN; INSERT INTO stranger VALUES (1)")
        yield
        await stranger.execute("COMMIT")  # fails where somebody ended it: then it was not held
    finally:
        await stranger.close()


@fault(
    "the relay's row is held",
    "commands go on; what they led to is told afterwards",
    seconds=(2.0, 60.0),
    weight=1,
)
async def hold_relay(run: Run, rng: random.Random) -> AsyncIterator[None]:
    stranger = await connect(run.town.database(f"kiem_{rng.choice(('ideas', 'feedback'))}"))
    await stranger.execute("BEGIN; SELECT * FROM relay_state FOR UPDATE")
    yield
    await stranger.close()


@fault("a slow database", "slower, and exact", seconds=(5.0, 20.0))
async def slow(run: Run, rng: random.Random) -> AsyncIterator[None]:
    run.town.to_postgres.delay = rng.uniform(0.002, 0.03)
    yield
    run.town.to_postgres.delay = 0.0


@fault("the wire to PostgreSQL is cut", _COMES_BACK, seconds=(1.0, 10.0), quick=True)
async def cut(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """Also between a commit and its acknowledgement: what came of it nobody is told."""
    for _ in range(rng.randrange(1, 6)):
        run.town.to_postgres.cut()
        await asyncio.sleep(rng.uniform(0.05, 1.0))
    run.town.to_postgres.dead = True
    run.town.to_postgres.cut()
    yield
    run.town.to_postgres.dead = False


@fault(
    "the database's disk is full",
    "commands fail, nothing is half done; space heals it",
    seconds=(2.0, 10.0),
    quick=True,
    weight=1,
)
async def fill(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """On a file system of its own; where none can be mounted, it cannot be tried."""
    if not run.town.disk.mounted:
        raise NotPossible(run.town.disk.why_not)
    await asyncio.to_thread(run.town.disk.fill)
    yield
    run.town.disk.free()
    if not run.town.postgres.process.alive:  # it gives up where its log has no room
        await asyncio.to_thread(run.town.postgres.start)
    await run.until("PostgreSQL answers", partial(run.town.rows, "ideas", "SELECT 1"))


def _turn(name: str, seconds: int) -> None:
    promise = "domain time runs on from where it was; nothing fires twice, nobody is refused"

    @fault(name, promise, seconds=(2.0, 10.0), quick=seconds > 0, weight=1)
    async def turn(run: Run, rng: random.Random) -> AsyncIterator[None]:
        """Of the database's machine, by libfaketime; without it, by the domain's own offset."""
        await set_clock(run, seconds)
        yield
        await set_clock(run, 0)


async def set_clock(run: Run, seconds: int) -> None:
    """Let the clock of the database's machine be wrong by so much."""
    if run.town.postgres.clock_turns:
        run.town.postgres.turn(seconds)
        return
    for service in SERVICES:
        sql = "UPDATE clock_offset SET forward = make_interval(secs => $1)"
        await run.town.execute(service, sql, seconds)


_turn("the clock jumps an hour forward, and back", HOUR)
_turn("the clock jumps an hour back, and forward", -HOUR)


@fault("PostgreSQL is restored to an older copy", "noticed at once; commands are refused, the "
       "loss is listed; restored again with the whole log, all goes on", seconds=(2.0, 10.0),
       quick=True, weight=1)  # fmt: skip
async def restore(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """What Kafka has and the copy has not is in `lost_event` before anybody writes on."""
    postgres = run.town.postgres
    older, newer = (postgres.data.with_name(name) for name in ("older", "newer"))
    await asyncio.to_thread(postgres.stop)
    await asyncio.to_thread(_copy, postgres.data, older)
    await asyncio.to_thread(postgres.start)
    await run.probe()
    yield
    run.pause()  # what would be acknowledged from now on is lost by design
    await asyncio.sleep(PATIENCE)
    await asyncio.to_thread(postgres.stop)
    postgres.data.rename(newer)
    older.rename(postgres.data)
    await asyncio.to_thread(postgres.start)
    await run.until("every owner has noticed", partial(_noticed, run))
    asked = {"title": "Te laat", "body": "Dit mag niet lukken."}
    answer = await run.town.tell("ideas", "/v1/ideas", asked, "nobody")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:kiem:StoreIsBehind")
    await asyncio.to_thread(postgres.stop)
    await asyncio.to_thread(shutil.rmtree, postgres.data)
    newer.rename(postgres.data)
    await asyncio.to_thread(postgres.start)
    run.work()


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


async def _noticed(run: Run) -> bool:
    for service in TELLS:
        rows = await run.town.rows(service, "SELECT count(*) FROM lost_event")
        if not rows[0][0]:
            return False
    return True
