"""An answer to an idea that lacks nothing, as journeys and faults give it."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.journeys.house import CRITERIA


def whole_answer(
    outcome: str = "accepted", words: str = "", *, by: str = "", day: date | None = None
) -> dict[str, Any]:
    """Return an answer that lacks nothing, and is no copy of another.

    `by`: who goes on with a yes, until some weeks after `day`, else after today.
    """
    until = (day or datetime.now(UTC).date()) + timedelta(days=30)
    goes_on = {"accountable": by, "due": f"{until}T16:00:00Z"} if by else {}
    words = words or f"Omdat het helpt in geval {uuid.uuid4().hex}."
    return {
        "outcome": outcome, "marks": dict.fromkeys(CRITERIA, "met"),
        "sentences": {name: f"{words} ({name})" for name in CRITERIA},
        "reason": words, "next_step": words, **goes_on,
    }  # fmt: skip


def judged(*sentences: str) -> dict[str, str]:
    """Return what a form sends of the criteria: each partly met, and a sentence to each."""
    marks = {f"mark.{name}": "partly" for name in CRITERIA}
    return marks | {f"sentence.{n}": s for n, s in zip(CRITERIA, sentences, strict=True)}
