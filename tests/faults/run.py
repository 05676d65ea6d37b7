"""A run: a town with its clients, attacked, brought to rest, and judged."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aiokafka import TopicPartition

from local.plan import SERVICES
from tests.faults import asking
from tests.faults.checker import Allowed, check
from tests.faults.clients import Asked, Client, Person
from tests.faults.evidence import HEARS, TELLS, Evidence, Witness
from tests.faults.history import History
from tests.faults.outsiders import Publisher
from tests.faults.pulse import Pulse
from tests.faults.talk import partitions, reader
from tests.faults.town import Town
from tests.journeys.house import Cast

CASTS, PERSONS, PAUSE = 2, 8, 0.5
USES = 30.0  # a second
BACKLOG = 60  # events that the slowest service may be behind before people wait
REST = 240.0  # seconds in which everything must have come to rest


Place = tuple[str, int]  # topic and partition


def lags(ends: Mapping[Place, int], positions: Mapping[Place, int]) -> dict[str, int]:
    """Return for each topic how many records a service is away from its end.

    `ends` has every partition that there is and that the service must hear: one that nobody has
    claimed counts from 0. A position without an end is of a partition that is not there any more.
    """
    found = dict.fromkeys(sorted({topic for topic, _ in ends}), 0)
    for place, end in ends.items():
        found[place[0]] += abs(end - positions.get(place, 0))
    return found


def lagging(behind: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Say of each service that is not where its topics end how far away it is."""
    return [
        f"{service} is {sum(places.values())} behind"
        for service, places in behind.items()
        if any(places.values())
    ]


