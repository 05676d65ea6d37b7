"""The workforce in numbers, as a file of HR has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from cli.failures import Failure
from cli.outside import Latest, event_id, same
from cli.tables import Columns
from contracts.outside import WorkforceReported
from contracts.vocabulary import Event

NEEDED = ("department", "month", "persons", "sick_days", "available_days")
MORE = ("leavers", "leavers_voluntary", "leavers_first_year")
Key = tuple[str, str]


def read_workforce(columns: Columns, at: datetime) -> list[WorkforceReported]:
    """Read the lines; every fault is said with its line, and then nothing is imported."""
    columns.require(NEEDED)
    events: list[WorkforceReported] = []
    faults: list[str] = []
    seen: dict[Key, int] = {}
    for line, row in columns:
        told: dict[str, Any] = {name: row[name] for name in (*NEEDED, *MORE) if name in row}
        try:
            event = msgspec.convert({**told, "at": at}, WorkforceReported, strict=False)
        except msgspec.ValidationError as error:
            faults.append(f"line {line}: {error}")
            continue
        key = (event.department, event.month)
        if key in seen:
            faults.append(f"line {line}: this department and month are on line {seen[key]} already")
        seen[key] = line
        events.append(event)
    if faults:
        shown = "\n".join(f"  {fault}" for fault in faults[:20])
        raise Failure(f"{columns.path}: nothing was imported, because of\n{shown}")
    return events


def workforce_key(event: Event) -> Key | None:
    """Return what a report is about; a later one about the same corrects it."""
    return (event.department, event.month) if isinstance(event, WorkforceReported) else None


def revised(
    events: Sequence[WorkforceReported], known: dict[Key, Latest]
) -> list[tuple[str, Event]]:
    """Return the reports that say something new, with their ids."""
    found: list[tuple[str, Event]] = []
    for event in events:
        before = known.get((event.department, event.month))
        if not same(event, before):
            found.append((event_id(event, before), event))
    return found
