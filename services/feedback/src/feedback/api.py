"""What people may ask of feedback over HTTP."""

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from msgspec import UNSET
from pydantic import AwareDatetime, BaseModel, Field

from chassis.commands import Commands, Context
from chassis.decider import NotFound
from chassis.http import Caller, caller, command_context
from chassis.process import Parts
from chassis.store import Recorded
from contracts.feedback import (
    FeedbackEvent,
    Mark,
    Outcome,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewRequested,
)
from contracts.imported import imported_idea, imported_line
from contracts.vocabulary import PersonId
from feedback.domain import (
    Assignment,
    AssignReviewer,
    CompleteReview,
    RecordPastAssignment,
    Review,
    ReviewCommand,
)
from feedback.domain.rubric import RUBRIC
from feedback.projections.queue import find_queue
from feedback.settings import FeedbackSettings

AT_ONCE = 6  # ideas of an import; each waits mostly for the disk

Sentence = Annotated[str, Field(max_length=2_000)]
# What the database can't hold in plain text, or as a moment, is refused at the door.
PLAIN = r"^[^\x00]*$"
Person = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1800, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))
]
Reviews = Commands[Review, ReviewCommand, FeedbackEvent]
# Who may read the words of an answer besides its author, its reviewer and the accountable person.
READERS = frozenset({"desk", "director", "lead", "service"})


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
    async def read_review(who: Annotated[Caller, Depends(caller())], idea: UUID) -> dict[str, Any]:
        return _shown(await reviews.history(idea), who)

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

    @router.post("/reviews/{idea}/reviewer", status_code=201, summary="Name who reviews")
    async def assign_reviewer(
        who: Annotated[Caller, Depends(caller("desk"))],
        context: Annotated[Context, Depends(command_context)],
        idea: UUID,
        named: NamedReviewer,
    ) -> dict[str, Any]:
        now = parts.clock.now()
        due = parts.calendar.add_working_days(now, settings.decision_days)
        found = Assignment(PersonId(named.reviewer), RUBRIC.names, RUBRIC.version, due)
        command = AssignReviewer(found, now, PersonId(who.subject))
        done = await reviews.handle(idea, command, context)
        return {"idea": idea, "version": done.version, "reviewer": named.reviewer, "due": due}

    @router.post("/imports/assignments", summary="Record who was named in a history")
    async def import_assignments(
        who: Annotated[Caller, Depends(caller("operator", "desk"))], given: PastAssignments
    ) -> dict[str, Any]:
        turn = asyncio.Semaphore(AT_ONCE)

        async def take(items: list[PastAssignment]) -> list[dict[str, Any]]:
            async with turn:
                return [await _import(reviews, given.source, item, who) for item in items]

        # Several ideas at once, each in the order of its lines.
        ideas: dict[str, list[PastAssignment]] = {}
        for item in given.items:
            ideas.setdefault(item.key, []).append(item)
        done = await asyncio.gather(*(take(items) for items in ideas.values()))
        return {"items": [item for items in done for item in items]}

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


async def _import(
    reviews: Reviews, source: str, item: PastAssignment, who: Caller
) -> dict[str, Any]:
    idea = imported_idea(source, item.key)
    recorded = known = 0
    for reviewer in item.reviewers:
        command = RecordPastAssignment(idea, PersonId(item.author), PersonId(reviewer), item.at)
        context = Context(command=imported_line(source, item.line, reviewer), actor=who.subject)
        done = await reviews.handle(idea, command, context)
        recorded, known = recorded + (not done.repeated), known + done.repeated
    return {"line": item.line, "result": "recorded" if recorded else "known"}


def _shown(history: list[Recorded], who: Caller) -> dict[str, Any]:
    """Show a review: everything but the words to everybody, the words to those they concern."""
    requested = _last(history, ReviewRequested)
    # Who was named for an earlier answer does not give this one.
    asked_in = max((e.version for e in history if e.data is requested), default=0)
    assigned = _last([e for e in history if e.version > asked_in], ReviewerAssigned) or (
        None if requested else _last(history, ReviewerAssigned)
    )
    answer = _last(history, ReviewCompleted)
    if requested is None and assigned is None:
        raise NotFound
    asked = requested or assigned
    concerned = {getattr(asked, "author", None), *getattr(asked, "co_authors", ())}
    concerned |= {getattr(e, name, None) for e in (assigned, answer, requested)
                  for name in ("reviewer", "accountable")}  # fmt: skip
    reads = who.subject in concerned or bool(READERS & who.roles)
    return {
        "idea": asked.idea if asked else None,
        "author": asked.author if asked else None,
        "reviewer": assigned.reviewer if assigned else None,
        "due": (assigned and assigned.due) or (requested and requested.due),
        "criteria": list(assigned.criteria) if assigned else [],
        "requested_at": requested.at if requested else None,
        "outcome": answer.outcome if answer else None,
        "answered_at": answer.at if answer else None,
        "answered_by": answer.reviewer if answer else None,
        "marks": answer.marks if answer else {},
        "wake_on": answer.wake_on if answer else None,
        **{name: _words(answer, name, reads) for name in ("sentences", "reason", "next_step")},
        "words": "shown" if reads else "for the author, the reviewer and the desk",
    }


def _last(history: list[Recorded], kind: type[Any]) -> Any:
    live = [e.data for e in history if isinstance(e.data, kind)]
    return live[-1] if live else None


def _words(answer: ReviewCompleted | None, name: str, reads: bool) -> Any:
    words = getattr(answer, name, None)
    return words if reads and words is not UNSET else None
