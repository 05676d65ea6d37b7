"""Tells the outcome: a table for people, in a terminal or in Markdown, and JSON for programs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill

import msgspec

from benchmarks.harness.outcome import Bar, Contest, Report, Row, number


def table(row: Row) -> list[str]:
    """Return a row as lines of text, columns in line."""
    lines = [f"{row.title}   (load {row.load[0]:.1f} → {row.load[1]:.1f}, {row.seconds:.0f} s)"]
    for contest in row.contests:
        lines += ["", *_aligned([_head(contest), *_cells(contest)])]
    lines += ["", *(_verdict(bar) for bar in row.bars)] if row.bars else []
    return [*lines, *(f"  {note}" for note in row.notes)]


def markdown(row: Row) -> list[str]:
    """Return a row as lines of Markdown."""
    lines = [f"### {row.title}", ""]
    for contest in row.contests:
        head = _head(contest)
        lines += [_piped(head), _piped(["---", *["---:"] * (len(head) - 1)])]
        lines += [*map(_piped, _cells(contest)), ""]
    if row.bars:
        lines += [_piped(("bar", "wanted", "reached", "")), _piped(["---"] * 4)]
        lines += [_piped((b.what, b.wanted, b.reached, _word(b))) for b in row.bars]
        lines += [""]
    return [*lines, *(_wrapped(note) for note in row.notes), *([""] if row.notes else [])]


def save(report: Report, path: Path) -> None:
    """Write the report as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")


def load(path: Path) -> Report:
    """Read a report back."""
    return msgspec.json.decode(path.read_bytes(), type=Report)


def _head(contest: Contest) -> tuple[str, ...]:
    against = ("Kiem is",) if contest.ours else ()
    return f"{contest.title}, {contest.unit}", "median", "lowest", "highest", *against


def _cells(contest: Contest) -> Iterator[tuple[str, ...]]:
    for name, found in contest.summaries().items():
        cells = name, number(found.median), number(found.low), number(found.high)
        if not contest.ours:
            yield cells
        else:
            yield *cells, "" if name == contest.ours else f"{contest.ratio(name):.2f} ×"


def _verdict(bar: Bar) -> str:
    return f"  {_word(bar):<6}  {bar.what}: {bar.reached} (wanted {bar.wanted})"


def _word(bar: Bar) -> str:
    return "met" if bar.met else "MISSED"


def _aligned(cells: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  " + "  ".join([
            first.ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)),
        ]).rstrip()
        for first, *others in cells
    ]  # fmt: skip


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _wrapped(note: str) -> str:
    return fill(note, 120, initial_indent="- ", subsequent_indent="  ", break_long_words=False)
