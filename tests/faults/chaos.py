"""A long run of attacks drawn by lot: `python -m tests.faults.chaos --minutes 60 --seed 7`.

A run of half an hour or more begins with ten minutes in which months pass: see `months`.
Shows each attack as it goes, brings everything to rest now and then to judge it, and ends with a
table, the bars (how soon all must be well again: met or missed) and a result in JSON. The exit code
is 1 where the checker objects, and not because of a missed bar.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import secrets
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import uvloop

from tests.faults import bars
from tests.faults.attacks import TABLE, Fault, NotPossible
from tests.faults.checker import repeated_mails, shown
from tests.faults.months import Months
from tests.faults.months import live as live_months
from tests.faults.run import Run
from tests.faults.suffering import Suffered, suffer

LONG = 30.0  # minutes from which on a run has room for months
JUDGED_EVERY = 240.0  # seconds
BREATH = (0.5, 4.0)  # seconds of work between two attacks


class Chaos:
    """One long run."""

    def __init__(self, run: Run, minutes: float, names: Sequence[str]) -> None:
        self.run, self._seconds = run, minutes * 60
        self._faults = [TABLE[name] for name in names or TABLE]
        self.suffered: list[Suffered] = []
        self.wrong: list[str] = []
        self.not_tried: dict[str, str] = {}
        self._mails = 0
        self._began = time.monotonic()

    async def go(self) -> None:
        """Attack until the time is over or something is wrong."""
        lot = self._lot()
        self._began = judged = time.monotonic()
        while not self.wrong and time.monotonic() - self._began < self._seconds:
            await asyncio.sleep(lot.uniform(*BREATH))
            await self._attack(self._draw(lot), lot)
            if time.monotonic() - judged > JUDGED_EVERY:
                await self._judge()
                judged = time.monotonic()
        if not self.wrong:
            await self._judge()

    def _lot(self) -> random.Random:
        return random.Random(f"{self.run.seed}/attacks")  # noqa: S311

    def _draw(self, lot: random.Random) -> Fault:
        return lot.choices(self._faults, [fault.weight for fault in self._faults])[0]

    async def _attack(self, fault: Fault, lot: random.Random) -> None:
        chance = random.Random(lot.getrandbits(64))  # noqa: S311
        try:
            done = await suffer(self.run, fault, chance)
        except NotPossible as reason:
            self.not_tried[fault.name] = str(reason)
            return
        except Exception as error:  # noqa: BLE001 - what does not come back is what we look for
            self.wrong.append(f"{fault.name}: {type(error).__name__}: {error}")
            return
        self.suffered.append(done)
        others = "" if done.others is None else f", others at most {done.others:.1f} s still"
        after = done.ready_after
        ready = "" if after is None else f", ready {after:.1f} s after its kill"
        self._say(f"{fault.name}: kept up {done.kept_up:.1f} s, mended in {done.mending:.1f} s, "
                  f"back at work after {done.recovery:.1f} s{ready}{others}")  # fmt: skip

    async def _judge(self) -> None:
        began = time.monotonic()
        try:
            await self.run.settle()
            found = await self.run.evidence()
        except Exception as error:  # noqa: BLE001 - it must come to rest
            self.wrong.append(f"{type(error).__name__}: {error}")
            return
        self.wrong += await self.run.verdict(found)
        self._mails = repeated_mails(found)
        events = sum(len(events) for events in found.stores.values())
        verdict = "nothing is wrong" if not self.wrong else f"{len(self.wrong)} things are wrong"
        self._say(f"judged in {time.monotonic() - began:.1f} s: {verdict}; {events} events, "
                  f"{self.run.history.counts()}, {self._mails} mails came again")  # fmt: skip
        self.run.work()

    def _say(self, what: str) -> None:
        passed = int(time.monotonic() - self._began)
        print(f"[{passed // 60:3}:{passed % 60:02}] {what}", flush=True)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each attack: how often, and the worst of it."""
        by_fault: dict[str, list[Suffered]] = defaultdict(list)
        for one in self.suffered:
            by_fault[one.fault].append(one)
        return [
            {
                "fault": name, "count": len(found),
                "worst_mending": round(max(one.mending for one in found), 1),
                "median_recovery": round(statistics.median(o.recovery for o in found), 1),
                "worst_recovery": round(max(one.recovery for one in found), 1),
                "worst_ready": _worst(one.ready_after for one in found),
                "others_worst": _worst(one.others for one in found),
            }
            for name, found in by_fault.items()
        ]  # fmt: skip

    def result(self) -> dict[str, Any]:
        seconds = time.monotonic() - self._began
        return {
            "seed": self.run.seed, "minutes": round(seconds / 60, 1),
            "history": self.run.history.counts(), "mails_again": self._mails,
            "commands_a_second": round(len(self.run.history.commands) / seconds, 1),
            "load_average": os.getloadavg(), "faults": self.rows(),
            "bars": [verdict.row() for verdict in bars.judged(self.suffered)],
            "not_tried": self.not_tried, "wrong": self.wrong,
        }  # fmt: skip


