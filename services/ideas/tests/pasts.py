"""Histories that are imported in tests, and what is asked of them."""

from typing import Any

from ideas.domain import Idea, Imported, RecordPastStep, import_history
from services.ideas.tests.making import (
    PROMISE,
    past,
)


def told(*steps: RecordPastStep, idea: Idea | None = None) -> Imported:
    return import_history(idea, steps, PROMISE)


def history(*kinds: str) -> list[RecordPastStep]:
    return [past(kind, number) for number, kind in enumerate(kinds)]


def verdicts(done: Imported) -> list[str]:
    return [result.verdict for result in done.results]


def owed(idea: Idea | None) -> tuple[Any, Any]:
    assert idea is not None
    return idea.accountable, idea.due
