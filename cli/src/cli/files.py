"""Files as they lie on this machine; every no is a sentence that names the file."""

import gzip
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import history.files
from cli.failures import Failure
from history.trouble import Unreadable


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
            yield from history.files.numbered(file, path.name)
        except Unreadable as error:
            raise Failure(f"{path}: {error}") from None


def raw_lines(path: Path, wanted: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield the text of some lines, as it is kept when it was not understood."""
    yield from history.files.raw_lines(numbered(path), wanted)


def source_name(given: str | None, mapped: str | None, path: Path) -> str:
    """Return the name that makes the lines of this file the same lines next time."""
    try:
        return history.files.source_name(given, mapped, path.name)
    except Unreadable as error:
        raise Failure(str(error)) from None
