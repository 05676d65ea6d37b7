"""`kiem import people`: the directory, from a file."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import as_json, heading, say, table, warn
from cli.context import services
from cli.failures import Exit, Failure
from cli.outside import publish, read_latest
from cli.people import Difference, Person, difference, read_people
from cli.progress import Advance, progress
from cli.services import LONG, Services
from cli.settings import needed, read_settings
from cli.tables import Columns
from cli.tokens import OPERATOR
from contracts.outside import PEOPLE_TOPIC, PersonLeft, PersonListed
from contracts.vocabulary import Event, PersonId
from history.portions import portions
from history.together import together

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
KAFKA = "a Kafka server, as host:port"
_SHOWN = 12
AT_ONCE, _MOST, _MOST_BYTES = 2, 200, 50_000


def import_people(
    file: Annotated[
        Path, typer.Argument(help="CSV: id,name,mail,department,lead,roles,language; .gz too.")
    ],
    *,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the difference.")] = False,
    leavers: Annotated[
        bool, typer.Option("--leavers", help="Who is not in the file does not work here any more.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="New people were there since this day; else since now.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Bring in the directory: who works where goes to Kafka, names and addresses to notifications.

    Shows the difference first. It can be repeated: who did not change is not published again.
    """
    now = datetime.now(UTC)
    people = read_people(Columns(file), there_since(since, now))
    bootstrap = needed(read_settings().kafka, "KIEM_KAFKA_BOOTSTRAP", KAFKA)
    known = asyncio.run(read_latest(bootstrap, PEOPLE_TOPIC, _person_of))
    found = difference(people, known, now, leavers=leavers)
    if since and found.changed:
        raise Failure(
            f"--since is for new people, and {len(found.changed):,} are known otherwise. Import"
            " without it: what changes, changes now."
        )
    _show(found, len(people), leavers=leavers, json=json)
    if dry_run or not (yes or agreed()):
        raise typer.Exit(Exit.DONE)
    with services() as reachable, progress("Contacts", len(people), "people") as advance:
        refused = keep_contacts(reachable, people, advance)
    events = [one for one in found.events if getattr(one[1], "person", None) not in refused]
    with progress("Directory", len(events), "events") as advance:
        asyncio.run(publish(bootstrap, "kiem/import/people", events, advance))
    for person, reason in refused.items():
        warn(f"{person} was left out: {reason}")
    if refused:
        raise typer.Exit(Exit.INCOMPLETE)


def there_since(day: str | None, now: datetime) -> datetime:
    """Return the first moment of a day, in UTC; raise Failure where it is no day, or to come."""
    if day is None:
        return now
    try:
        since = datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        raise Failure(f"--since {day} is no day such as 2026-01-31.", Exit.USAGE) from None
    if since > now:
        raise Failure(f"--since {day} is still to come.", Exit.USAGE)
    return since


def _person_of(event: Event) -> PersonId | None:
    return event.person if isinstance(event, PersonListed | PersonLeft) else None


def agreed() -> bool:
    try:
        return typer.confirm("Import this?", default=False)
    except typer.Abort:
        raise Failure("Nothing was imported. With --yes nobody is asked.") from None


def keep_contacts(reachable: Services, people: list[Person], advance: Advance) -> dict[str, str]:
    """Hand over names and addresses; return whose were refused, and why."""

    def keep(portion: list[dict[str, Any]]) -> Any:
        body = {"items": portion}
        path = "/v1/people/contacts"
        return reachable.tell(
            "notifications", path, body, who=OPERATOR, method="PUT", patience=LONG
        )  # fmt: skip

    items = [
        {"person": person.listed.person, "name": person.name, "mail": person.mail,
         "language": person.listed.language}
        for person in people
    ]  # fmt: skip
    refused: dict[str, str] = {}
    told = together(keep, portions(items, most=_MOST, most_bytes=_MOST_BYTES), AT_ONCE)
    for portion, answer in told:
        advance(len(portion))
        results = answer["items"]
        refused |= {one["person"]: one["reason"] for one in results if one["result"] == "refused"}
    return refused


def _show(found: Difference, total: int, *, leavers: bool, json: bool) -> None:
    if json:
        as_json({
            "people": total, "new": found.new, "changed": found.changed,
            "unchanged": found.unchanged, "not_in_the_file": found.missing,
        })  # fmt: skip
        return
    say(
        f"{total:,} people: {len(found.new):,} new, {len(found.changed):,} changed,"
        f" {found.unchanged:,} as before; names and addresses are brought up to date."
    )
    if found.changed:
        heading("Changed")
        fields = Counter(name for names in found.changed.values() for name in names)
        table(("field", "people"), fields.most_common(), right=(1,))
        rows = [(who, ", ".join(what)) for who, what in list(found.changed.items())[:_SHOWN]]
        table(("person", "what"), rows)
    if found.missing:
        fate = "have left" if leavers else "are not in the file and stay (--leavers: they left)"
        shown = ", ".join(found.missing[:_SHOWN])
        say(f"{len(found.missing):,} people {fate}: {shown}")
