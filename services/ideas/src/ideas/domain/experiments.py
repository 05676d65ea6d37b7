"""Light experiments: a team tries something in its own time, and nobody has to allow it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from chassis.decider import Decider, NotAllowed, NotFound, Rejected
from contracts.handed_up import ExperimentHandedUp
from contracts.room import (
    ExperimentEnded,
    ExperimentEvent,
    ExperimentReported,
    ExperimentStarted,
)
from contracts.vocabulary import ExperimentId, IdeaId, PersonId
from ideas.domain.handing_up import HandUp, takes_over

ENDED = "ended"  # the kind of the timer of an experiment's last day


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
    """Only the team tells what it learned, or who took it over from them. Ask one of these."""


class TheTeamIsTooLarge(Rejected):
    """That is more than a small team. Ask for a pilot instead."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How light an experiment is: at most so many weeks, and so many people."""

    weeks: int = 6
    people: int = 8


@dataclass(frozen=True, slots=True)
class StartExperiment:
    """Try something. `due` is when the team tells what it learned at the latest."""

    experiment: ExperimentId
    by: PersonId
    at: datetime
    today: date
    ends_on: date
    due: datetime
    hypothesis: str
    team: tuple[PersonId, ...] = ()
    department: str | None = None
    idea: IdeaId | None = None
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class EndExperiment:
    """Its last day is over: ask the team what it learned, if it did not tell yet."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ReportExperiment:
    by: PersonId
    at: datetime
    went: Literal["well", "otherwise", "nowhere"]
    learning: str
    at_desk: bool = False


ExperimentCommand = StartExperiment | EndExperiment | HandUp | ReportExperiment


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment; `by` began it. `owner` owes the learning until `due`, None where nobody does.

    The team may still tell it after the promise was broken and handed up.
    """

    experiment: ExperimentId
    by: PersonId
    team: frozenset[PersonId]
    ends_on: date
    owner: PersonId | None = None
    due: datetime | None = None
    ended: bool = False
    reported: bool = False


def decide(experiment: Experiment | None, command: ExperimentCommand) -> list[ExperimentEvent]:
    match experiment, command:
        case None, StartExperiment():
            return [_started(command)]
        case _, StartExperiment():
            return []
        case None, EndExperiment() | HandUp():
            return []
        case None, _:
            raise ThereIsNoSuchExperiment
        case Experiment(), EndExperiment():
            return _ended(experiment, command)
        case Experiment(), HandUp():
            return _handed_up(experiment, command)
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
        hypothesis=plan.hypothesis, accountable=plan.by, due=plan.due,
    )  # fmt: skip


def _ended(experiment: Experiment, told: EndExperiment) -> list[ExperimentEvent]:
    if experiment.reported or experiment.ended:
        return []
    return [
        ExperimentEnded(
            at=told.at, experiment=experiment.experiment, author=experiment.by,
            accountable=experiment.owner, due=experiment.due,
        )
    ]  # fmt: skip


def _handed_up(experiment: Experiment, told: HandUp) -> list[ExperimentEvent]:
    if not takes_over(told, experiment.owner, experiment.due):
        return []
    return [
        ExperimentHandedUp(
            at=told.at, experiment=experiment.experiment, author=experiment.by,
            previous=told.previous, accountable=told.accountable, due=told.due,
            cause=told.cause,
        )
    ]  # fmt: skip


def _reported(experiment: Experiment, told: ReportExperiment) -> ExperimentReported:
    if told.by not in experiment.team | {experiment.owner} and not told.at_desk:
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
            team = frozenset({event.by, *event.team})
            return Experiment(
                event.experiment, event.by, team, event.ends_on, event.accountable, event.due
            )
        case Experiment(), ExperimentEnded():
            return replace(experiment, ended=True)
        case Experiment(), ExperimentHandedUp():
            return replace(experiment, owner=event.accountable, due=event.due)
        case Experiment(), ExperimentReported():
            return replace(experiment, reported=True, owner=None, due=None)
        case _:
            return experiment


experiment_decider = Decider[Experiment | None, ExperimentCommand, ExperimentEvent](
    None, decide, evolve
)