def _worst(seconds: Iterable[float | None]) -> float | None:
    return max((round(found, 1) for found in seconds if found is not None), default=None)


def untried(reasons: Mapping[str, str]) -> str:
    """Return a line for each attack that could not be made: nothing follows from it."""
    return "".join(f"not tried: {name}: {why}\n" for name, why in sorted(reasons.items()))


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table as Markdown."""
    names = ("fault", "count", "mended in, worst", "killed, ready again after, worst",
             "back at work, median", "worst", "others still")  # fmt: skip
    lines = [f"| {' | '.join(names)} |", f"| --- |{' ---: |' * (len(names) - 1)}"]
    for row in sorted(rows, key=lambda r: str(r["fault"])):
        kinds = ("worst_mending", "worst_ready", "median_recovery", "worst_recovery",
                 "others_worst")  # fmt: skip
        seconds = ["" if row[kind] is None else f"{row[kind]} s" for kind in kinds]
        lines.append(f"| {row['fault']} | {row['count']} | {' | '.join(seconds)} |")
    return "\n".join(lines)


async def live(seed: int, minutes: float, names: Sequence[str], kept: Path) -> dict[str, Any]:
    """Run, end everything, and return the result."""
    run = Run(seed)
    try:
        await run.begin()
        chaos = Chaos(run, minutes, names)
        await chaos.go()
        result = chaos.result()
    finally:
        run.keep(kept)
        left = await run.end()
    result["wrong"] += left
    return result


async def whole(
    seed: int, minutes: float, names: Sequence[str], kept: Path
) -> dict[str, Any]:  # fmt: skip
    """Let months pass, where there is time and all faults are asked for; then attack."""
    if minutes < LONG or names:
        return await live(seed, minutes, names, kept)
    months = Months(seed)
    passed = await live_months(months, kept)
    figures = {name: found for name, found in passed.items() if name != "wrong"}
    print(f"months: {figures}, wrong: {len(passed['wrong'])}", flush=True)
    result = await live(seed, minutes - months.seconds / 60, names, kept)
    return result | {"months": figures, "wrong": passed["wrong"] + result["wrong"]}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="A long run of attacks drawn by lot.")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="the same seed, the same attacks")
    parser.add_argument("--only", action="append", default=[], choices=sorted(TABLE), help="names")
    parser.add_argument("--kept", type=Path, default=Path(".chaos"), help="for result and logs")
    asked = parser.parse_args(words)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that a broker is away is our doing
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    print(f"seed {seed}: make chaos MINUTES={asked.minutes:g} SEED={seed}", flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # the wires pass by here
        result = runner.run(whole(seed, asked.minutes, asked.only, asked.kept))
    (asked.kept / f"result-{seed}.json").write_text(json.dumps(result, indent=1) + "\n")
    return told(result)


def told(result: Mapping[str, Any]) -> int:
    """Print what came of it; return the exit code: a bar that was missed is no failure."""
    print(f"\n{table(result['faults'])}\n\n{bars.table(result['bars'])}\n\n"
          f"{untried(result['not_tried'])}{result['history']}, "
          f"{result['commands_a_second']} commands a second, "
          f"{result['mails_again']} mails again")  # fmt: skip
    if result["wrong"]:
        print(f"seed {result['seed']}: this is wrong:\n{shown(result['wrong'])}")
        return 1
    print(f"seed {result['seed']}: lost: nothing")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
