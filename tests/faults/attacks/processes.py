"""Attacks on processes: killed, asleep while another takes over, away while work piles up."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx2
from aiokafka import AIOKafkaConsumer

from local.children import Child, until_ready
from local.plan import PORTAL, SERVICES
from tests.faults.attacks.table import fault
from tests.faults.run import Run
from tests.faults.talk import opened, writer
from tests.faults.town import PATIENCE
from tests.journeys.portal import Reader

_BACK = "back at work by itself; the others do not notice"
_PILE = 100_000
_LEADER = "SELECT owner FROM relay_state"
# The advisory lock by which the replicas of a service elect the leader of its relay.
_CUT_LEADER = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND datname = current_database()
"""


def _kill(victim: str) -> None:
    @fault(f"kill -9 {victim}", _BACK, quick=True, weight=3, victim=victim)
    async def kill(run: Run, rng: random.Random) -> AsyncIterator[None]:
        await asyncio.sleep(rng.uniform(0.0, 0.5))
        run.town.kill(victim)
        yield


for _victim in (*SERVICES, "identity", "mailbox"):
    _kill(_victim)


@fault(f"kill -9 {PORTAL}", "back at work by itself; who was signed in still is", quick=True,
       weight=3, victim=PORTAL)  # fmt: skip
async def kill_portal(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """That somebody is signed in they carry themselves, sealed: no process remembers it."""
    async with httpx2.AsyncClient(
        base_url=run.town.url(PORTAL), trust_env=False, timeout=PATIENCE
    ) as client:
        visitor, who = Reader(run.town, client), run.casts[0].author
        await run.until("somebody signs in", partial(_signs_in, visitor, who))
        await asyncio.sleep(rng.uniform(0.0, 0.5))
        run.town.kill(PORTAL)
        yield
        await run.until("who was signed in still is", partial(_is_shown, visitor))


async def _signs_in(visitor: Reader, who: str) -> bool:
    await visitor.sign_in(who)
    return await _is_shown(visitor)


async def _is_shown(visitor: Reader) -> bool:
    """Tell whether they see their inbox; a stranger is sent away to sign in."""
    answer = await visitor.client.get("/inbox")
    return bool(answer.status_code == 200)


@fault("kill -9 of all services at once", "all of them back at work", weight=1)
async def kill_all(run: Run, rng: random.Random) -> AsyncIterator[None]:
    await asyncio.sleep(rng.uniform(0.0, 0.5))
    for service in SERVICES:
        run.town.kill(service)
    yield


@fault("a service is stopped in order", _BACK, weight=1)
async def stop(run: Run, rng: random.Random) -> AsyncIterator[None]:
    child = run.town.child(rng.choice(SERVICES))
    if child.process.pid is not None:
        child.process._child.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
    yield


@fault("a service sleeps", "what it was asked is done when it wakes, or was asked again",
       seconds=(2.0, 14.0))  # fmt: skip
async def sleep(run: Run, rng: random.Random) -> AsyncIterator[None]:
    child = run.town.child(rng.choice(SERVICES))
    run.town.freeze(child)
    yield
    run.town.wake(child)


@asynccontextmanager
async def replicated(run: Run, service: str) -> AsyncIterator[Child]:
    """Run a second process of a service for a while."""
    child = await run.town.replica(service)
    try:
        yield child
    finally:
        await run.town.dismiss(child)


# A lost Kafka may have had partitions that the new one has not: nobody takes those any more.
_OWNERS = """
SELECT owner FROM consumer_position WHERE cluster_id = (
    SELECT cluster_id FROM consumer_position ORDER BY updated_at DESC LIMIT 1)
"""


async def _owned_by(run: Run, service: str, pid: int | None, *, any_of: bool) -> bool:
    rows = await run.town.rows(service, _OWNERS)
    owners = [row[0].endswith(f":{pid}") for row in rows]
    return any(owners) if any_of else all(owners)


@fault("a zombie consumer", "its partitions go on elsewhere; woken, it changes nothing",
       quick=True)  # fmt: skip
async def zombie_consumer(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """SIGSTOP in the middle of work, until another has all partitions; then SIGCONT."""
    service = rng.choice(("metrics", "feedback", "notifications"))
    async with replicated(run, service) as other:
        first = run.town.child(service)
        shares = partial(_owned_by, run, service, other.process.pid, any_of=True)
        await run.until("the replica has a share", shares)
        run.town.freeze(other)
        try:
            has_all = partial(_owned_by, run, service, first.process.pid, any_of=False)
            await run.until("the first has all partitions", has_all)
        finally:
            run.town.wake(other)
        await run.until("the zombie shares again", shares)
        yield


@fault("a zombie relay", "another leads; woken, it publishes nothing that is not known",
       quick=True)  # fmt: skip
async def zombie_relay(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """SIGSTOP of the leader and the loss of its lock; another leads; then SIGCONT."""
    service = rng.choice(("ideas", "feedback", "notifications"))
    async with replicated(run, service) as other:
        await run.until("the replica leads", partial(_leads_after_cut, run, service, other))
        run.town.freeze(other)
        try:
            first = run.town.child(service)
            await run.until("the first leads", partial(_leads_after_cut, run, service, first))
            await asyncio.sleep(0.5)
        finally:
            run.town.wake(other)
        yield


async def _leads_after_cut(run: Run, service: str, child: Child) -> bool:
    owner = (await run.town.rows(service, _LEADER))[0][0]
    if str(owner).endswith(f":{child.process.pid}"):
        return True
    await run.town.rows(service, _CUT_LEADER)
    await asyncio.sleep(0.7)
    return False


@fault("a rebalance storm", "partitions move, effects stay exact", seconds=(6.0, 15.0))
async def storm(run: Run, rng: random.Random) -> AsyncIterator[None]:
    """Strangers join the group of a service and leave it, each second."""
    service = rng.choice(SERVICES)
    storming = asyncio.create_task(_storm(run, service))
    yield
    storming.cancel()
    await asyncio.gather(storming, return_exceptions=True)


async def _storm(run: Run, service: str) -> None:
    topics = {row[0] for row in await run.town.rows(service, "SELECT topic FROM consumer_position")}
    while True:
        async with AsyncExitStack() as stack:
            for _ in range(2):
                member = AIOKafkaConsumer(
                    *topics, bootstrap_servers=run.town.bootstrap, group_id=service,
                    enable_auto_commit=False, session_timeout_ms=6000,
                )  # fmt: skip
                await stack.enter_async_context(opened(member))
                await asyncio.sleep(0.5)


@fault(
    "a service is down while 100,000 events arrive",
    "it catches up; each counts once",
    weight=1,
    victim="metrics",
)
async def down(run: Run, rng: random.Random) -> AsyncIterator[None]:
    town = run.town
    child = town.guard.children.pop("metrics")  # nobody starts it again
    await asyncio.to_thread(child.process.stop)
    try:
        async with writer(town.bootstrap) as producer:
            for _ in range(_PILE // 2000):
                await run.publisher.publish(producer, run.publisher._batch(2000))
    finally:
        child.process.welcome()
        await asyncio.to_thread(child.start)
        town.guard.children["metrics"] = child
    await until_ready(child, town.url("metrics"))
    yield
