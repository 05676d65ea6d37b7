"""Files as they come: plain or gzipped, line by line, never whole in memory."""

import gzip
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from cli.failures import Failure

LONGEST_KEPT = 64 * 1024
"""How much of a line that was not understood is kept, in bytes."""


def open_lines(path: Path) -> BinaryIO:
    """Open a file for reading lines; `.gz` is unpacked on the way."""
    try:
        if path.suffix == ".gz":
            return cast("BinaryIO", gzip.open(path, "rb"))
        return path.open("rb")
    except FileNotFoundError:
        raise Failure(f"{path}: there is no such file") from None
    except (PermissionError, IsADirectoryError) as error:
        raise Failure(f"{path}: it cannot be read: {error.strerror}") from None


def numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number, from 1, without its end."""
    with open_lines(path) as file:
        try:
            for number, line in enumerate(file, 1):
                yield number, line.rstrip(b"\r\n")
        except (EOFError, gzip.BadGzipFile) as error:
            raise Failure(f"{path}: the gzip file is broken or cut off: {error}") from None


def raw_lines(path: Path, wanted: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield the text of some lines, as it is kept when it was not understood."""
    for number, line in numbered(path):
        if number in wanted:
            kept = line[:LONGEST_KEPT].decode("utf-8", "replace")
            yield number, kept.replace("\0", "�")


def source_name(given: str | None, mapped: str | None, path: Path) -> str:
    """Return the name that makes the lines of this file the same lines next time."""
    name = given or mapped or path.name.removesuffix(".gz").rpartition(".")[0] or path.name
    longest = 100
    if not name.isprintable() or len(name) > longest:
        raise Failure(f"a source name is at most {longest} printable characters")
    return name
