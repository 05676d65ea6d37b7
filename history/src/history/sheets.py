"""Rows of a CSV file, as lines of JSON that say the same."""

import csv
import io
import json
from collections.abc import Iterator
from typing import BinaryIO

from history.trouble import Numbered, Unreadable

DELIMITERS = (",", ";", "\t", "|")
SURPLUS = "(no column)"
"""What cells are called that stand behind the last column."""


def rows(file: BinaryIO) -> Iterator[Numbered]:
    """Yield each row with the number of its first line; raise Unreadable."""
    with io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        number = 1
        try:
            first = text.readline()
            found = csv.reader(_again(first, text), delimiter=_delimiter(first))
            columns = _columns(next(found, []))
            number = found.line_num + 1
            for cells in found:
                yield number, _line(columns, cells)
                number = found.line_num + 1
        except UnicodeDecodeError:
            raise Unreadable("the file is not UTF-8; save it as CSV UTF-8") from None
        except csv.Error as error:
            raise Unreadable(f"line {number} is no row of CSV: {error}") from None


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(first: str) -> str:
    return max(DELIMITERS, key=first.count)


def _columns(names: list[str]) -> list[str]:
    columns = [name.strip() for name in names]
    for at, name in enumerate(columns):
        if name and name in columns[:at]:
            raise Unreadable(f"the column '{name}' stands twice in line 1; rename one of them")
    return columns


def _line(columns: list[str], cells: list[str]) -> bytes:
    if not any(cell.strip() for cell in cells):
        return b""
    named = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    surplus = [cell for name, cell in zip(columns, cells, strict=False) if not name and cell]
    surplus += [cell for cell in cells[len(columns) :] if cell]
    told = named | ({SURPLUS: surplus} if surplus else {})
    return json.dumps(told, ensure_ascii=False).encode()
