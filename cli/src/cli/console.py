"""What the command line shows: tables and sentences on standard output, the rest beside it."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_PIPED = 140
out = Console(width=None if sys.stdout.isatty() else _PIPED, highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """Print a sentence; what looks like markup in it is text."""
    out.print(escape(text))


def warn(text: str) -> None:
    err.print(escape(text))


def heading(text: str) -> None:
    out.print(f"\n[bold]{escape(text)}[/bold]")


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()
) -> None:
    """Print a table; `right` are the columns of numbers."""
    shown = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
    for place, head in enumerate(heads):
        shown.add_column(head, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    out.print(shown)


def as_json(found: Any) -> None:
    """Print something for programs."""
    plain = msgspec.to_builtins(found)
    sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")


def lines_shown(numbers: Sequence[int], most: int = 8) -> str:
    """Return line numbers, the first few of them."""
    shown = ", ".join(map(str, numbers[:most]))
    more = len(numbers) - most
    return f"{shown} and {more:,} more" if more > 0 else shown
