"""The table of all attacks: what each does, what is promised, how long it is kept up."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.faults.run import Run

Attack = Callable[[Run, random.Random], AbstractAsyncContextManager[None]]
Written = Callable[[Run, random.Random], AsyncIterator[None]]


@dataclass(frozen=True)
class Fault:
    """An attack begins, is kept up for a while, and ends; then everything must be well again."""

    name: str
    promise: str
    attack: Attack
    seconds: tuple[float, float]
    quick: bool
    weight: int
    victim: str | None = None
    """The process that may stand still; None where the attack is on what all lean on."""


class NotPossible(Exception):
    """An attack cannot be made here, for the reason given: nobody has survived it then."""


TABLE: dict[str, Fault] = {}


def fault(
    name: str, promise: str, *, seconds: tuple[float, float] = (0.0, 0.0), quick: bool = False,
    weight: int = 2, victim: str | None = None,
) -> Callable[[Written], Written]:  # fmt: skip
    """Enter an attack: a generator that begins, yields while it is kept up, and ends."""

    def enter(written: Written) -> Written:
        attack = asynccontextmanager(written)
        TABLE[name] = Fault(name, promise, attack, seconds, quick, weight, victim)
        return written

    return enter
