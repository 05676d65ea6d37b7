"""A trend as a line: what of it is drawn, and where. The page has the same numbers as a table."""

from dataclasses import dataclass
from datetime import date
from typing import Any

WIDTH, HEIGHT, EDGE = 640, 180, 12


@dataclass(frozen=True)
class Point:
    """A month or week, its value where it is told, and the whole answer."""

    since: date
    until: date
    value: float | None
    answer: Any


@dataclass(frozen=True)
class Drawn:
    """Lines through neighbouring values: what is not told leaves a gap, and is no zero."""

    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    low: float
    high: float
    first: int
    last: int


def drawn(values: list[float | None]) -> Drawn | None:
    """Return what to draw, or None where fewer than two values are told."""
    told = [(number, value) for number, value in enumerate(values) if value is not None]
    if len(told) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    low, high = min(value for _, value in told), max(value for _, value in told)
    floor = min(0.0, low)
    places = {
        number: (_across(number, len(values)), _up(value, floor, high)) for number, value in told
    }
    return Drawn(
        lines=tuple(_runs(places)), dots=tuple(places.values()), low=low, high=high,
        first=told[0][0], last=told[-1][0],
    )  # fmt: skip


def _across(number: int, count: int) -> float:
    return round(EDGE + number * (WIDTH - 2 * EDGE) / max(1, count - 1), 1)


def _up(value: float, floor: float, high: float) -> float:
    span = (high - floor) or 1.0
    return round(HEIGHT - EDGE - (value - floor) / span * (HEIGHT - 2 * EDGE), 1)


def _runs(places: dict[int, tuple[float, float]]) -> list[str]:
    runs: list[list[str]] = []
    before = None
    for number, (x, y) in places.items():
        if before is None or number != before + 1:
            runs.append([])
        runs[-1].append(f"{x},{y}")
        before = number
    return [" ".join(run) for run in runs if len(run) > 1]
