"""Months pass while everything is killed: no idea falls silent, everybody is told once.

`python -m tests.faults.months --ideas 500 --minutes 10 --seed 7`. People tell ideas; some are
answered, some withdrawn, the others left, so that promises break. Processes and both servers are
killed by lot, and the clock of development jumps over days. In the end `promises` judges what was
published and what arrived, `checker` what was stored, and `kiem verify guarantee` on its own.
"""

import argparse
import asyncio
import json
import logging
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop

from local.plan import SERVICES
from tests.faults import checker, promises
from tests.faults.attacks import TABLE
from tests.faults.checker import shown
from tests.faults.chronicle import Chronicle
from tests.faults.evidence import Evidence, Witness
from tests.faults.hands import Hand
from tests.faults.news import repeated
from tests.faults.reading import DESK, read
from tests.faults.run import Run
from tests.journeys.house import Cast

KILLS = [name for name in TABLE if name.startswith("kill -9")]
BREATH = (1.0, 6.0)  # seconds between two kills
LONGEST = 3.0  # seconds for which a server stays dead
STAND = 1.0  # seconds between two looks whether whatever is due was done
BUSY = 0.8  # of the time, in which ideas are told and the clock jumps
LAST = timedelta(hours=2)  # the last jump: past what was heard too late to be in time
HANDS = 4
_OVERDUE = "SELECT count(*) FROM timer WHERE due <= kiem_now()"
# What began before the clock was moved may still be at it, and have looked at the time before.
_STOOD = """
WITH moment AS (SELECT kiem_now() AS at)
SELECT at FROM moment WHERE NOT EXISTS (SELECT FROM timer WHERE due <= at)
    AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND xact_start < clock_timestamp() - make_interval(secs => $1))
"""
_TURN = "UPDATE clock_offset SET forward = $1"


