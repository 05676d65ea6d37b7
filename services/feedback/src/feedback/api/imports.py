"""Importing who was named in a history: each line once, and nothing that is still to come."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.commands import Context
from chassis.decider import Rejected
from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.imported import imported_idea, imported_line
from contracts.vocabulary import PersonId
from feedback.api.words import PLAIN, Moment, Person, Reviews
from feedback.domain import RecordPastAssignment

AT_ONCE = 6  # ideas of an import; each waits mostly for the disk


class PastAssignment(BaseModel):
    """A line of a history in which reviewers were named."""

    line: Annotated[int, Field(ge=1, le=2**53 - 1)]
    at: Moment
    key: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    author: Person
    reviewers: Annotated[list[Person], Field(min_length=1, max_length=100)]


class PastAssignments(BaseModel):
    source: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    items: Annotated[list[PastAssignment], Field(max_length=1_000)]


class Line(BaseModel):
    """What became of a line; `reason` says why it was refused."""

    line: int
    result: Literal["recorded", "known", "refused"]
    reason: str | None = None


class Lines(BaseModel):
    items: list[Line]


def imports(parts: Parts, reviews: Reviews) -> APIRouter:
    """Return the route of imports. A repeated request changes nothing: each line is known."""
    router = APIRouter(tags=["feedback"])

    @router.post("/imports/assignments", summary="Record who was named in a history")
    async def import_assignments(
        who: Annotated[Caller, Depends(caller("operator", "desk"))], given: PastAssignments
    ) -> Lines:
        """Asked again, it changes nothing: each line is known."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def take(items: list[PastAssignment]) -> list[Line]:
            async with turn:
                return [await _import(parts, reviews, given.source, item, who) for item in items]

        # Several ideas at once, each in the order of its lines.
        ideas: dict[str, list[PastAssignment]] = {}
        for item in given.items:
            ideas.setdefault(item.key, []).append(item)
        done = await asyncio.gather(*(take(items) for items in ideas.values()))
        return Lines(items=[item for items in done for item in items])

    return router


async def _import(
    parts: Parts, reviews: Reviews, source: str, item: PastAssignment, who: Caller
) -> Line:
    idea = imported_idea(source, item.key)
    author, now = PersonId(item.author), parts.clock.now()
    recorded = 0
    for reviewer in item.reviewers:
        command = RecordPastAssignment(idea, author, PersonId(reviewer), item.at, now)
        context = Context(command=imported_line(source, item.line, reviewer), actor=who.subject)
        try:
            done = await reviews.handle(idea, command, context)
        except Rejected as refusal:
            return Line(line=item.line, result="refused", reason=str(refusal))
        recorded += not done.repeated
    return Line(line=item.line, result="recorded" if recorded else "known")
