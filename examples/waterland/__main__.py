"""Writes the files of the organisation.

    cd examples && python -m waterland FOLDER [--seed 1] [--until 2026-10-31]

The same seed and day give the same bytes. The history is in the organisation's own words;
examples/mappings/waterland.toml says what they mean.
"""

import argparse
import csv
import gzip
import io
import json
import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from waterland import figures
from waterland.directory import Person, people
from waterland.history import History
from waterland.usage import HEADS, usage


def write(folder: Path, seed: int, until: date) -> None:
    """Write who there is, what they proposed, what they used, and the reports of other systems."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    directory = people(chance)
    _table(folder / "people.csv", Person._fields, directory)
    facts = History(chance, directory, until).facts_told()
    lines = (json.dumps(fact.content, ensure_ascii=False) + "\n" for fact in facts)
    (folder / "history.jsonl").write_text("".join(lines), "utf-8")
    rows = sorted(usage(chance, directory, until))
    _table(folder / "usage.csv.gz", HEADS, rows)
    first, corrected = figures.workforce(chance, directory, until)
    _table(folder / "workforce.csv", figures.WORKFORCE, first)
    _table(folder / "workforce-corrected.csv", figures.WORKFORCE, corrected)
    _table(folder / "outcomes.csv", figures.OUTCOMES, figures.outcomes(chance, until))
    print(
        f"{len(directory):,} people, {len(facts):,} facts, {len(rows):,} rows of usage in {folder}"
    )


def _table(path: Path, heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(heads)
    table.writerows(rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 10, 31))
    given = parser.parse_args()
    write(given.folder, given.seed, given.until)


if __name__ == "__main__":
    main()
