"""Keeping an idea together with others, and its promise in time."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chassis.commands import Context, Outcome
from chassis.decider import NotFound
from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.vocabulary import IdeaId, PersonId, PilotId
from ideas.api.lifecycle import where
from ideas.api.limits import latest
from ideas.api.shapes import Where
from ideas.api.words import Body, Employee, Ideas, Once, Person
from ideas.domain import (
    AbsorbIdea,
    ChangeCoAuthors,
    HandOverIdea,
    Idea,
    JoinPilot,
    MergeIdea,
    MovePromise,
    ReopenIdea,
    ReviveIdea,
    SeparateIdea,
)
from ideas.domain.refusals import TheIdeaIsNotMerged
from ideas.projections.directory import known
from ideas.projections.terms import answer_by, terms_of
from ideas.settings import IdeasSettings

Desk = Annotated[Caller, Depends(caller("desk"))]
_BESIDE = UUID("5ad4f9c1-63d0-4d6b-93ff-2f5f2b1f6c77")


class CoAuthors(BaseModel):
    co_authors: Annotated[list[Person], Field(max_length=20)]


class Merger(BaseModel):
    """Both authors are told, with the reason; the support of both stays."""

    into: UUID
    reason: Body


class Reason(BaseModel):
    reason: Body


class HandOver(BaseModel):
    """Who goes on with the idea, and why: the author reads it, and is told who it is now."""

    to: Person
    reason: Body


class Moved(BaseModel):
    """Until when, and why: the author gets the reason. A promise moves once."""

    until: date
    reason: Body


def together(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes by which ideas come together and promises move."""
    router = APIRouter(prefix="/ideas/{idea}", tags=["ideas"])
    router.include_router(_merging(parts, settings, ideas))

    @router.put("/co-authors", summary="Say who has it beside its author")
    async def change_co_authors(who: Employee, once: Once, idea: UUID, told: CoAuthors) -> Where:
        others = await known(parts.db.pool, told.co_authors)
        command = ChangeCoAuthors(PersonId(who.subject), parts.clock.now(), others)
        return where(await ideas.handle(idea, command, once))

    @router.post("/revival", summary="What a parked idea waited for has come")
    async def revive_idea(who: Employee, once: Once, idea: UUID, told: Reason) -> Where:
        now, by = parts.clock.now(), PersonId(who.subject)
        due = answer_by(parts.calendar, settings, now, await terms_of(ideas, idea))
        desk = PersonId(settings.desk or who.subject)
        return where(await ideas.handle(idea, ReviveIdea(now, desk, due, by, told.reason), once))

    @router.post("/promise", summary="Move the promise, once, before its date is over")
    async def move_promise(who: Employee, once: Once, idea: UUID, asked: Moved) -> Where:
        until = parts.calendar.end_of(asked.until)
        command = MovePromise(
            PersonId(who.subject), parts.clock.now(), until, asked.reason,
            latest(parts, settings.longest_promise_days),
        )  # fmt: skip
        return where(await ideas.handle(idea, command, once))

    @router.post("/hand-over", summary="Somebody else goes on with it, by the same date")
    async def hand_over_idea(who: Employee, once: Once, idea: UUID, asked: HandOver) -> Where:
        if asked.to != settings.desk:
            await known(parts.db.pool, [asked.to])
        command = HandOverIdea(
            PersonId(who.subject), parts.clock.now(), PersonId(asked.to), asked.reason,
            "desk" in who.roles,
        )  # fmt: skip
        return where(await ideas.handle(idea, command, once))

    @router.post("/pilots/{pilot}/members", summary="Take part in a pilot")
    async def join_pilot(who: Employee, once: Once, idea: UUID, pilot: UUID) -> Where:
        command = JoinPilot(
            PilotId(pilot), PersonId(who.subject), parts.clock.now(), settings.pilot_people,
            "desk" in who.roles,
        )  # fmt: skip
        return where(await ideas.handle(idea, command, once))

    return router


def _merging(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    router = APIRouter()

    @router.post("/merger", summary="Let it go on as a part of another idea")
    async def merge_idea(who: Desk, once: Once, idea: UUID, asked: Merger) -> Where:
        now, by = parts.clock.now(), PersonId(who.subject)
        other = (await ideas.state(idea))[0]
        if other is None:
            raise NotFound
        authors = tuple(sorted(other.authors))
        # Both happen or none: an idea is never a part of one that does not know it.
        async with parts.db.transaction() as tx:
            merged = MergeIdea(by, now, IdeaId(asked.into), asked.reason)
            done = await ideas.handle(idea, merged, once, tx)
            absorbed = AbsorbIdea(by, now, IdeaId(idea), authors)
            await ideas.handle(asked.into, absorbed, _beside(once), tx)
        parts.wake()
        return where(done)

    @router.post("/merger/undo", summary="It was a mistake: it stands by itself again")
    async def separate_idea(who: Desk, once: Once, idea: UUID, told: Reason) -> Where:
        now, by = parts.clock.now(), PersonId(who.subject)
        state = (await ideas.state(idea))[0]
        if state is None or state.merged_into is None:
            raise TheIdeaIsNotMerged
        async with parts.db.transaction() as tx:
            if state.state == "merged":
                reopened = _reopening(parts, settings, state, by, told.reason)
                await ideas.handle(idea, reopened, once, tx)
            separated = SeparateIdea(by, now, IdeaId(idea), told.reason)
            await ideas.handle(state.merged_into, separated, _beside(once), tx)
        parts.wake()
        state, version = await ideas.state(idea)
        return where(Outcome(stream=ideas.stream(idea), version=version, state=state))

    return router


def _reopening(
    parts: Parts, settings: IdeasSettings, merged: Idea, by: PersonId, reason: str
) -> ReopenIdea:
    """Return the way back to where the idea was before it was merged."""
    now = parts.clock.now()
    before = [state for _, state in merged.course if state != "merged"][-1]
    owed = merged.owed.accountable if merged.owed else None
    due = answer_by(parts.calendar, settings, now, merged.submission.terms)
    return ReopenIdea(by, now, before, reason, owed or PersonId(settings.desk or by), due)


def _beside(once: Context) -> Context:
    """Return the context of the second command that one request leads to."""
    return Context(command=uuid5(_BESIDE, str(once.command)), actor=once.actor, digest=once.digest)
