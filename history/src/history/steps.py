"""What a line of a history becomes."""

from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

Standing = Literal["placed", "unplaced", "ignored"]


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step in the life of an idea, as the services take it."""

    line: int
    at: datetime
    step: str
    title: str | None = None
    body: str | None = None
    department: str | None = None
    category: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    by: str | None = None
    reviewer: str | None = None
    reviewers: tuple[str, ...] = ()
    reason: str | None = None
    wake_on: date | None = None
    outcome: str | None = None
    to: str | None = None


class Line(Struct, frozen=True, kw_only=True):
    """A line that was read. `birth` submits an idea; `problems` say what was not understood.

    `if_first` is what submits the idea where its first line does so, whatever that line says.
    """

    number: int
    key: str | None = None
    at: datetime | None = None
    birth: Step | None = None
    if_first: Step | None = None
    steps: tuple[Step, ...] = ()
    problems: tuple[str, ...] = ()
    ignored: str | None = None


Record = dict[str, Any]
