"""Solving the puzzle of whoever has a browser without scripts: one at a time, and few in a row."""

import asyncio
import time
from hashlib import sha256
from itertools import count
from typing import Any, Final

from portal.session import Seal, Sealed

MOST_BITS: Final = 20  # about a second of work; what is harder a browser solves, or nobody
MOST_WAITING: Final = 8  # each is a form that stays open meanwhile
_LASTS = 3_600  # seconds; a puzzle is over before that, as its service says
_HASH_BITS = 256
_NAME = "kiem-puzzle"


class Busy(Exception):
    """The puzzle is not worked on now; the message names the sentence that says so."""


class OwnPuzzle(Sealed, frozen=True, kw_only=True):
    """A puzzle that a form of ours was given. Nobody else can make one to be worked on."""

    puzzle: str
    bits: int


def sealed_puzzle(seal: Seal, given: Any) -> str:
    """Return a puzzle as it stands in a form of ours, for `own_puzzle`."""
    ends = time.time() + _LASTS
    return seal.closed(_NAME, OwnPuzzle(puzzle=given["puzzle"], bits=given["bits"], ends=ends))


def own_puzzle(seal: Seal, text: str) -> OwnPuzzle | None:
    return seal.opened(text, _NAME, OwnPuzzle)


class Solver:
    """Works on one puzzle at a time, and lets only so many wait for it."""

    def __init__(self) -> None:
        self._one_at_a_time, self._here = asyncio.Semaphore(1), 0

    async def solved(self, puzzle: str, bits: int) -> dict[str, str]:
        """Return a puzzle with its answer; raises Busy."""
        if bits > MOST_BITS:
            raise Busy("sealed.hard")
        if self._here > MOST_WAITING:
            raise Busy("sealed.busy")
        self._here += 1
        try:
            async with self._one_at_a_time:
                answer = await asyncio.to_thread(_answer, puzzle, bits)
        finally:
            self._here -= 1
        return {"puzzle": puzzle, "answer": answer}


def _answer(puzzle: str, bits: int) -> str:
    def zeros(answer: int) -> bool:
        found = sha256(f"{puzzle}:{answer}".encode()).digest()
        return int.from_bytes(found, "big") >> (_HASH_BITS - bits) == 0

    return str(next(filter(zeros, count())))
