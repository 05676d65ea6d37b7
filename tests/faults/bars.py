"""How soon all must be well again after a fault, and whether a long run kept to it.

Judged by the median of what was suffered of each fault: one kill at a bad moment, or a machine
that is busy for a while, misses no bar. Time is reported and never makes a run wrong: what is lost
or done twice is the checker's matter alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from local.plan import PORTAL, SERVICES
from tests.faults.suffering import Suffered

WORKERS = tuple(f"kill -9 {name}" for name in (*SERVICES, PORTAL))
BYSTANDERS = ("kill -9 identity", "kill -9 mailbox")
SERVERS = ("kill -9 Kafka", "Kafka is restarted", "kill -9 PostgreSQL", "PostgreSQL is restarted")


@dataclass(frozen=True)
class Bar:
    """What must be so, of which faults, and within how many seconds by the median."""

    what: str
    faults: tuple[str, ...]
    measured: Literal["ready_after", "others", "recovery"]
    seconds: float


BARS = (
    Bar("ready again after its kill", WORKERS, "ready_after", 2.0),
    Bar("another service not ready meanwhile", (*WORKERS, *BYSTANDERS), "others", 1.0),
    Bar("an idea through all four, once it was started again", SERVERS, "recovery", 3.0),
)


@dataclass(frozen=True)
class Verdict:
    """How one fault stands to one bar; `median` is None where nothing was measured."""

    fault: str
    bar: Bar
    count: int
    median: float | None

    @property
    def met(self) -> bool:
        return self.median is not None and self.median <= self.bar.seconds

    def row(self) -> dict[str, Any]:
        return {
            "fault": self.fault, "bar": self.bar.what, "seconds": self.bar.seconds,
            "count": self.count, "median": self.median, "met": self.met,
        }  # fmt: skip


def judged(suffered: Sequence[Suffered]) -> list[Verdict]:
    """Return a verdict for each bar and each of its faults that was suffered at all."""
    return [
        _verdict(fault, bar, mine)
        for bar in BARS
        for fault in bar.faults
        if (mine := [one for one in suffered if one.fault == fault])
    ]


def _verdict(fault: str, bar: Bar, suffered: Sequence[Suffered]) -> Verdict:
    felt = [getattr(one, bar.measured) for one in suffered]
    told = [seconds for seconds in felt if seconds is not None]
    return Verdict(fault, bar, len(told), median(told) if told else None)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows of verdicts as Markdown, each met or missed."""
    lines = [
        "| fault | bar | within | count | median | |",
        "| --- | --- | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        found = "not measured" if row["median"] is None else f"{row['median']:.1f} s"
        lines.append(
            f"| {row['fault']} | {row['bar']} | {row['seconds']:g} s | {row['count']} | {found} "
            f"| {'met' if row['met'] else 'missed'} |"
        )
    return "\n".join(lines)
