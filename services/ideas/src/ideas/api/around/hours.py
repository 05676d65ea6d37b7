"""Time for ideas: asked for, granted, or refused with a reason that becomes a barrier."""

from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.commands import Context
from chassis.process import Parts
from contracts.room import Purpose
from contracts.vocabulary import BarrierId, IdeaId, PersonId, RequestId
from ideas.api.around.owners import Owners
from ideas.api.around.reading import Done, Page, Shown, Which, page_of, shown
from ideas.api.words import Body, Employee, Once, Person
from ideas.domain import barriers
from ideas.domain import hours as domain
from ideas.projections.directory import known
from ideas.projections.hours import find_hours
from ideas.settings import IdeasSettings

Hours = Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", max_length=7)]
_BARRIERS = UUID("8f1b7c9e-2a94-4a43-9f63-0c8b8f7a5d12")


class Wish(BaseModel):
    """Hours for an idea, a pilot, an experiment or reflection; your lead answers."""

    purpose: Purpose
    hours: Hours
    words: Body
    lead: Person | None = None
    team: Annotated[list[Person], Field(max_length=50)] = []
    month: Month | None = None
    idea: UUID | None = None


class Grant(BaseModel):
    """How many hours; all that were asked where it is left out."""

    hours: Hours | None = None


class Refusal(BaseModel):
    reason: Body


class Refused(Done):
    """A refusal is a barrier, which its owner owes an answer to."""

    barrier: UUID


class Budget(BaseModel):
    """A department's hours for ideas in a month: what the house means to give, asked, granted."""

    department: str
    month: str
    persons: int
    meant: float
    asked: float
    granted: float


def hours(parts: Parts, settings: IdeasSettings) -> APIRouter:
    """Return the routes of time."""
    router = APIRouter(prefix="/time-requests", tags=["time"])
    commands = parts.commands(domain.time_decider, "time")
    owners = Owners(parts, settings)
    router.include_router(_answering(parts, settings, owners))

    @router.get("", summary="Requests for time, the newest first")
    async def list_requests(who: Employee, asked: Which) -> Page:
        return await page_of(parts, commands, "time", who, asked)

    @router.get("/budget", summary="A department's hours for ideas in a month")
    async def read_budget(
        _: Employee, department: Annotated[str, Query(max_length=200)], month: Month
    ) -> Budget:
        async with parts.db.reading() as connection:
            found = await find_hours(connection, department, month)
        meant = found.persons * settings.monthly_hours * settings.innovation_share
        return Budget(
            department=department, month=month, persons=found.persons, meant=meant,
            asked=found.asked, granted=found.granted,
        )  # fmt: skip

    @router.get("/{request}", summary="One request, with all its steps")
    async def read_request(_: Employee, request: UUID) -> Shown:
        return shown(request, await commands.history(request))

    @router.post("", status_code=201, summary="Ask for time")
    async def ask_time(who: Employee, once: Once, wish: Wish) -> Done:
        author = PersonId(who.subject)
        owed = await owners.leader(
            author, wish.lead, settings.answer_days, domain.OnlyLeadersGrantTime
        )
        command = domain.AskTime(
            RequestId(uuid7()), author, owed.at, wish.purpose, wish.hours, wish.words,
            owed.person, owed.due, await known(parts.db.pool, wish.team), owed.department,
            wish.month or parts.calendar.local_date(owed.at).strftime("%Y-%m"),
            IdeaId(wish.idea) if wish.idea else None,
        )  # fmt: skip
        done = await commands.handle(command.request, command, once)
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)

    return router


def _answering(parts: Parts, settings: IdeasSettings, owners: Owners) -> APIRouter:
    """Return the routes of those who owe the answer."""
    router = APIRouter()
    commands = parts.commands(domain.time_decider, "time")
    raising = parts.commands(barriers.barrier_decider, "barrier")

    @router.post("/{request}/grant", summary="Grant it, or a part of it")
    async def grant_time(who: Employee, once: Once, request: UUID, given: Grant) -> Done:
        by, at_desk = PersonId(who.subject), "desk" in who.roles
        command = domain.GrantTime(by, parts.clock.now(), given.hours, at_desk)
        done = await commands.handle(request, command, once)
        return Done(matter=request, version=done.version)

    @router.post("/{request}/refusal", summary="Refuse it, for a reason")
    async def refuse_time(who: Employee, once: Once, request: UUID, why: Refusal) -> Refused:
        state, _ = await commands.state(request)
        barrier = BarrierId(uuid5(_BARRIERS, str(request)))
        by, at_desk = PersonId(who.subject), "desk" in who.roles
        refusal = domain.RefuseTime(by, parts.clock.now(), barrier, why.reason, at_desk)
        raised = await _barrier(owners, settings, state, refusal)
        # The refusal and its barrier stand or fall together: nobody is refused without an owner.
        async with parts.db.transaction() as tx:
            done = await commands.handle(request, refusal, once, tx)
            await raising.handle(barrier, raised, _beside(once), tx)
        parts.wake()
        return Refused(matter=request, version=done.version, barrier=barrier)

    return router


async def _barrier(
    owners: Owners, settings: IdeasSettings, asked: domain.Request | None, no: domain.RefuseTime
) -> barriers.RaiseBarrier:
    """Return the barrier that a refusal is: one step up from whoever refused."""
    if asked is None:
        raise domain.ThereIsNoSuchRequest
    owed = await owners.of(no.by, None, settings.barrier_days)
    owner = owed.person if owed.person != asked.author else owners.desk()
    return barriers.RaiseBarrier(
        no.barrier, asked.author, no.at, "time", no.reason, owner, owed.due, owed.department,
        barriers.About(request=asked.request),
    )  # fmt: skip


def _beside(once: Context) -> Context:
    """Return the context of a second command that one request leads to."""
    return Context(
        command=uuid5(_BARRIERS, str(once.command)), actor=once.actor, digest=once.digest
    )
