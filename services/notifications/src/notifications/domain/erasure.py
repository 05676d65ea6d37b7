"""A person is erased: on the word of HR, once, and for ever. Pure."""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Decider
from contracts.outside import PersonErased
from contracts.vocabulary import PersonId


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Everything that a person said, and how to reach them, must go."""

    person: PersonId
    at: datetime


def decide(erased: bool, command: ErasePerson) -> list[PersonErased]:
    if erased:
        return []  # It was said before, and can't be taken back.
    return [PersonErased(person=command.person, at=command.at)]


def evolve(_: bool, __: PersonErased) -> bool:
    return True


decider = Decider[bool, ErasePerson, PersonErased](False, decide, evolve)
