"""What a measurement found: contests with their figures, bars that were to be reached, curves."""

from collections.abc import Sequence

from msgspec import Struct, field

from benchmarks.harness.statistics import Summary, summary


class Contest(Struct, kw_only=True):
    """Several who did the same, in turns; `figures` has a number for each turn."""

    title: str
    unit: str
    ours: str
    figures: dict[str, list[float]]

    def summaries(self) -> dict[str, Summary]:
        return {name: summary(values) for name, values in self.figures.items()}

    def ratio(self, name: str) -> float:
        """Return how many times as much as this contestant we reached, median by median."""
        found = self.summaries()
        return found[self.ours].median / found[name].median


class Bar(Struct, kw_only=True):
    """What was to be reached, and what was."""

    what: str
    wanted: str
    reached: str
    met: bool


class Point(Struct, frozen=True):
    """A point of a curve: at so many events, a cost."""

    events: int
    cost: float


class Curve(Struct, kw_only=True):
    """How a cost goes with the number of events."""

    title: str
    unit: str
    lines: dict[str, list[Point]]


class Row(Struct, kw_only=True):
    """One row of the report; `load` is the machine's load average before and after."""

    name: str
    title: str
    contests: list[Contest] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    load: tuple[float, float] = (0.0, 0.0)
    seconds: float = 0.0


class Report(Struct, kw_only=True):
    """All rows of a run, and what they were measured on."""

    machine: dict[str, str]
    level: str
    rows: Sequence[Row]


def at_least(what: str, wanted: float, reached: float, unit: str) -> Bar:
    """Return a bar for something of which more is better."""
    return Bar(what=what, wanted=f"≥ {number(wanted)} {unit}", reached=f"{number(reached)} {unit}",
               met=reached >= wanted)  # fmt: skip


def at_most(what: str, wanted: float, reached: float, unit: str) -> Bar:
    """Return a bar for something of which less is better."""
    return Bar(what=what, wanted=f"≤ {number(wanted)} {unit}", reached=f"{number(reached)} {unit}",
               met=reached <= wanted)  # fmt: skip


def number(value: float) -> str:
    """Write a number with three figures that count, and no more."""
    for limit, digits in ((100, 0), (10, 1), (0.1, 2)):
        if abs(value) >= limit:
            return f"{value:,.{digits}f}"
    return f"{value:.3g}"
