"""`kiem import workforce` and `kiem import outcomes`: counts of other systems, from files."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.import_people import KAFKA, Yes, agreed
from cli.console import heading, say, table
from cli.outside import publish, read_latest
from cli.progress import progress
from cli.settings import needed, read_settings
from cli.tables import Columns
from cli.workforce import (
    E,
    corrections,
    read_outcomes,
    read_workforce,
    report_key,
    revised,
)  # fmt: skip
from contracts.outside import WORKFORCE_TOPIC

Preview = Annotated[bool, typer.Option("--dry-run", help="Only show what is new.")]
_SHOWN = 12


def import_workforce(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV: department,month,persons,sick_days,available_days and, if known,"
            " leavers,leavers_voluntary,leavers_first_year; .gz too."
        ),
    ],
    *,
    yes: Yes = False,
    dry_run: Preview = False,
) -> None:
    """Bring in the workforce in numbers: one line a department and month, never a person."""
    events = read_workforce(Columns(file), datetime.now(UTC))
    _import(events, "kiem/import/workforce", "Workforce", yes=yes, dry_run=dry_run)


def import_outcomes(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV: measure,unit,period,value and, if known, department,n; a period is a month"
            " (2026-02), a quarter (2026-Q1) or a year; .gz too."
        ),
    ],
    *,
    yes: Yes = False,
    dry_run: Preview = False,
) -> None:
    """Bring in what came of it all, as other systems measure it: productivity, satisfaction."""
    events = read_outcomes(Columns(file), datetime.now(UTC))
    _import(events, "kiem/import/outcomes", "Outcomes", yes=yes, dry_run=dry_run)


def _import(events: Sequence[E], source: str, title: str, *, yes: bool, dry_run: bool) -> None:
    bootstrap = needed(read_settings().kafka, "KIEM_KAFKA_BOOTSTRAP", KAFKA)
    known = asyncio.run(read_latest(bootstrap, WORKFORCE_TOPIC, report_key))
    changed = revised(events, known)
    corrected = corrections([event for _, event in changed], known)
    say(
        f"{len(events):,} lines: {len(changed) - len(corrected):,} new, {len(corrected):,}"
        f" corrected, {len(events) - len(changed):,} as before."
    )
    if corrected:
        heading("What is corrected; what was told before stays known")
        table(("about", "was", "becomes"), corrected[:_SHOWN])
    if dry_run:
        say("Nothing was sent.")
    elif changed and (yes or agreed()):
        with progress(title, len(changed), "events") as advance:
            asyncio.run(publish(bootstrap, source, changed, advance))
