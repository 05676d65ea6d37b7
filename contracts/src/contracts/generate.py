"""Writes what is derived from the events: schemas, their history, AsyncAPI, the page of events.

`python -m contracts.generate` writes it into the source tree; with `--check` it writes nothing,
says what differs, and ends with 1 if anything does.
"""

import argparse
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from contracts.catalog import DECLARED
from contracts.publishing import asyncapi, events_page, history, schemas
from contracts.publishing.compatibility import breaches
from contracts.publishing.golden import read_golden

PACKAGE = Path(__file__).parent
SCHEMAS = Path("contracts") / "src" / "contracts" / "schemas"
COMMAND = "python -m contracts.generate"


class CannotBePublished(Exception):
    """The events of today break what was published; the arguments say how, one each."""


def derived(root: Path) -> dict[Path, str]:
    """Return the text of every derived file below the folder that holds `contracts/`."""
    home, folder = root / "contracts", root / SCHEMAS
    release = tomllib.loads((home / "pyproject.toml").read_text())["project"]["version"]
    current = {type_: schemas.schema_of(kind) for type_, kind in DECLARED.items()}
    published = history.read_history(folder)
    if broken := breaches(current, published):
        raise CannotBePublished(*broken)
    for type_, schema in current.items():
        published[type_] = history.appended(published.get(type_, ()), schema, release)
    golden = {type_: read_golden(home / "golden", type_) for type_ in DECLARED}
    texts = {f"{type_}.schema.json": schemas.text(schema) for type_, schema in current.items()}
    return {
        **{folder / name: content for name, content in texts.items()},
        **{folder / name: content for name, content in history.files(published).items()},
        home / "asyncapi.json": schemas.text(asyncapi.document(current, golden, release)),
        root / "docs" / "events.md": events_page.page(published),
    }


def drifted(root: Path, expected: Mapping[Path, str]) -> list[str]:
    """Return what in the tree is not as it is derived, a sentence each."""
    found = []
    for file, content in expected.items():
        if not file.exists():
            found.append(f"{file.relative_to(root)} is missing")
        elif file.read_text() != content:
            found.append(f"{file.relative_to(root)} differs from what is declared")
    return found + [
        f"{file.relative_to(root)} belongs to no event" for file in _left(root, expected)
    ]


def _left(root: Path, expected: Mapping[Path, str]) -> list[Path]:
    """Current schemas of events that are declared no more; published ones are never left over."""
    return sorted({*(root / SCHEMAS).glob("kiem.*.schema.json")} - expected.keys())


def write(root: Path, expected: Mapping[Path, str]) -> None:
    for file, content in expected.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text() != content:
            file.write_text(content)
    for file in _left(root, expected):
        file.unlink()


def main(arguments: Sequence[str] | None = None, root: Path = PACKAGE.parents[2]) -> int:
    """Write or check; return the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    check = parser.parse_args(arguments).check
    if not (root / "contracts" / "pyproject.toml").exists():
        return _refuse([f"{root} holds no contracts/: run this in a checkout of the source"])
    try:
        expected = derived(root)
    except CannotBePublished as broken:
        return _refuse([str(sentence) for sentence in broken.args])
    except history.HistoryIsDamaged as damaged:
        return _refuse([str(damaged)])
    if not check:
        write(root, expected)
        return 0
    different = drifted(root, expected)
    return _refuse([*different, f"Run `{COMMAND}` and commit what it writes."]) if different else 0


def _refuse(sentences: Sequence[str]) -> int:
    sys.stderr.write("\n".join(sentences) + "\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
