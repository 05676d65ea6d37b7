"""Barriers: raised by anybody, owed an answer by a leader, removed or declined with a reason."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.process import Parts
from contracts.vocabulary import BarrierId, IdeaId, PersonId, PilotId, ToolId
from ideas.api.around.owners import Owners
from ideas.api.around.reading import Done, Page, Shown, Which, page_of, shown
from ideas.api.words import Body, Employee, Name, Once, Person
from ideas.domain import barriers as domain
from ideas.projections.directory import known
from ideas.settings import IdeasSettings

Kind = Literal["time", "budget", "access", "training", "skill", "legal", "silo"]


class Raised(BaseModel):
    """What stands in the way. Without an owner it is your lead's, without a lead the desk's."""

    kind: Kind
    words: Body
    owner: Person | None = None
    department: Name | None = None
    idea: UUID | None = None
    pilot: UUID | None = None
    tool: UUID | None = None


class HandOver(BaseModel):
    to: Person
    reason: Body


class Removal(BaseModel):
    reason: Body


class Decline(BaseModel):
    """Why it stays, and what can be done instead."""

    reason: Body
    next_step: Annotated[Body, Field(description="who does what by when, or what would change it")]


class _Barriers:
    """Carries out what is asked of barriers."""

    def __init__(self, parts: Parts) -> None:
        self.commands = parts.commands(domain.barrier_decider, "barrier")

    async def carry_out(self, barrier: UUID, command: domain.BarrierCommand, once: Once) -> Done:
        done = await self.commands.handle(barrier, command, once)
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)


def barriers(parts: Parts, settings: IdeasSettings) -> APIRouter:
    """Return the routes of barriers."""
    router = APIRouter(prefix="/barriers", tags=["barriers"])
    asked_of, owners = _Barriers(parts), Owners(parts, settings)
    commands, carry_out = asked_of.commands, asked_of.carry_out
    router.include_router(_answering(parts, settings, owners))

    @router.get("", summary="Barriers, the newest first")
    async def list_barriers(who: Employee, asked: Which) -> Page:
        return await page_of(parts, commands, "barrier", who, asked)

    @router.get("/{barrier}", summary="One barrier, with all its steps")
    async def read_barrier(_: Employee, barrier: UUID) -> Shown:
        return shown(barrier, await commands.history(barrier))

    @router.post("", status_code=201, summary="Raise a barrier")
    async def raise_barrier(who: Employee, once: Once, told: Raised) -> Done:
        author = PersonId(who.subject)
        owed = await owners.leader(
            author, told.owner, settings.barrier_days, domain.OnlyLeadersOwnBarriers
        )
        about = domain.About(
            idea=IdeaId(told.idea) if told.idea else None,
            pilot=PilotId(told.pilot) if told.pilot else None,
            tool=ToolId(told.tool) if told.tool else None,
        )
        command = domain.RaiseBarrier(
            BarrierId(uuid7()), author, owed.at, told.kind, told.words, owed.person, owed.due,
            told.department or owed.department, about,
        )  # fmt: skip
        return await carry_out(command.barrier, command, once)

    return router


def _answering(parts: Parts, settings: IdeasSettings, owners: Owners) -> APIRouter:
    """Return the routes of those who owe the answer."""
    router = APIRouter()
    carry_out = _Barriers(parts).carry_out

    @router.post("/{barrier}/hand-over", summary="Another leader can remove it")
    async def hand_over(who: Employee, once: Once, barrier: UUID, asked: HandOver) -> Done:
        (to,) = await known(parts.db.pool, [asked.to])
        by = PersonId(who.subject)
        await owners.require_leader(by, to, domain.OnlyLeadersOwnBarriers)
        now = parts.clock.now()
        due = parts.calendar.add_working_days(now, settings.barrier_days)
        command = domain.HandOverBarrier(by, now, to, due, asked.reason, "desk" in who.roles)
        return await carry_out(barrier, command, once)

    @router.post("/{barrier}/removal", summary="It is out of the way")
    async def remove_barrier(who: Employee, once: Once, barrier: UUID, told: Removal) -> Done:
        command = domain.RemoveBarrier(
            PersonId(who.subject), parts.clock.now(), told.reason, "desk" in who.roles
        )
        return await carry_out(barrier, command, once)

    @router.post("/{barrier}/decline", summary="It stays, for a reason")
    async def decline_barrier(who: Employee, once: Once, barrier: UUID, told: Decline) -> Done:
        command = domain.DeclineBarrier(
            PersonId(who.subject), parts.clock.now(), told.reason, told.next_step,
            "desk" in who.roles,
        )  # fmt: skip
        return await carry_out(barrier, command, once)

    return router
