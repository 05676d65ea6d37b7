"""The lines of a file that somebody brings: plain or gzipped, one by one, never whole in memory."""

import gzip
from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO, cast

from history.sheets import rows
from history.trouble import Numbered, Unreadable

LONGEST_KEPT = 64 * 1024
"""How much of a line that was not understood is kept, in bytes."""
LONGEST_SOURCE = 100
"""The most characters of the name of a history."""


def unpacked(file: BinaryIO, name: str) -> BinaryIO:
    """Return what is read from a file of this name; `.gz` is unpacked on the way."""
    return cast("BinaryIO", gzip.open(file, "rb")) if name.endswith(".gz") else file


def numbered(file: BinaryIO, name: str = "") -> Iterator[Numbered]:
    """Yield each line with its number, from 1, without its end; raise Unreadable.

    With a name that ends in `.csv` each row is told as the line of JSON that says the same, with
    the number of the line on which it begins; the first line names the columns.
    """
    try:
        if name.lower().removesuffix(".gz").endswith(".csv"):
            yield from rows(file)
            return
        for number, line in enumerate(file, 1):
            yield number, line.rstrip(b"\r\n")
    except (EOFError, gzip.BadGzipFile) as error:
        raise Unreadable(f"the gzip file is broken or cut off: {error}") from None


def raw_lines(lines: Iterable[Numbered], wanted: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield the text of some lines, as it is kept when it was not understood."""
    for number, line in lines:
        if number in wanted:
            kept = line[:LONGEST_KEPT].decode("utf-8", "replace")
            yield number, kept.replace("\0", "�")


def source_name(given: str | None, mapped: str | None, file: str) -> str:
    """Return the name that makes the lines of this file the same lines next time."""
    name = given or mapped or file.removesuffix(".gz").rpartition(".")[0] or file
    if not name.isprintable() or len(name) > LONGEST_SOURCE:
        raise Unreadable(f"a source name is at most {LONGEST_SOURCE} printable characters")
    return name
