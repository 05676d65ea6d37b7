"""Who plays: an employee of the directory, or two people who are listed for the occasion."""

import asyncio
import random
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from cli.demo.people import known_people, those_here
from cli.outside import Latest, event_id, publish
from cli.services import Services
from cli.settings import needed
from cli.tokens import OPERATOR, Persona
from contracts.outside import PersonListed
from contracts.vocabulary import Event, PersonId

# Listed where no directory was imported, so that an idea finds a reviewer there too.
_STRANGERS = (
    ("demo-sanne", "Sanne Kiewiet", "employee"),
    ("demo-joost", "Joost van Aalst", "reviewer"),
)


class Cast(Struct, frozen=True):
    """The author, and what they are called."""

    author: Persona
    name: str
    department: str | None
    of_directory: bool


def cast(services: Services) -> Cast:
    """Choose an author who has somebody to review: another one each time."""
    bootstrap = needed(services.settings.kafka, "KIEM_KAFKA_BOOTSTRAP", "a Kafka server")
    known = known_people(services)
    people = those_here(known)
    reviewers = [p for p in people.values() if "reviewer" in p.roles]
    authors = [p for p in people.values() if _fits(p, reviewers)]
    if not authors:
        _list_strangers(services, bootstrap, known)
        name, department = _STRANGERS[0][1], "demo"
        return Cast(_employee(PersonId(_STRANGERS[0][0])), name, department, of_directory=False)
    chosen = random.choice(authors)  # noqa: S311 - any of them will do
    return Cast(
        _employee(chosen.person), _name(services, chosen.person), chosen.department,
        of_directory=True,
    )  # fmt: skip


def _fits(person: PersonListed, reviewers: list[PersonListed]) -> bool:
    """Tell whether a person may play the author: who works by day reads mail."""
    if "reviewer" in person.roles or person.attributes.get("shift", "day") != "day":
        return False
    others = [r for r in reviewers if r.person not in (person.person, person.lead)]
    return any(r.department == person.department for r in others)


def _employee(person: PersonId) -> Persona:
    return Persona(str(person), ("employee",))


def _name(services: Services, person: PersonId) -> str:
    found = services.get("notifications", "/v1/people", params={"ids": str(person)})
    told: str = found.get(str(person), {}).get("name", str(person))
    return told


def _list_strangers(services: Services, bootstrap: str, known: Mapping[PersonId, Latest]) -> None:
    events: list[tuple[str, Event]] = []
    for person, name, role in _STRANGERS:
        body = {"name": name, "mail": f"{person}@example.org", "language": "nl"}
        path = f"/v1/people/{person}/contact"
        services.tell("notifications", path, body, who=OPERATOR, method="PUT")
        listed = PersonListed(
            at=datetime.now(UTC), person=PersonId(person), department="demo",
            roles=("employee", role) if role != "employee" else ("employee",),
        )  # fmt: skip
        before = known.get(PersonId(person))
        if before is None or not isinstance(before.event, PersonListed):
            events.append((event_id(listed, before), listed))
    asyncio.run(publish(bootstrap, "kiem/import/people", events, lambda _: None))