@dataclass
class Months(Run):
    """A town whose clock is moved, and whose people hear of what nobody did."""

    ideas: int = 500
    seconds: float = 600.0
    days: float = 120.0
    jumps: int = 48
    left_alone: float = 0.35  # of the ideas are never answered
    rest: float = 900.0  # seconds in which months of notices must have been told
    count: int = 0
    passed: timedelta = timedelta()
    stands: list[datetime] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    chronicle: Chronicle | None = None

    async def lists_go_on(self) -> None:
        """Nobody but its own people tells ideas in a town whose months are judged."""

    async def begin(self) -> None:
        """Start the town, and let people move in."""
        await self.town.start()
        await self.town.contact(self.town.plan.desk, "Balie Bord", DESK, "nl")
        self.casts = [await self.town.cast() for _ in range(max(2, self.ideas // 60))]
        self._turning, self._jumped, self._stood_at, self._jumps = asyncio.Lock(), 0.0, 0.0, 0
        self._expected: list[tuple[int, str, Cast, str]] = []
        self._began = time.monotonic()
        self.tasks = [asyncio.create_task(self._look())]

    def _calms(self) -> list[asyncio.Event]:
        return []

    @property
    def spent(self) -> float:
        """How much of the time is over: 1 at its end."""
        return (time.monotonic() - self._began) / self.seconds

    async def go(self) -> None:
        """Let all of it happen at once, until the time is over and everybody has said all."""
        hands = [Hand(self, self.client(f"h{n}")) for n in range(HANDS)]
        async with asyncio.TaskGroup() as group:
            for work in (self._attack(), self._pass(), *(hand.live() for hand in hands)):
                group.create_task(work)
        await self.settle()
        await self._turn(self.passed + LAST)

    def _say(self) -> None:
        print(f"[{time.monotonic() - self._began:5.0f} s] day {self.passed.days}: {self.count} "
              f"ideas, {self.killed.total()} kills", flush=True)  # fmt: skip

    # ------------------------------------------------------------ killing
    async def _attack(self) -> None:
        lot = self._chance("kills")
        while self.spent < 1:
            name, chance = lot.choice(KILLS), random.Random(lot.getrandbits(64))  # noqa: S311
            await asyncio.sleep(lot.uniform(*BREATH))
            victim = TABLE[name].victim
            if victim is None or self.town.child(victim).process.alive:
                # Four databases have one time: PostgreSQL lives while the clock is turned.
                async with self._turning if "PostgreSQL" in name else nullcontext():
                    await self._kill(name, chance)

    async def _kill(self, name: str, chance: random.Random) -> None:
        fault = TABLE[name]
        async with fault.attack(self, chance):
            self.killed[name] += 1
            for child in self.town.guard.children.values():
                child.failures = 0  # nobody lets wait longer and longer what fails not by itself
            await asyncio.sleep(min(chance.uniform(*fault.seconds), LONGEST))

    # ------------------------------------------------------------ time
    async def _pass(self) -> None:
        """Jump over days, by lot; before a jump whatever is due is done, or has had its time."""
        lot = self._chance("clock")
        shares = [lot.uniform(0.2, 1.8) for _ in range(self.jumps)]
        for number, share in enumerate(shares, start=1):
            wait = (BUSY * number / self.jumps - self.spent) * self.seconds
            await asyncio.sleep(max(wait, 0.0))
            with suppress(AssertionError):  # the next one may find it done
                patience = self.seconds / self.jumps
                await self.until("whatever is due is done", self._stood, patience)
            await self._turn(self.passed + timedelta(days=self.days * share / sum(shares)))
            self._jumps = number
            self._say()

    async def _turn(self, passed: timedelta) -> None:
        """Move the clock of every service; how often it is tried makes no difference."""

        async def turned() -> bool:
            for service in SERVICES:
                await self.town.execute(service, _TURN, passed)
            return True

        async with self._turning:
            self._jumped = float("inf")
            await self.until("the clock is moved", turned)
            self.passed, self._jumped = passed, time.monotonic()

    async def _look(self) -> None:
        """Note the moments at which nothing that is due is left to be done."""
        while True:
            await asyncio.sleep(STAND)
            async with self._turning:  # a look at two times at once would see neither
                if (since := time.monotonic() - self._jumped) >= STAND:
                    with suppress(Exception):  # servers come and go
                        await self._note(since)

    async def _note(self, since: float) -> None:
        for row in await self.town.rows("notifications", _STOOD, since):
            self.stands.append(row["at"])
            self._stood_at = time.monotonic()

    async def _stood(self) -> bool:
        return self._stood_at > self._jumped

    # ------------------------------------------------------------ ideas
    def expect(self, idea: str, cast: Cast, fate: tuple[str, int] | None) -> None:
        """Note what will come of an idea, and after how many jumps; None: nothing."""
        if fate is not None:
            kind, jumps = fate
            self._expected.append((self._jumps + jumps, idea, cast, kind))

    def next_due(self, *, all_of_them: bool = False) -> tuple[str, Cast, str] | None:
        """Take an idea whose time has come."""
        due = [one for one in self._expected if all_of_them or one[0] <= self._jumps]
        if not due:
            return None
        self._expected.remove(due[0])
        return due[0][1:]

    def more(self) -> bool:
        """Tell whether it is time for one more idea."""
        return self.count < self.ideas * min(1.0, self.spent / BUSY)

    def enough(self) -> bool:
        return self.count >= self.ideas and self.spent >= 1

    # ------------------------------------------------------------ the end of it
    async def restless(self) -> list[str]:
        # First: what a timer leads to is found by what is looked at after it.
        found = []
        for service in ("ideas", "feedback", "notifications"):
            overdue = (await self.town.rows(service, _OVERDUE))[0][0]
            found += [f"{overdue} timers of {service} are due"] if overdue else []
        return found + await super().restless()

    async def evidence(self) -> Evidence:
        """Return what was kept, without KPIs: of months that nobody planned they say little."""
        return await Witness(self.town.database, self.town.bootstrap, self.town.mail).tell()

    async def verdict(self, found: Evidence) -> list[str]:
        await self.until("a last look", self._stood)
        told = self.chronicle = await read(self.town, self.casts, self.stands)
        wrong = await asyncio.to_thread(
            checker.check, self.history, found, self.allowed, kpis=False
        )
        wrong += await asyncio.to_thread(promises.check, told)
        code, out, errors = await asyncio.to_thread(self.town.kiem, "verify", "guarantee")
        wrong += [f"`kiem verify guarantee` ended with {code}: {out}{errors}"] if code else []
        counts = await self.town.get("notifications", "/v1/guarantee", "somebody")
        return wrong + ([f"the guarantee counts silent ideas: {counts}"] * bool(counts["silent"]))

    def keep(self, folder: Path) -> None:
        """Write down what was published as well."""
        super().keep(folder)
        if self.chronicle is not None:
            facts = (*self.chronicle.ideas, *self.chronicle.reviews, *self.chronicle.loops)
            told = "".join(f"{json.dumps(asdict(fact), default=str)}\n" for fact in facts)
            (folder / f"published-{self.seed}.jsonl").write_text(told)

    def result(self) -> dict[str, Any]:
        """Return the figures."""
        told = self.chronicle or Chronicle({}, set(), "", {})
        up = Counter(f.data["rung"] for f in told.loops if f.kind == "Escalated")
        return {
            "seed": self.seed, "ideas": self.count, "days": round(self.passed / timedelta(days=1)),
            "stands": len(self.stands), "killed": dict(self.killed), "broken": up.total(),
            "handed_up": dict(up), "mails": len(told.mails), "mails_again": repeated(told),
            "history": self.history.counts(),
        }  # fmt: skip


async def live(run: Months, kept: Path) -> dict[str, Any]:
    """Run, judge, end everything, and return the result; `wrong` is empty where all is well."""
    began = worked = time.monotonic()
    wrong = ["it was not judged"]
    try:
        await run.begin()
        await run.go()
        worked = time.monotonic()
        wrong = await run.judge()
    except Exception as error:  # noqa: BLE001 - what does not come to an end is what we look for
        wrong = [f"{type(error).__name__}: {error}"]
    finally:
        took = {"worked": round(worked - began), "judged": round(time.monotonic() - worked)}
        if wrong:
            run.keep(kept)
        left = await run.end()
    return run.result() | {"seconds": took, "wrong": [*wrong, *left]}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Months pass while everything is killed.")
    parser.add_argument("--ideas", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None, help="the same seed, the same kills")
    parser.add_argument("--kept", type=Path, default=Path(".chaos"), help="for result and logs")
    asked = parser.parse_args(words)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that a broker is away is our doing
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    run = Months(
        seed, ideas=asked.ideas, seconds=asked.minutes * 60, days=60 + asked.minutes * 6,
        jumps=max(10, round(asked.minutes * 4.8)),
    )  # fmt: skip
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(live(run, asked.kept))
    print(json.dumps({**result, "wrong": len(result["wrong"])}, indent=1))
    if result["wrong"]:
        print(f"seed {seed}: this is wrong:\n{shown(result['wrong'])}")
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
