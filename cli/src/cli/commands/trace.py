"""`kiem trace`: what one request set in motion, through every service."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.tree import Tree

from cli.console import as_json, out, say
from cli.failures import Exit, Failure
from cli.settings import needed, read_settings
from cli.spans import Branch, Span, as_trees, read_trace, services_in

_HEX = 32
_COLOURS = {"ideas": "green", "feedback": "yellow", "metrics": "cyan", "notifications": "magenta"}


def trace(
    trace_id: Annotated[str, typer.Argument(help="32 hexadecimal digits, as in a timeline.")],
    *,
    all_spans: Annotated[
        bool, typer.Option("--all", help="Show each database call, instead of their number.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print for programs.")] = False,
) -> None:
    """Show the spans of a trace as a tree. Exit code 1 if there are none."""
    wanted = trace_id.lower()
    if len(wanted) != _HEX or not set(wanted) <= set("0123456789abcdef"):
        raise Failure(f"'{trace_id}' is no trace id: it has {_HEX} hexadecimal digits", Exit.USAGE)
    folder = Path(needed(read_settings().traces, "KIEM_TRACES_FOLDER", "where span files are"))
    spans = read_trace(folder, wanted)
    if not spans:
        raise Failure(
            f"No span of this trace is in {folder}. Spans are written some seconds after the work;"
            " old files are written over."
        )
    if json:
        as_json(spans)
    else:
        show_trace(spans, wanted, all_spans=all_spans)


def show_trace(spans: list[Span], wanted: str, *, all_spans: bool = False) -> None:
    """Print a trace: its own spans as one tree, linked ones after it."""
    begin = spans[0].start
    for top in as_trees(spans):
        branch = top if all_spans else _without_database(top)
        tree = Tree(_label(branch, begin, wanted))
        _grow(tree, branch, begin, wanted)
        out.print(tree)
    lasted = (max(span.end for span in spans) - begin) / 1e6
    names = ", ".join(sorted(services_in(spans, wanted)))
    say(f"trace {wanted}: {len(spans)} spans in {lasted:,.0f} ms, of {names}")


def _grow(tree: Tree, branch: Branch, begin: int, wanted: str) -> None:
    for child in branch.children:
        _grow(tree.add(_label(child, begin, wanted)), child, begin, wanted)


def _without_database(branch: Branch) -> Branch:
    """Return a branch in which database calls are only counted."""
    calls = sum(child.span.database for child in branch.children)
    kept = [_without_database(child) for child in branch.children if not child.span.database]
    return Branch(branch.span, kept, calls)


def _label(branch: Branch, begin: int, wanted: str) -> str:
    span = branch.span
    colour = _COLOURS.get(span.service.removeprefix("kiem-"), "white")
    name = f"[{colour}]{escape(span.service)}[/{colour}] {escape(span.name)}"
    when = f"+{(span.start - begin) / 1e6:,.0f} ms, {span.milliseconds():,.1f} ms"
    marks = [span.kind] if span.kind not in ("", "internal") else []
    marks += ["failed"] if span.failed else []
    marks += ["linked"] if span.trace != wanted else []
    marks += [f"{branch.calls} database calls"] if branch.calls else []
    return f"{name} [dim]{when}{', ' if marks else ''}{', '.join(marks)}[/dim]"
