"""Light experiments: a team tries something in its own time, and nobody has to allow it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from chassis.decider import Decider, NotAllowed, NotFound, Rejected
from contracts.room import ExperimentEvent, ExperimentReported, ExperimentStarted
from contracts.vocabulary import ExperimentId, IdeaId, PersonId


class ThereIsNoSuchExperiment(NotFound):
    """There is no experiment under this id. Look at the id."""


class AnExperimentIsShort(Rejected):
    """A light experiment has an end within the weeks that the house allows. Give an earlier end."""

    def __init__(self, latest: date) -> None:
        super().__init__(
            f"A light experiment ends by {latest.isoformat()} at the latest, if it begins today. "
            "Give that day, or an earlier one."
        )


class AnExperimentEndsLater(Rejected):
    """That end date is over. Give one that is still to come."""


class TheExperimentIsReported(Rejected):
    """What was learned is told already. Share what came later as a learning of its own."""


class OnlyTheTeamReports(NotAllowed):
    """Only the team tells what it learned. Ask one of its members."""


class TheTeamIsTooLarge(Rejected):
    """That is more than a small team. Ask for a pilot instead."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How light an experiment is: at most so many weeks, and so many people."""

    weeks: int = 6
    people: int = 8


@dataclass(frozen=True, slots=True)
class StartExperiment:
    experiment: ExperimentId
    by: PersonId
    at: datetime
    today: date
    ends_on: date
    hypothesis: str
    team: tuple[PersonId, ...] = ()
    department: str | None = None
    idea: IdeaId | None = None
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class ReportExperiment:
    by: PersonId
    at: datetime
    went: Literal["well", "otherwise", "nowhere"]
    learning: str


ExperimentCommand = StartExperiment | ReportExperiment


@dataclass(frozen=True, slots=True)
class Experiment:
    experiment: ExperimentId
    team: frozenset[PersonId]
    ends_on: date
    reported: bool = False


def decide(experiment: Experiment | None, command: ExperimentCommand) -> list[ExperimentEvent]:
    match experiment, command:
        case None, StartExperiment():
            return [_started(command)]
        case _, StartExperiment():
            return []
        case None, _:
            raise ThereIsNoSuchExperiment
        case Experiment(), ReportExperiment():
            return [_reported(experiment, command)]


def _started(plan: StartExperiment) -> ExperimentStarted:
    if plan.ends_on <= plan.today:
        raise AnExperimentEndsLater
    latest = plan.today + timedelta(weeks=plan.limits.weeks)
    if plan.ends_on > latest:
        raise AnExperimentIsShort(latest)
    if len({plan.by, *plan.team}) > plan.limits.people:
        raise TheTeamIsTooLarge
    return ExperimentStarted(
        at=plan.at, experiment=plan.experiment, by=plan.by, team=plan.team,
        department=plan.department, idea=plan.idea, ends_on=plan.ends_on,
        hypothesis=plan.hypothesis,
    )  # fmt: skip


def _reported(experiment: Experiment, told: ReportExperiment) -> ExperimentReported:
    if told.by not in experiment.team:
        raise OnlyTheTeamReports
    if experiment.reported:
        raise TheExperimentIsReported
    return ExperimentReported(
        at=told.at, experiment=experiment.experiment, by=told.by, went=told.went,
        learning=told.learning,
    )  # fmt: skip


def evolve(experiment: Experiment | None, event: ExperimentEvent) -> Experiment | None:
    match experiment, event:
        case None, ExperimentStarted():
            return Experiment(event.experiment, frozenset({event.by, *event.team}), event.ends_on)
        case Experiment(), ExperimentReported():
            return Experiment(experiment.experiment, experiment.team, experiment.ends_on, True)
        case _:
            return experiment


experiment_decider = Decider[Experiment | None, ExperimentCommand, ExperimentEvent](
    None, decide, evolve
)
