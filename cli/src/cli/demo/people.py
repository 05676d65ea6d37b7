"""Who is there to play a part: the directory, as Kafka has it."""

import asyncio
from collections.abc import Mapping

from msgspec import Struct

from cli.outside import Latest, read_latest
from cli.services import Services
from cli.settings import needed
from cli.tokens import Persona
from contracts.outside import PEOPLE_TOPIC, PersonLeft, PersonListed
from contracts.vocabulary import Event, PersonId

Known = Mapping[PersonId, Latest]


def known_people(services: Services) -> Known:
    """Return the newest that was told of everybody."""
    bootstrap = needed(services.settings.kafka, "KIEM_KAFKA_BOOTSTRAP", "a Kafka server")
    return asyncio.run(read_latest(bootstrap, PEOPLE_TOPIC, _person_of))


def those_here(known: Known) -> dict[PersonId, PersonListed]:
    """Return who is in the directory now."""
    found = {person: latest.event for person, latest in known.items()}
    return {p: event for p, event in found.items() if isinstance(event, PersonListed)}


def _person_of(event: Event) -> PersonId | None:
    return event.person if isinstance(event, PersonListed | PersonLeft) else None


class Company(Struct, frozen=True):
    """A department with an author, a reviewer and a lead, and everybody else around it."""

    department: str
    author: Persona
    reviewer: Persona
    lead: Persona
    director: Persona
    others: tuple[Persona, ...]


def company(
    people: Mapping[PersonId, PersonListed], author: str | None, reviewer: str | None
) -> Company | None:
    """Return who plays: who was named, else the first who can; None where a part stays empty."""
    listed = sorted(people.values(), key=lambda one: one.person)
    plain = [one for one in listed if set(one.roles) <= {"employee"}]
    directors = [one for one in listed if "director" in one.roles]
    reviewers = [one for one in listed if "reviewer" in one.roles and one.lead in people]
    answers = next((one for one in reviewers if reviewer in (None, one.person)), None)
    if answers is None or answers.lead is None or not directors:
        return None
    team = [one for one in plain if one.department == answers.department]
    asks = next((one for one in team if author in (None, one.person)), None)
    if asks is None:
        return None
    others = tuple(_as(one) for one in plain if one is not asks)
    return Company(
        str(answers.department), _as(asks), _as(answers), _as(people[answers.lead]),
        _as(directors[0]), others,
    )  # fmt: skip


def _as(one: PersonListed) -> Persona:
    roles = tuple(dict.fromkeys(("employee", *one.roles)))
    return Persona(str(one.person), roles)
