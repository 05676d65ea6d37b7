"""Puzzles: whoever has no name pays with a moment of work, so that nobody can flood the desk.

A puzzle is a text of ours with a signature; its answer is any text that, put behind it, gives a
hash with enough zero bits in front. Nothing of it says who solved it.
"""

import hmac
import secrets
import time
from hashlib import sha256

from pydantic import BaseModel

from chassis.decider import NotAllowed

LASTS = 600  # seconds
STEEPER = 8  # bits more when the hour's measure is full


class ThePuzzleIsNotSolved(NotAllowed):
    """The answer does not solve the puzzle. Ask for a new one, and solve it."""


class ThePuzzleIsOver(NotAllowed):
    """The puzzle is over, or was used before. Ask for a new one, and solve it."""


class Puzzle(BaseModel):
    """Find an `answer` for which sha256 of `puzzle:answer` begins with so many zero bits."""

    puzzle: str
    bits: int


class Puzzles:
    """Makes puzzles and knows them again; the more are solved in an hour, the harder they get."""

    def __init__(self, key: bytes, bits: int, hourly: int) -> None:
        self._key, self._bits, self._hourly = key, bits, hourly

    def make(self, solved: int) -> Puzzle:
        bits = self._bits + STEEPER * min(solved, self._hourly) // self._hourly
        told = f"{int(time.time()) + LASTS}.{bits}.{secrets.token_hex(16)}"
        return Puzzle(puzzle=f"{told}.{self._signed(told)}", bits=bits)

    def require_solved(self, puzzle: str, answer: str) -> bytes:
        """Return by what a solved puzzle is known again. Raises NotAllowed."""
        told, _, signature = puzzle.rpartition(".")
        if not hmac.compare_digest(self._signed(told).encode(), signature.encode()):
            raise ThePuzzleIsNotSolved
        until, bits, _ = told.split(".")
        if time.time() > int(until):
            raise ThePuzzleIsOver
        found = int.from_bytes(sha256(f"{puzzle}:{answer}".encode()).digest(), "big")
        if found >> (256 - int(bits)):
            raise ThePuzzleIsNotSolved
        return sha256(puzzle.encode()).digest()

    def _signed(self, told: str) -> str:
        return hmac.new(self._key, told.encode(), sha256).hexdigest()
