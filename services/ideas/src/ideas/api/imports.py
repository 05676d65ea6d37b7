"""Importing a history: whole ideas at a time, each line once, nothing dropped."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.vocabulary import Language, State
from ideas.api.words import LAST, PLAIN, Moment, Name, Person, Remark
from ideas.domain.commands import PastKind
from ideas.importing import Importer, Line, Placed
from ideas.projections.imports import Unplaced as StillUnplaced
from ideas.projections.imports import UnplacedLines
from ideas.settings import IdeasSettings

AT_ONCE = 6  # ideas; each is one transaction, and its wait is mostly the disk's

Source = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
Number = Annotated[int, Field(ge=1, le=LAST)]
# The words of a history are kept as they are, blanks included.
PastTitle = Annotated[str, Field(min_length=1, max_length=200)]
PastBody = Annotated[str, Field(min_length=1, max_length=10_000)]
Importing = Annotated[Caller, Depends(caller("operator", "desk"))]


class PastStep(BaseModel):
    """A line of a history and the step that it stands for; much of it may be unknown."""

    line: Number
    at: Moment
    step: PastKind
    title: PastTitle | None = None
    body: PastBody | None = None
    department: Name | None = None
    category: Name | None = None
    language: Language = "nl"
    authors: Annotated[list[Person], Field(max_length=100)] = []
    by: Person | None = None
    reviewer: Person | None = None
    reason: Remark | None = None
    to: State | None = None
    wake_on: date | None = None
    outcome: Literal["scaled", "stopped", "extended"] | None = None


class PastIdea(BaseModel):
    key: Annotated[str, Field(min_length=1, max_length=200)]
    steps: Annotated[list[PastStep], Field(min_length=1, max_length=2_000)]


class History(BaseModel):
    """A piece of a history. `cutover` is from when open ideas are promised an answer: else now."""

    source: Source
    cutover: Moment | None = None
    ideas: Annotated[list[PastIdea], Field(max_length=1_000)]


class UnplacedLine(BaseModel):
    line: Number
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]
    raw: Annotated[str, Field(max_length=100_000)]


class Unplaced(BaseModel):
    source: Source
    lines: Annotated[list[UnplacedLine], Field(max_length=1_000)]


class Lines(BaseModel):
    items: list[Placed]


class Kept(BaseModel):
    kept: int


class Waiting(BaseModel):
    """Lines that wait; `next` is the `after` of the next page."""

    items: list[StillUnplaced]
    next: int | None


def imports(parts: Parts, settings: IdeasSettings) -> APIRouter:
    """Return the routes of imports. A repeated request changes nothing: each line is known."""
    router = APIRouter(prefix="/imports", tags=["imports"])
    importer = Importer(parts, settings)
    unplaced = UnplacedLines(parts.db, parts.keyring)

    @router.post("/history", summary="Record a piece of a history")
    async def import_history(who: Importing, told: History) -> Lines:
        """Asked again, it changes nothing: each line is known."""
        turn = asyncio.Semaphore(AT_ONCE)
        cutover = told.cutover or parts.clock.now()

        async def take(idea: PastIdea) -> list[Placed]:
            lines = [Line(**step.model_dump()) for step in idea.steps]
            async with turn:
                return await importer.take(told.source, cutover, idea.key, lines, who.subject)

        done = await asyncio.gather(*(take(idea) for idea in told.ideas))
        return Lines(items=[item for items in done for item in items])

    @router.post("/unplaced", summary="Keep lines that no mapping has placed yet")
    async def keep_unplaced(_: Importing, told: Unplaced) -> Kept:
        """Asked again, it keeps each line once, with the newer reason."""
        lines = [(entry.line, entry.reason, entry.raw) for entry in told.lines]
        await unplaced.keep(told.source, lines)
        return Kept(kept=len(lines))

    @router.get("/unplaced", summary="The lines that still wait for a better mapping")
    async def list_unplaced(
        _: Importing,
        source: Source,
        after: Annotated[int, Query(ge=0, le=LAST)] = 0,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
    ) -> Waiting:
        found = await unplaced.find(source, after, limit)
        return Waiting(items=found, next=found[-1].line if len(found) == limit else None)

    return router
