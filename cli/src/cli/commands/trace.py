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
        show_trace(spans, wanted)


def show_trace(spans: list[Span], wanted: str) -> None:
    """Print a trace: its own spans as one tree, linked ones after it."""
    begin = spans[0].start
    for top in as_trees(spans):
        tree = Tree(_label(top.span, begin, wanted))
        _grow(tree, top, begin, wanted)
        out.print(tree)
    lasted = (max(span.end for span in spans) - begin) / 1e6
    names = ", ".join(sorted(services_in(spans, wanted)))
    say(f"trace {wanted}: {len(spans)} spans in {lasted:,.0f} ms, of {names}")


def _grow(tree: Tree, branch: Branch, begin: int, wanted: str) -> None:
    for child in branch.children:
        _grow(tree.add(_label(child.span, begin, wanted)), child, begin, wanted)


def _label(span: Span, begin: int, wanted: str) -> str:
    colour = _COLOURS.get(span.service.removeprefix("kiem-"), "white")
    name = f"[{colour}]{escape(span.service)}[/{colour}] {escape(span.name)}"
    when = f"+{(span.start - begin) / 1e6:,.0f} ms, {span.milliseconds():,.1f} ms"
    marks = [span.kind] if span.kind not in ("", "internal") else []
    marks += ["failed"] if span.failed else []
    marks += ["linked"] if span.trace != wanted else []
    return f"{name} [dim]{when}{', ' if marks else ''}{', '.join(marks)}[/dim]"
