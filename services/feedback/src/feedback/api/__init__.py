"""What people may ask of feedback over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.commands import Context
from chassis.http import Caller, caller, command_context
from chassis.process import Parts
from contracts.feedback import Mark, Outcome
from contracts.vocabulary import PersonId
from feedback.api.erasures import erasures
from feedback.api.dialogue import dialogue
from feedback.api.imports import imports
from feedback.api.showing import Told, may_read, shown
from feedback.api.words import PLAIN, Moment, Person, Reviews, Sentence
from feedback.domain import Assignment, AssignReviewer, CompleteReview
from feedback.domain.rubric import RUBRIC
from feedback.projections.queue import find_queue
from feedback.settings import FeedbackSettings

Recipient = Annotated[
    str | None,
    Query(
        alias="for", min_length=1, max_length=200, pattern=PLAIN,
        description="asked by a service: the person to whom it passes the words on",
    ),
]  # fmt: skip


class Decision(BaseModel):
    """An answer. Every criterion needs a mark and a sentence."""

    outcome: Outcome
    marks: Annotated[dict[str, Mark], Field(max_length=20)] = {}
    sentences: Annotated[dict[str, Sentence], Field(max_length=20)] = {}
    reason: Annotated[str, Field(max_length=10_000)] = ""
    next_step: Annotated[str, Field(max_length=10_000)] = ""
    wake_on: date | None = None
    accountable: Person | None = None
    due: Moment | None = None


class NamedReviewer(BaseModel):
    reviewer: Person


def api(parts: Parts, settings: FeedbackSettings, reviews: Reviews) -> APIRouter:
    """Return the routes of feedback."""
    router = APIRouter(prefix="/v1", tags=["feedback"])

    @router.get("/rubric", summary="By which criteria ideas are judged")
    async def read_rubric(_: Annotated[Caller, Depends(caller())]) -> dict[str, Any]:
        criteria = [{"name": c.name, "nl": c.nl, "en": c.en} for c in RUBRIC.criteria]
        return {"version": RUBRIC.version, "criteria": criteria}

    @router.get("/reviews", summary="The queue: my reviews, or for the desk everybody's")
    async def list_reviews(
        who: Annotated[Caller, Depends(caller("reviewer", "desk"))],
        reviewer: Annotated[Literal["me", "all"], Query()] = "me",
        state: Literal["open", "completed", "closed"] = "open",
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        everybody = reviewer == "all" and "desk" in who.roles
        wanted = None if everybody else who.subject
        async with parts.db.reading() as connection:
            found = await find_queue(
                connection, reviewer=wanted, state=state, after=after, limit=limit
            )
        more = found[-1].idea if len(found) == limit else None
        return {"items": found, "next": more}

    @router.get("/reviews/{idea}", summary="A review, with its words for those they are for")
    async def read_review(
        who: Annotated[Caller, Depends(caller())], idea: UUID, recipient: Recipient = None
    ) -> dict[str, Any]:
        told = Told(await reviews.history(idea))
        async with parts.db.reading() as connection:
            reads = await may_read(connection, told, who, recipient, PersonId(settings.desk))
        return shown(told, reads=reads)

    @router.post("/reviews/{idea}/decision", status_code=201, summary="Answer an idea")
    async def complete_review(
        who: Annotated[Caller, Depends(caller("reviewer", "lead", "director", "desk"))],
        context: Annotated[Context, Depends(command_context)],
        idea: UUID,
        given: Decision,
    ) -> dict[str, Any]:
        command = _answer(given, who, parts, settings)
        done = await reviews.handle(idea, command, context)
        return {"idea": idea, "version": done.version, "outcome": given.outcome}

    @router.post(
        "/reviews/{idea}/reviewer",
        status_code=201,
        summary="Name who reviews: the desk, or a reviewer who hands over",
    )
    async def assign_reviewer(
        who: Annotated[Caller, Depends(caller("reviewer", "desk"))],
        context: Annotated[Context, Depends(command_context)],
        idea: UUID,
        named: NamedReviewer,
    ) -> dict[str, Any]:
        now = parts.clock.now()
        due = parts.calendar.add_working_days(now, settings.decision_days)
        found = Assignment(PersonId(named.reviewer), RUBRIC.names, RUBRIC.version, due)
        command = AssignReviewer(found, now, PersonId(who.subject), "desk" in who.roles)
        done = await reviews.handle(idea, command, context)
        return {"idea": idea, "version": done.version, "reviewer": named.reviewer, "due": due}

    router.include_router(dialogue(parts, settings, reviews))
    router.include_router(imports(parts, reviews))
    router.include_router(erasures(parts))
    return router


def _answer(
    given: Decision, who: Caller, parts: Parts, settings: FeedbackSettings
) -> CompleteReview:
    now = parts.clock.now()
    owner = given.accountable or (settings.desk if given.outcome == "parked" else who.subject)
    return CompleteReview(
        by=PersonId(who.subject), at=now, outcome=given.outcome, criteria=RUBRIC.names,
        rubric=RUBRIC.version, marks=given.marks, sentences=given.sentences, reason=given.reason,
        next_step=given.next_step, wake_on=given.wake_on, accountable=PersonId(owner),
        due=given.due or _follow_up(given, now, parts, settings), at_desk="desk" in who.roles,
    )  # fmt: skip


def _follow_up(
    given: Decision, now: datetime, parts: Parts, settings: FeedbackSettings
) -> datetime:
    if given.wake_on is not None and given.outcome == "parked":
        return parts.calendar.end_of(given.wake_on)
    return parts.calendar.add_working_days(now, settings.follow_up_days)