@dataclass
class Run:
    """One town, one history, one source of chance."""

    seed: int
    town: Town = field(default_factory=Town)
    history: History = field(default_factory=History)
    allowed: Allowed = field(default_factory=Allowed)
    casts: list[Cast] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    uses: float = USES
    rest: float = REST
    pulse: Pulse = field(init=False)

    async def begin(self) -> None:
        """Start the town, let people move in, and let them work."""
        self.rng = random.Random(self.seed)  # noqa: S311 - to be replayed, not to be secret
        await self.town.start()
        self.casts = [await self.town.cast() for _ in range(CASTS)]
        await asking.consent(self.town)
        self.prober = self.client("probe")
        self.publisher = Publisher(self.town, self.history, self._chance("uses"), self.uses)
        self.people = [
            Person(self.client(f"p{number}"), self.casts[number % CASTS], PAUSE)
            for number in range(PERSONS)
        ]
        work = [*(person.run() for person in self.people), self.publisher.run()]
        self.pulse = Pulse(self.town)
        work += [self.pulse.run(), self._govern()]
        self.tasks = [asyncio.create_task(one) for one in work]
        self.work()

    def client(self, name: str) -> Client:
        return Client(self.town, self.history, self._chance(name), f"{self.seed}-{name}")

    def _chance(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}/{name}")  # noqa: S311

    def work(self) -> None:
        for calm in self._calms():
            calm.set()

    def pause(self) -> None:
        for calm in self._calms():
            calm.clear()

    async def _govern(self) -> None:
        """Let nobody begin more than a busy machine can do: a backlog would look like a fault."""
        while True:
            with suppress(Exception):  # servers come and go
                told = await self.town.rows("ideas", "SELECT max(gpos) FROM event_position")
                sql = "SELECT count(*) FROM journal WHERE source = 'kiem/ideas'"
                heard = await self.town.rows("notifications", sql)
                there_is_room = (told[0][0] or 0) - heard[0][0] < BACKLOG
                for person in self.people:
                    (person.room.set if there_is_room else person.room.clear)()
            await asyncio.sleep(1)

    def _calms(self) -> list[asyncio.Event]:
        return [*(person.calm for person in self.people), self.publisher.calm]

    async def end(self) -> list[str]:
        """Stop everything; return what is left running."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return [f"a process was left: {process}" for process in await self.town.end()]

    # ------------------------------------------------------------ back at work
    async def probe(self, patience: float = REST) -> float:
        """Let one idea go through all four services; return how long that took."""
        began = time.monotonic()
        idea = await self.tell_one(patience)
        await self._followed(idea, patience - (time.monotonic() - began))
        return time.monotonic() - began

    async def tell_one(self, patience: float = REST) -> str:
        """Let somebody tell an idea until it is taken; return it."""
        began, cast = time.monotonic(), self.casts[0]
        body = {"title": "Proef", "body": "Komt dit aan?", "category": self.prober.word()}
        asked = Asked(kind="submit", path="/v1/ideas", body=body, who=cast.author)
        while time.monotonic() - began < patience:
            born = await self.prober.command(asked, insists=patience)
            if born.outcome == "acknowledged":
                return str(born.answers[0]["idea"])
        raise AssertionError(f"no probe was taken for {patience} seconds")

    async def lists_go_on(self) -> None:
        """Let an idea be told, and wait until it is in the list of ideas."""
        idea, sql = await self.tell_one(), "SELECT 1 FROM idea_v2 WHERE idea::text = $1"
        await self.until("it is listed", partial(self.town.rows, "ideas", sql, idea))

    async def _followed(self, idea: str, patience: float) -> None:
        try:
            await self.until("a probe went through", partial(self._arrived, idea), patience)
        except AssertionError as error:
            raise AssertionError(f"{error}: {await self.restless()}") from None

    async def _arrived(self, idea: str) -> bool:
        looks = (
            ("ideas", "SELECT 1 FROM idea_v2 WHERE idea::text = $1 AND state = 'under_review'"),
            ("metrics", "SELECT 1 FROM idea_fact_v1 WHERE idea::text = $1 AND version = 2"),
            ("notifications", "SELECT 1 FROM loop WHERE idea::text = $1 AND version = 2"),
        )
        for service, sql in looks:
            if not await self.town.rows(service, sql, idea):
                return False
        return True

    async def until(
        self, what: str, look: Callable[[], Awaitable[Any]], patience: float = REST
    ) -> float:
        """Look until it is so; a look that fails is a no. Return how long it took."""
        began, last = time.monotonic(), ""
        while True:
            try:
                if await look():
                    return time.monotonic() - began
            except Exception as error:  # noqa: BLE001 - servers come and go here
                last = f" ({type(error).__name__}: {error})"
            left = [n for n, task in enumerate(self.tasks) if task.done()]
            assert not left, f"clients {left} ended: {[self.tasks[n].exception() for n in left]}"
            assert time.monotonic() - began < patience, f"{patience} s, and not: {what}{last}"
            await asyncio.sleep(0.05)

    # ------------------------------------------------------------ the end of it
    async def settle(self) -> float:
        """Let nobody ask any more, and wait until all that follows has followed."""
        self.pause()
        restless: list[str] = []

        async def at_rest() -> bool:
            restless[:] = await self.restless()
            return not restless

        try:
            return await self.until("everything is at rest", at_rest, self.rest)
        except AssertionError as error:
            raise AssertionError(f"{error}: {restless}") from None

    async def restless(self) -> list[str]:
        found = [f"{name} is not ready" for name in await self.town.ready()]
        for service in SERVICES:
            sql = ("SELECT (SELECT count(*) FROM outbox) + last_gpos - published_gpos "
                   "FROM relay_state")  # fmt: skip
            if service in TELLS and (left := (await self.town.rows(service, sql))[0][0]):
                found.append(f"{service} has {left} to publish")
            found += [f"{service} stopped {place}" for place in await self.town.stopped(service)]
        found += lagging(await self.behind())
        sql = "SELECT count(*) FROM notice WHERE mail = 'waiting'"
        if waiting := (await self.town.rows("notifications", sql))[0][0]:
            found.append(f"{waiting} mails wait")
        sql = ("SELECT max(gpos) - (SELECT min(position) FROM projection_position "
               "WHERE source = 'store') FROM event_position")  # fmt: skip
        for service in ("ideas", "feedback"):
            if behind := (await self.town.rows(service, sql))[0][0]:
                found.append(f"the list of {service} is {behind} behind")
        return found

    async def behind(self) -> dict[str, dict[str, int]]:
        """Return how many records each service is away from the end of each topic it hears."""
        found: dict[str, dict[str, int]] = {}
        # In a cluster that was made anew partitions that had been added are not there.
        there = await partitions(self.town.bootstrap)
        async with reader(self.town.bootstrap) as consumer:
            for service in HEARS:
                sql = "SELECT topic, part, next_offset FROM consumer_position"
                at = {(r[0], r[1]): r[2] for r in await self.town.rows(service, sql)}
                topics = {TELLS[teller] for teller in HEARS[service]} | {topic for topic, _ in at}
                places = [TopicPartition(*place) for place in there if place[0] in topics]
                ends = await consumer.end_offsets(places)
                found[service] = lags({tuple(place): end for place, end in ends.items()}, at)
        return found

    async def judge(self) -> list[str]:
        """Bring everything to rest and return what is wrong."""
        try:
            await self.settle()
        except AssertionError as error:
            return [str(error)]
        return await self.verdict(await self.evidence())

    async def verdict(self, found: Evidence) -> list[str]:
        return await asyncio.to_thread(check, self.history, found, self.allowed)

    def witness(self) -> Witness:
        return Witness(self.town.database, self.town.bootstrap, self.town.mail)

    async def evidence(self) -> Evidence:
        found = await self.witness().tell()
        await asking.ask(self.town, found, self.until)
        return found

    def last_words(self, lines: int = 6) -> str:
        """Return the end of each service's log."""
        ends = {name: self.town.logs / f"{name}.log" for name in SERVICES}
        return "\n".join(
            f"{name}: {line[:300]}"
            for name, log in ends.items()
            if log.exists()
            for line in log.read_text(errors="replace").splitlines()[-lines:]
        )

    def keep(self, folder: Path) -> None:
        """Write down what clients know, for whoever looks into a run that failed."""
        folder.mkdir(parents=True, exist_ok=True)
        self.history.keep(folder / f"history-{self.seed}.jsonl")
        with suppress(OSError):
            for log in self.town.logs.glob("*.log"):
                (folder / f"{self.seed}-{log.name}").write_bytes(log.read_bytes()[-2_000_000:])
