"""The directory as a file: who works where, and what changes when it is imported."""

import re
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from cli.failures import Exit, Failure
from cli.outside import Latest, event_id, same
from cli.tables import Columns, Row
from contracts.outside import PersonLeft, PersonListed
from contracts.vocabulary import Event, PersonId

COLUMNS = ("id", "name", "mail", "department", "lead", "deputy", "roles", "language", "calendar")
NEEDED = ("id", "name", "department")
ROLES = frozenset({"employee", "reviewer", "lead", "director", "desk", "hr", "council"})
LANGUAGES = ("nl", "en")
_ID = re.compile(r"[^\s@]{1,200}")
_SEPARATORS = re.compile(r"[;,\s]+")


class Person(Struct, frozen=True):
    """A line of the directory."""

    line: int
    listed: PersonListed
    name: str
    mail: str | None


class Difference(Struct):
    """What an import would change."""

    new: list[PersonId] = field(default_factory=list)
    changed: dict[PersonId, list[str]] = field(default_factory=dict)
    missing: list[PersonId] = field(default_factory=list)
    unchanged: int = 0
    events: list[tuple[str, Event]] = field(default_factory=list)


def read_people(columns: Columns, at: datetime) -> list[Person]:
    """Read a directory; every fault in it is said with its line, and then nothing is imported."""
    columns.require(NEEDED)
    attributes = [name for name in columns.heads() if name and name not in COLUMNS]
    people: dict[str, Person] = {}
    faults: list[str] = []
    for line, row in columns:
        wrong = list(_faults(row))
        name = row.get("id", "")
        if name in people:
            wrong.append(f"'{name}' stands on line {people[name].line} already")
        faults += [f"line {line}: {fault}" for fault in wrong]
        if not wrong:
            people[name] = _person(line, row, attributes, at)
    if faults:
        shown = "\n".join(f"  {fault}" for fault in faults[:20])
        more = f"\n  and {len(faults) - 20} more" if len(faults) > 20 else ""  # noqa: PLR2004
        raise Failure(
            f"{columns.path}: nothing was imported, because of\n{shown}{more}", Exit.FAILED
        )
    return list(people.values())


def _faults(row: Row) -> Iterable[str]:
    for name in ("id", "lead", "deputy"):
        if name in row and not _ID.fullmatch(row[name]):
            yield f"{name}: an id without spaces or @ is expected (it is published)"
    if "id" not in row:
        yield "id: it is empty"
    if "name" not in row:
        yield "name: it is empty"
    if "mail" in row and row["mail"].count("@") != 1:
        yield "mail: it looks like name@example.org"
    if row.get("language", "nl") not in LANGUAGES:
        yield f"language: it is one of {', '.join(LANGUAGES)}"
    if unknown := sorted(set(_roles(row)) - ROLES):
        yield f"roles: {', '.join(unknown)}: allowed are {', '.join(sorted(ROLES))}"


def _roles(row: Row) -> tuple[str, ...]:
    return tuple(sorted(filter(None, _SEPARATORS.split(row.get("roles", "")))))


def _person(line: int, row: Row, attributes: list[str], at: datetime) -> Person:
    listed = PersonListed(
        at=at, person=PersonId(row["id"]), department=row.get("department"),
        lead=_maybe(row.get("lead")), deputy=_maybe(row.get("deputy")), roles=_roles(row),
        language="en" if row.get("language") == "en" else "nl", calendar=row.get("calendar"),
        attributes={name: row[name] for name in attributes if name in row},
    )  # fmt: skip
    return Person(line, listed, row["name"], row.get("mail"))


def _maybe(person: str | None) -> PersonId | None:
    return PersonId(person) if person else None


def difference(
    people: list[Person], known: dict[PersonId, Latest], at: datetime, *, leavers: bool
) -> Difference:
    """Compare a directory with what was published; `leavers`: who is not in the file has left."""
    found = Difference()
    for person in people:
        listed = person.listed
        before = known.get(listed.person)
        if same(listed, before):
            found.unchanged += 1
            continue
        if before is None or isinstance(before.event, PersonLeft):
            found.new.append(listed.person)
        else:
            found.changed[listed.person] = _changed(listed, before.event)
        found.events.append((event_id(listed, before), listed))
    there = {person.listed.person for person in people}
    gone = (p for p, last in known.items() if isinstance(last.event, PersonListed))
    found.missing = sorted(person for person in gone if person not in there)
    if leavers:
        for person_id in found.missing:
            left = PersonLeft(at=at, person=person_id)
            found.events.append((event_id(left, known[person_id]), left))
    return found


def _changed(now: PersonListed, before: Event) -> list[str]:
    names = ("department", "lead", "deputy", "roles", "language", "calendar", "attributes")
    return [name for name in names if getattr(now, name) != getattr(before, name)]
