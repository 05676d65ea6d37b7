"""Light experiments: a team's own time, nobody's decision, and a learning at the end."""

from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.process import Parts
from contracts.vocabulary import ExperimentId, IdeaId, PersonId
from ideas.api.around.reading import Done, Page, Shown, Which, page_of, shown
from ideas.api.words import Body, Employee, Once, Person
from ideas.domain import experiments as domain
from ideas.projections.directory import find_department, known
from ideas.settings import IdeasSettings


class Trial(BaseModel):
    """What the team thinks will happen, and when it tells what did."""

    hypothesis: Body
    ends_on: date
    team: Annotated[list[Person], Field(max_length=50)] = []
    idea: UUID | None = None


class Report(BaseModel):
    went: Literal["well", "otherwise", "nowhere"]
    learning: Body


def experiments(parts: Parts, settings: IdeasSettings) -> APIRouter:
    """Return the routes of experiments."""
    router = APIRouter(prefix="/experiments", tags=["experiments"])
    commands = parts.commands(domain.experiment_decider, "experiment")
    limits = domain.Limits(settings.experiment_weeks, settings.experiment_people)

    @router.get("", summary="Experiments, the newest first")
    async def list_experiments(who: Employee, asked: Which) -> Page:
        return await page_of(parts, commands, "experiment", who, asked)

    @router.get("/{experiment}", summary="One experiment, with what was learned")
    async def read_experiment(_: Employee, experiment: UUID) -> Shown:
        return shown(experiment, await commands.history(experiment))

    @router.post("", status_code=201, summary="Start a light experiment; nobody has to allow it")
    async def start_experiment(who: Employee, once: Once, trial: Trial) -> Done:
        now, by = parts.clock.now(), PersonId(who.subject)
        department = await find_department(parts.db.pool, by)
        team = await known(parts.db.pool, trial.team)
        today = parts.calendar.local_date(now)
        until = today + timedelta(weeks=limits.weeks)
        over = parts.calendar.end_of(min(trial.ends_on, until))  # a later one is refused
        due = parts.calendar.add_working_days(over, settings.learning_days)
        command = domain.StartExperiment(
            ExperimentId(uuid7()), by, now, today, trial.ends_on, due,
            trial.hypothesis, tuple(p for p in team if p != by), department,
            IdeaId(trial.idea) if trial.idea else None, limits,
        )  # fmt: skip
        async with parts.db.transaction() as tx:
            done = await commands.handle(command.experiment, command, once, tx)
            if not done.repeated:
                await parts.timers.set(tx, done.stream, domain.ENDED, over)
        parts.wake()
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)

    @router.post("/{experiment}/report", summary="Tell what was learned")
    async def report_experiment(who: Employee, once: Once, experiment: UUID, told: Report) -> Done:
        command = domain.ReportExperiment(
            PersonId(who.subject),
            parts.clock.now(),
            told.went,
            told.learning,
            "desk" in who.roles,
        )
        done = await commands.handle(experiment, command, once)
        return Done(matter=experiment, version=done.version)

    return router
