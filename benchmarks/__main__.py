"""Measures: `python -m benchmarks [--level quick] [--only append,relay] [--json FILE]`."""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
import uvloop

from benchmarks.harness import machine, profiling, report
from benchmarks.harness.outcome import Report, Row
from benchmarks.harness.servers import Servers, servers
from benchmarks.harness.turns import Say, within
from benchmarks.rows import (
    append,
    asking,
    consuming,
    costing,
    finding,
    guarding,
    pages,
    reaction,
    rebuilding,
    relay,
    standing,
    submitting,
)

Measure = Callable[[Servers, str, Say], Awaitable[Row]]
ROWS: dict[str, Measure] = {
    "append": append.measure,
    "relay": relay.measure,
    "consuming": consuming.measure,
    "reaction": reaction.measure,
    "submitting": submitting.measure,
    "rebuilding": rebuilding.measure,
    "costing": costing.measure,
    "standing": standing.measure,
    "finding": finding.measure,
    "guarding": guarding.measure,
    "asking": asking.measure,
    "pages": pages.measure,
}
# A quick run takes two minutes: these are measured in a full one, and where they are named.
ONLY_BY_NAME = frozenset({"guarding", "asking", "pages"})


def main() -> int:
    """Measure what is asked for, print tables, write JSON; 1 where a bar is missed."""
    asked = _asked()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters is raised
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(
        wrapper_class=quiet, logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )
    all_of_them = [name for name in ROWS if asked.level == "full" or name not in ONLY_BY_NAME]
    chosen = asked.only.split(",") if asked.only else all_of_them
    if asked.profile:
        profiling.into(asked.profile)
    say = _progress(time.monotonic())
    say("starting PostgreSQL and Kafka")
    with servers() as found:
        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        with runner:
            told = runner.run(_measure(found, chosen, asked.level, say))
    report.save(told, asked.json)
    print(f"\nThe figures are in {asked.json}.")
    return int(asked.strict and not all(bar.met for row in told.rows for bar in row.bars))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--level", choices=("full", "quick", "tiny"), default="full")
    parser.add_argument("--only", help=f"some of {','.join(ROWS)}")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    parser.add_argument("--profile", type=Path, help="a folder for profiles of the services")
    parser.add_argument("--strict", action="store_true", help="end with 1 if a bar is missed")
    return parser.parse_args()


async def _measure(found: Servers, chosen: list[str], level: str, say: Say) -> Report:
    told = Report(machine=await machine.facts(found), level=level, rows=[])
    print("\n".join(f"{name:>12}: {fact}" for name, fact in told.machine.items()), flush=True)
    rows: list[Row] = []
    for number, name in enumerate(chosen, start=1):
        await found.checkpoint()
        row = await ROWS[name](found, level, within(say, f"{number}/{len(chosen)} {name}"))
        print("\n" + "\n".join(report.table(row)), flush=True)
        rows.append(row)
    told.rows = rows
    return told


def _progress(began: float) -> Say:
    def say(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", file=sys.stderr, flush=True)

    return say


if __name__ == "__main__":
    sys.exit(main())
