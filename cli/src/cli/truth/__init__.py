"""The open numbers, recomputed from the services' logs alone, as docs/kpis.md defines them.

Plain and slow on purpose: it knows nothing of how metrics folds, keeps or asks for facts.
"""

from collections.abc import Callable

from cli.truth import answers, ideas, room, variety
from cli.truth.logs import Log, Question, Told, Working, weekdays

__all__ = ["NUMBERS", "Log", "Question", "Told", "Working", "recompute", "weekdays"]

NUMBERS: dict[str, Callable[[Log, Question], Told]] = {
    **ideas.NUMBERS, **answers.NUMBERS, **room.NUMBERS, **variety.NUMBERS,
}  # fmt: skip
"""The numbers that the logs of the services are enough for."""


def recompute(kpi: str, log: Log, asked: Question) -> Told:
    """Return what a number should be."""
    return NUMBERS[kpi](log, asked)
