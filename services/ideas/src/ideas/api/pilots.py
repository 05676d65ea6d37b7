"""Trying an idea out: start, measure, conclude."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, FiniteFloat
from uuid_utils.compat import uuid7

from chassis.process import Parts
from contracts.vocabulary import PersonId, PilotId
from ideas.api.limits import latest
from ideas.api.words import Body, Employee, Ideas, Once, Person, Remark
from ideas.domain import ConcludePilot, RecordMeasurement, StartPilot
from ideas.projections.directory import known
from ideas.projections.terms import decision_by, terms_of
from ideas.settings import IdeasSettings


class Plan(BaseModel):
    """A pilot says beforehand what it expects, how that is measured, and when it stops.

    It has a small team, a baseline and a target, and super-users who help: else it is refused.
    """

    hypothesis: Body
    measure: Body
    stop_rule: Body
    ends_on: date
    team: Annotated[list[Person], Field(max_length=50)] = []
    super_users: Annotated[list[Person], Field(max_length=50)] = []
    baseline: FiniteFloat | None = None
    target: FiniteFloat | None = None


class Measurement(BaseModel):
    value: FiniteFloat | None = None
    remark: Remark = ""


class Conclusion(BaseModel):
    outcome: Literal["scaled", "stopped", "extended"]
    learning: Body
    ends_on: date | None = None


class Tried(BaseModel):
    """What a command about a pilot led to."""

    idea: UUID
    version: int
    pilot: UUID


class Concluded(Tried):
    outcome: Literal["scaled", "stopped", "extended"]


def pilots(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes of pilots."""
    router = APIRouter(prefix="/ideas/{idea}/pilots", tags=["pilots"])

    @router.post("", status_code=201, summary="Start a pilot")
    async def start_pilot(who: Employee, once: Once, idea: UUID, plan: Plan) -> Tried:
        pilot = PilotId(uuid7())
        command = StartPilot(
            pilot=pilot, by=PersonId(who.subject), at=parts.clock.now(),
            due=parts.calendar.end_of(plan.ends_on), ends_on=plan.ends_on,
            hypothesis=plan.hypothesis, measure=plan.measure, stop_rule=plan.stop_rule,
            team=await known(parts.db.pool, plan.team),
            super_users=await known(parts.db.pool, plan.super_users), baseline=plan.baseline,
            target=plan.target, people=settings.pilot_people, at_desk="desk" in who.roles,
            latest=latest(parts, settings.longest_pilot_days),
        )  # fmt: skip
        done = await ideas.handle(idea, command, once)
        # A repetition tells of the pilot that the first request started.
        pilot = done.state.pilot if done.state and done.state.pilot else pilot
        return Tried(idea=idea, version=done.version, pilot=pilot)

    router.include_router(_trying(parts, settings, ideas))
    return router


def _trying(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes of a pilot that runs."""
    router = APIRouter()

    @router.post("/{pilot}/measurements", status_code=201, summary="Record a measurement")
    async def record_measurement(
        who: Employee, once: Once, idea: UUID, pilot: UUID, taken: Measurement
    ) -> Tried:
        command = RecordMeasurement(
            PilotId(pilot), PersonId(who.subject), parts.clock.now(), taken.value, taken.remark,
            "desk" in who.roles,
        )  # fmt: skip
        done = await ideas.handle(idea, command, once)
        return Tried(idea=idea, version=done.version, pilot=pilot)

    @router.post("/{pilot}/conclusion", status_code=201, summary="Conclude it, with a learning")
    async def conclude_pilot(
        who: Employee, once: Once, idea: UUID, pilot: UUID, end: Conclusion
    ) -> Concluded:
        now = parts.clock.now()
        terms = await terms_of(ideas, idea)
        due = (
            parts.calendar.end_of(end.ends_on) if end.ends_on
            else decision_by(parts.calendar, settings, now, terms)
        )  # fmt: skip
        command = ConcludePilot(
            pilot=PilotId(pilot), by=PersonId(who.subject), at=now, outcome=end.outcome,
            learning=end.learning, due=due, ends_on=end.ends_on, at_desk="desk" in who.roles,
            latest=latest(parts, settings.longest_pilot_days),
        )  # fmt: skip
        done = await ideas.handle(idea, command, once)
        return Concluded(idea=idea, version=done.version, pilot=pilot, outcome=end.outcome)

    return router
