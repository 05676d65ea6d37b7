"""Who stands in for somebody who is away, as they choose it themselves. Pure."""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Decider, Rejected
from contracts.outside import DeputyNamed
from contracts.vocabulary import PersonId


class NobodyDeputisesForThemselves(Rejected):
    """You cannot stand in for yourself. Name a colleague, or nobody."""


class NobodyOfThatName(Rejected):
    """There is nobody of that name in the directory, or they left. Look at the person code."""


@dataclass(frozen=True, slots=True)
class NameDeputy:
    """Somebody else answers for `person` in an absence; None: as the directory says."""

    person: PersonId
    deputy: PersonId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen last."""

    deputy: PersonId | None = None


def decide(choice: Choice, command: NameDeputy) -> list[DeputyNamed]:
    if command.deputy == command.person:
        raise NobodyDeputisesForThemselves
    if command.deputy == choice.deputy:
        return []
    return [DeputyNamed(person=command.person, deputy=command.deputy, at=command.at)]


def evolve(_: Choice, event: DeputyNamed) -> Choice:
    return Choice(event.deputy)


decider = Decider[Choice, NameDeputy, DeputyNamed](Choice(), decide, evolve)
