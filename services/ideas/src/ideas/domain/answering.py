"""What an answer to a barrier or a request says: why, in a sentence that one can learn from."""

import re

from chassis.decider import Rejected

# As for the answer to an idea, which feedback judges by the same measure.
FEWEST_WORDS, FEWEST_LETTERS = 3, 10
_WORD = re.compile(r"\w+")


class TheReasonSaysNothing(Rejected):
    """The reason says too little to learn from. Say in a whole sentence what decided it."""


class TheNextStepSaysNothing(Rejected):
    """The next step says too little. Say who does what by when, or what would change it."""


def require_a_reason(text: str) -> None:
    """Refuse a reason that says nothing: "nee", "geen budget", "zie boven"."""
    if _is_empty(text):
        raise TheReasonSaysNothing


def require_a_next_step(text: str) -> None:
    """Refuse a next step that says nothing: "later", "niets"."""
    if _is_empty(text):
        raise TheNextStepSaysNothing


def _is_empty(text: str) -> bool:
    words = _WORD.findall(text)
    return len(words) < FEWEST_WORDS or sum(map(len, words)) < FEWEST_LETTERS
