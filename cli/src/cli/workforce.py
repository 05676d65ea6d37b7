"""The workforce in numbers, and what came of it all, as files of other systems have them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from cli.failures import Failure
from cli.outside import Latest, event_id, same
from cli.tables import Columns
from contracts.outside import OutcomeReported, WorkforceReported
from contracts.vocabulary import Event

NEEDED = ("department", "month", "persons", "sick_days", "available_days")
MORE = ("leavers", "leavers_voluntary", "leavers_first_year")
OUTCOME_NEEDED = ("measure", "unit", "period", "value")
OUTCOME_MORE = ("department", "n")
Key = tuple[str, ...]
E = TypeVar("E", WorkforceReported, OutcomeReported)


def read_workforce(columns: Columns, at: datetime) -> list[WorkforceReported]:
    """Read the lines; every fault is said with its line, and then nothing is imported."""
    columns.require(NEEDED)
    return _read(columns, WorkforceReported, (*NEEDED, *MORE), at)


def read_outcomes(columns: Columns, at: datetime) -> list[OutcomeReported]:
    """Read the lines; a line without a department is about the organisation."""
    columns.require(OUTCOME_NEEDED)
    return _read(columns, OutcomeReported, (*OUTCOME_NEEDED, *OUTCOME_MORE), at)


def _read(columns: Columns, kind: type[E], names: Sequence[str], at: datetime) -> list[E]:
    events: list[E] = []
    faults: list[str] = []
    seen: dict[Key, int] = {}
    for line, row in columns:
        told: dict[str, Any] = {name: row[name] for name in names if row.get(name)}
        try:
            event = msgspec.convert({**told, "at": at}, kind, strict=False)
        except msgspec.ValidationError as error:
            faults.append(f"line {line}: {error}")
            continue
        key = report_key(event) or ()
        if key in seen:
            faults.append(f"line {line}: line {seen[key]} is about the same already")
        seen[key] = line
        events.append(event)
    if faults:
        shown = "\n".join(f"  {fault}" for fault in faults[:20])
        raise Failure(f"{columns.path}: nothing was imported, because of\n{shown}")
    return events


def report_key(event: Event) -> Key | None:
    """Return what a report is about; a later one about the same corrects it."""
    match event:
        case WorkforceReported():
            return (event.department, event.month)
        case OutcomeReported():
            return (event.measure, event.department, event.period)
        case _:
            return None


def revised(events: Sequence[E], known: dict[Key, Latest]) -> list[tuple[str, Event]]:
    """Return the reports that say something new, with their ids."""
    found: list[tuple[str, Event]] = []
    for event in events:
        before = known.get(report_key(event) or ())
        if not same(event, before):
            found.append((event_id(event, before), event))
    return found


def corrections(events: Sequence[Event], known: dict[Key, Latest]) -> list[tuple[str, str, str]]:
    """Return which reports correct an earlier one: what each is about, what it was and becomes."""
    found: list[tuple[str, str, str]] = []
    for event in events:
        key = report_key(event) or ()
        if before := known.get(key):
            old, new = msgspec.to_builtins(before.event), msgspec.to_builtins(event)
            changed = [name for name in new if name != "at" and old.get(name) != new[name]]
            was = ", ".join(f"{name} {old.get(name)}" for name in changed)
            found.append((" ".join(key), was, ", ".join(f"{n} {new[n]}" for n in changed)))
    return found
