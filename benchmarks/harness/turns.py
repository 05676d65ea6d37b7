"""Lets contestants take turns, so that what disturbs one disturbs all."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.harness.machine import load_average
from benchmarks.harness.outcome import Row

Say = Callable[[str], None]
Turn = Callable[[], Awaitable[float]]


async def take_turns(contestants: Mapping[str, Turn], rounds: int, say: Say) -> dict[
    str, list[float]
]:  # fmt: skip
    """Measure each contestant once a round; who begins goes to the back for the next round."""
    figures: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for number in range(1, rounds + 1):
        for name in order:
            say(f"round {number} of {rounds}: {name}")
            gc.collect()  # nobody pays for what the one before left
            figures[name].append(await contestants[name]())
        order.append(order.pop(0))
    return figures


def within(say: Say, what: str) -> Say:
    """Return what says each step as a step of this."""
    return lambda step: say(f"{what}: {step}")


@dataclass
class Stopwatch:
    """Notes in a row how long it took, and how busy the machine was before and after."""

    row: Row
    _began: float = field(default_factory=time.monotonic)
    _load: float = field(default_factory=load_average)

    def stop(self) -> Row:
        self.row.seconds = time.monotonic() - self._began
        self.row.load = (self._load, load_average())
        return self.row
