"""`kiem import history`: the past of a suggestion box becomes the past of Kiem."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.console import as_json, lines_shown, say, table
from cli.context import services
from cli.failures import Exit
from cli.files import raw_lines, source_name
from cli.past import by_operator, checked_mapping, read_past
from cli.past_report import show_dry_run, show_result
from cli.progress import progress
from cli.services import Services
from cli.tokens import OPERATOR
from history.account import Account, account_of
from history.reading import ReadHistory
from history.report import dry_run_report, result_report
from history.sending import Sender

File = Annotated[
    Path, typer.Argument(help="JSON Lines or CSV, one dated fact a line; .gz is read too.")
]
MappingFile = Annotated[Path, typer.Option("--mapping", help="What the file means: TOML or YAML.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be understood.")]
SourceName = Annotated[
    str | None,
    typer.Option("--source", help="Name of this history; with the line it tells a fact apart."),
]
Cutover = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="From when on open ideas are promised an answer; now if left out.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print for programs.")]


def import_history(
    file: File,
    mapping: MappingFile,
    *,
    dry_run: DryRun = False,
    source: SourceName = None,
    cutover: Cutover = None,
    json: Json = False,
) -> None:
    """Import the history of a suggestion box.

    It can be stopped and started again at any time, and repeated: each line counts once. Exit
    codes: 0 all placed, 3 some lines were not understood or refused (they are kept), 1 an error,
    2 a wrong option or mapping.
    """
    meaning = checked_mapping(mapping)
    name = source_name(source, meaning.source, file)
    found = read_past(file, meaning, datetime.now(UTC) if dry_run else None)
    if dry_run:
        show_dry_run(dry_run_report(found, name), json=json)
        raise typer.Exit(Exit.INCOMPLETE if found.whole.reasons else Exit.DONE)
    account = account_of(found.whole)
    with services() as reachable:
        sender = Sender(by_operator(reachable), name, account)
        send(sender, found, file, cutover_instant(cutover, meaning.moments.zone))
    show_result(account, result_report(account, name), json=json)
    raise typer.Exit(Exit.DONE if account.complete() else Exit.INCOMPLETE)


def send(sender: Sender, found: ReadHistory, file: Path, cutover: datetime | None) -> Account:
    """Send ideas, then who was to review them, then what could not be placed."""
    whole = found.whole
    steps = sum(len(idea.steps) for idea in whole.ideas)
    with progress("Ideas", steps, "steps") as advance:
        sender.ideas(whole.ideas, cutover, advance)
    with progress("Reviewers", len(whole.assignments), "lines") as advance:
        sender.assignments(whole, advance)
    kept = set(sender.account.lines("refused", "unplaced"))
    if kept:
        with progress("Not placed", len(kept), "lines kept") as advance:
            sender.unplaced(raw_lines(file, kept), advance)
    return sender.account


def cutover_instant(day: datetime | None, zone: str) -> datetime | None:
    """Return the moment from which open ideas are promised something; None: from now on."""
    return day and day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def import_unplaced(
    *,
    source: Annotated[str, typer.Option(help="Name of the history.")],
    json: Json = False,
    raw: Annotated[bool, typer.Option("--raw", help="Show the lines as they were.")] = False,
) -> None:
    """List the lines of a history that could not be placed and are kept."""
    with services() as reachable:
        lines = _unplaced(reachable, source)
    if json:
        as_json(lines)
        return
    say(f"{len(lines):,} lines of '{source}' are kept unplaced.")
    if raw:
        gone = "(erased with a person whom it named)"
        table(("line", "why", "raw"), [(x["line"], x["reason"], x["raw"] or gone) for x in lines])
        return
    reasons: dict[str, list[int]] = {}
    for line in lines:
        reasons.setdefault(line["reason"], []).append(line["line"])
    rows = [(len(found), why, lines_shown(found)) for why, found in reasons.items()]
    table(("lines", "why", "which"), rows, right=(0,))


def _unplaced(reachable: Services, source: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        asked = {"source": source, "after": str(after)}
        page = reachable.get("ideas", "/v1/imports/unplaced", who=OPERATOR, params=asked)
        found += page["items"]
        after = page["next"]
    return found
