"""Reviews: the queue, one of them, and who is named for it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.commands import Context
from chassis.decider import NotAllowed, NotFound
from chassis.http import Caller, caller, command_context
from chassis.process import Parts
from contracts.vocabulary import PersonId
from feedback.api.here import require_here
from feedback.api.nearness import Nearness
from feedback.api.rules import Shown as ShownRubric
from feedback.api.rules import shown_rubric
from feedback.api.showing import Shown, opinions, questions, shown, writers
from feedback.api.told import Reader, Told, may_read, reader_of
from feedback.api.words import PLAIN, Person, Reviews
from feedback.domain import Assignment, AssignReviewer, Closed, Open
from feedback.projections import authors
from feedback.projections.personal import who_is_erased
from feedback.projections.queue import Queued, count_queue, find_queue
from feedback.projections.rubrics import find_named
from feedback.settings import FeedbackSettings

Recipient = Annotated[
    str | None,
    Query(
        alias="for", min_length=1, max_length=200, pattern=PLAIN,
        description="asked by a service: the person to whom it passes the words on",
    ),
]  # fmt: skip


class NotForYou(NotAllowed):
    """The dialogue is for the author, the reviewer, the accountable person and the desk."""


class Question(BaseModel):
    """A question to the author; `words` and `answer` are null where the author is erased."""

    question: UUID
    asked_by: str
    asked_at: datetime
    until: datetime
    words: str | None
    answered_at: datetime | None
    answer: str | None


class Questions(BaseModel):
    items: list[Question]


class ViewShown(BaseModel):
    """Whose view was asked, and what it is; null where it is not given, or its words are erased."""

    opinion: UUID
    by: str
    asked: str
    asked_at: datetime
    due: datetime
    touches_team: bool
    words: str | None
    given_at: datetime | None
    view: str | None


class ViewsShown(BaseModel):
    items: list[ViewShown]


class NamedReviewer(BaseModel):
    reviewer: Person


class Named(BaseModel):
    """Who reviews an idea from now on, and when the answer is due."""

    idea: UUID
    version: int
    reviewer: str
    due: datetime


class Queue(BaseModel):
    """Reviews, the soonest due first; `next` is the `after` of the next page, where there is one.

    `count`: how many the whole queue has, whichever page of it this is.
    """

    items: list[Queued]
    next: UUID | None
    count: int


def reviews(
    parts: Parts, settings: FeedbackSettings, commands: Reviews, nearness: Nearness
) -> APIRouter:
    """Return the routes of reviews."""
    router = APIRouter(tags=["feedback"])
    router.include_router(_naming(parts, settings, commands, nearness))
    router.include_router(_beside(parts, commands))

    @router.get("/reviews", summary="The queue: my reviews, or for the desk everybody's")
    async def list_reviews(
        who: Annotated[Caller, Depends(caller("reviewer", "lead", "director", "desk"))],
        reviewer: Annotated[Literal["me", "all"], Query()] = "me",
        state: Literal["open", "completed", "closed"] = "open",
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Queue:
        everybody = reviewer == "all" and "desk" in who.roles
        wanted = None if everybody else who.subject
        async with parts.db.reading() as connection:
            found = await find_queue(
                connection, reviewer=wanted, state=state, after=after, limit=limit + 1
            )
            count = await count_queue(connection, reviewer=wanted, state=state)
        more = found[limit - 1].idea if len(found) > limit else None
        return Queue(items=found[:limit], next=more, count=count)

    @router.get("/reviews/{idea}", summary="A review, with its words for those they are for")
    async def read_review(
        who: Annotated[Caller, Depends(caller())], idea: UUID, recipient: Recipient = None
    ) -> Shown:
        told = Told(await commands.history(idea))
        async with parts.db.reading() as connection:
            reader = await reader_of(connection, who, recipient, PersonId(settings.desk))
            return await _as_read_by(connection, told, reader)

    @router.get("/reviews/{idea}/questions", summary="What the author was asked, and answered")
    async def read_questions(
        who: Annotated[Caller, Depends(caller())], idea: UUID, recipient: Recipient = None
    ) -> Questions:
        """The words are for those for whom the words of the answer are."""
        history = await commands.history(idea)
        told = Told(history)
        async with parts.db.reading() as connection:
            reader = await reader_of(connection, who, recipient, PersonId(settings.desk))
            reads = await may_read(connection, told, reader)
        if not reads:
            raise NotForYou
        return Questions(items=[Question(**each) for each in questions(history)])

    return router


async def _as_read_by(connection: AsyncConnection, told: Told, reader: Reader) -> Shown:
    reads = await may_read(connection, told, reader)
    erased = await who_is_erased(connection, writers(told))
    return shown(told, reader, reads=reads, erased=erased)


def _beside(parts: Parts, commands: Reviews) -> APIRouter:
    """Return the routes of what stands beside a review: other views, and its criteria."""
    router = APIRouter()

    @router.get("/reviews/{idea}/opinions", summary="Whose views were asked, and what they are")
    async def read_opinions(
        who: Annotated[Caller, Depends(caller("employee", "reviewer", "lead", "director", "desk"))],
        idea: UUID,
    ) -> ViewsShown:
        """The reviewer reads all, the author none; somebody else what was asked of them."""
        history = await commands.history(idea)
        told = Told(history)
        reviewer = told.assigned.reviewer if told.assigned else None
        owed = {reviewer, told.accountable, told.answer.reviewer if told.answer else None}
        every = "desk" in who.roles or who.subject in owed
        found = [ViewShown(**each) for each in opinions(history)]
        return ViewsShown(items=[each for each in found if every or each.asked == who.subject])

    @router.get("/reviews/{idea}/rubric", summary="By which criteria this idea is judged")
    async def read_rubric_of_review(
        _: Annotated[Caller, Depends(caller())], idea: UUID
    ) -> ShownRubric:
        """Return the rubric that the idea was told under: a later one does not change it."""
        state, _version = await commands.state(idea)
        if state is None:
            raise NotFound
        async with parts.db.reading() as connection:
            name = None if isinstance(state, Closed) else state.rubric
            return shown_rubric(await find_named(connection, name))

    return router


def _naming(
    parts: Parts, settings: FeedbackSettings, commands: Reviews, nearness: Nearness
) -> APIRouter:
    router = APIRouter()

    @router.post(
        "/reviews/{idea}/reviewer",
        status_code=201,
        summary="Name who reviews: the desk, or a reviewer who hands over, by the same date",
    )
    async def assign_reviewer(
        who: Annotated[Caller, Depends(caller("reviewer", "lead", "director", "desk"))],
        context: Annotated[Context, Depends(command_context)],
        idea: UUID,
        named: NamedReviewer,
    ) -> Named:
        now = parts.clock.now()
        if named.reviewer != settings.desk:
            await require_here(parts, context, [named.reviewer])
        state, _ = await commands.state(idea)
        by, at_desk = PersonId(who.subject), "desk" in who.roles
        await nearness.require_apart(state, PersonId(named.reviewer), by, at_desk=at_desk)
        async with parts.db.reading() as connection:
            asked_by = state.rubric if isinstance(state, Open) else None
            rubric = await find_named(connection, asked_by)
        async with parts.db.transaction() as tx:
            birth = await authors.find_birth(tx, idea)
        days = birth.decision_days if birth else None
        due = parts.calendar.add_working_days(now, days or settings.decision_days)
        found = Assignment(PersonId(named.reviewer), rubric.names, rubric.version, due)
        command = AssignReviewer(found, now, by, at_desk)
        done = await commands.handle(idea, command, context)
        kept = done.state.due if isinstance(done.state, Open) else due  # a hand-over keeps its date
        return Named(idea=idea, version=done.version, reviewer=named.reviewer, due=kept)

    return router
