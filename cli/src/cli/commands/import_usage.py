"""`kiem import usage`: rows about who used which tool for what."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from cli.commands.import_history import DryRun, Json, SourceName
from cli.console import as_json, heading, lines_shown, say, table
from cli.context import services
from cli.failures import Exit, Failure
from cli.files import source_name
from cli.past import checked_mapping
from cli.progress import progress
from cli.tables import Columns
from cli.usage import RowReader, UsageAccount, read_rows, send_usage
from history.account import by_reason
from history.mapping.model import USAGE_FIELDS, Mapping, Usage, plain
from history.mapping.moments import moment_parser

File = Annotated[Path, typer.Argument(help="CSV with a line of heads; .gz is read too.")]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="What the columns mean: TOML or YAML.")
]
Tool = Annotated[str | None, typer.Option(help="The tool, if no column says it.")]
Advanced = Annotated[
    list[str] | None, typer.Option(help="A feature that is advanced; may be repeated.")
]


def import_usage(
    file: File,
    mapping: MappingFile = None,
    *,
    tool: Tool = None,
    advanced: Advanced = None,
    source: SourceName = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Import usage of tools: columns at, person, feature, tool, department.

    A row is known by its line: the same file imported again changes nothing, and goes on where it
    was stopped. Exit codes as of `kiem import history`; rows that do not count are listed.
    """
    meaning = checked_mapping(mapping) if mapping else Mapping(file="(none)")
    usage = _meaning(meaning.usage, tool, advanced or [])
    name = source_name(source, meaning.source, file)
    rows = Columns(file, usage.delimiter)
    _require(rows, usage)
    account = UsageAccount()
    events = read_rows(rows, RowReader(usage, moment_parser(meaning.moments)), account)
    if dry_run:
        read = sum(1 for _ in events)
        _show_dry_run(account, read, json=json)
    else:
        with services() as reachable, progress("Usage", rows.count(), "rows") as advance:
            send_usage(reachable, name, events, account, advance)
        _show(account, json=json)
    raise typer.Exit(Exit.INCOMPLETE if account.reasons else Exit.DONE)


def _meaning(usage: Usage | None, tool: str | None, advanced: list[str]) -> Usage:
    found = usage or Usage(fields={name: (name,) for name in USAGE_FIELDS})
    more = found.advanced | {plain(one) for one in advanced}
    return replace(found, tool=tool or found.tool, advanced=more)


def _require(rows: Columns, usage: Usage) -> None:
    heads = rows.heads()
    names = ["at", "person", "feature", *([] if usage.tool else ["tool"])]
    missing = [name for name in names if not any(s in heads for s in usage.fields[name])]
    if missing == ["tool"]:
        raise Failure("Which tool is this? Say it with --tool NAME.", Exit.USAGE)
    if missing:
        raise Failure(
            f"{rows.path}: no column holds {', '.join(missing)}. The columns are:"
            f" {', '.join(heads)}. Say in [usage.fields] of a mapping which is which.",
            Exit.USAGE,
        )


def _show_dry_run(account: UsageAccount, read: int, *, json: bool) -> None:
    features = [(f, "advanced" if a else "", n) for (f, a), n in account.features.most_common()]
    if json:
        as_json({
            "rows": read, "tools": dict(account.tools),
            "not_understood": by_reason(account.reasons),
            "features": [{"feature": f, "advanced": bool(a), "count": n} for f, a, n in features],
        })  # fmt: skip
        return
    say(f"{read:,} rows understood, {len(account.reasons):,} not (nothing was sent).")
    table(("tool", "rows"), account.tools.most_common(), right=(1,))
    table(("feature", "", "rows"), features, right=(2,))
    _show_reasons(account)


def _show(account: UsageAccount, *, json: bool) -> None:
    if json:
        as_json({
            "accepted": account.accepted, "repeated": account.repeated,
            "refused": by_reason(account.reasons),
        })  # fmt: skip
        return
    rows = [
        ("accepted", account.accepted, "count now"),
        ("repeated", account.repeated, "were counted before"),
        ("refused", len(account.reasons), "do not count"),
    ]
    table(("rows", "", ""), rows, right=(1,))
    _show_reasons(account)


def _show_reasons(account: UsageAccount) -> None:
    if account.reasons:
        heading("Rows that do not count")
        found = by_reason(account.reasons).items()
        rows = [(len(lines), why, lines_shown(lines)) for why, lines in found]
        table(("rows", "why", "lines"), rows, right=(0,))
