"""Rows of a CSV file, plain or gzipped, with the line on which each stands."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from cli.failures import Exit, Failure
from cli.files import open_lines

Row = dict[str, str]


class Columns:
    """The rows of a file, one dictionary each; blank cells are left out."""

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        self.path, self.delimiter = path, delimiter

    def require(self, columns: Sequence[str]) -> None:
        """Refuse a file that lacks a column."""
        heads = self.heads()
        if missing := [name for name in columns if name not in heads]:
            raise Failure(
                f"{self.path}: there is no column {', '.join(missing)}; the first line names:"
                f" {', '.join(heads)}",
                Exit.USAGE,
            )

    def heads(self) -> list[str]:
        heads = next((cells for _, cells in self._cells()), [])
        if not heads:
            raise Failure(f"{self.path}: the file is empty; the first line names the columns")
        return [head.strip() for head in heads]

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        heads = self.heads()
        cells = self._cells()
        next(cells, None)
        for line, found in cells:
            if any(cell.strip() for cell in found):
                pairs = zip(heads, found, strict=False)
                yield line, {head: cell.strip() for head, cell in pairs if cell.strip()}

    def count(self) -> int:
        """Return how many lines follow the heads; quoted cells may span some."""
        with open_lines(self.path) as file:
            return max(sum(1 for _ in file) - 1, 0)

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        with io.TextIOWrapper(open_lines(self.path), "utf-8-sig", newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            try:
                for cells in reader:
                    yield reader.line_num, cells
            except UnicodeDecodeError:
                where = f"after line {reader.line_num}"
                raise Failure(f"{self.path}: {where} it is not UTF-8; save it as UTF-8") from None
            except (csv.Error, EOFError, OSError) as error:
                raise Failure(f"{self.path}, line {reader.line_num}: {error}") from None
