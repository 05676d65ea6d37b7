"""docs/import.md holds what the commands really say."""

import re
from pathlib import Path

import pytest

from .house import Kiem

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "import.md").read_text("utf-8")


def block(marker: str) -> str:
    found = re.search(rf"<!-- {re.escape(marker)} -->\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found, f"docs/import.md has no block marked {marker}"
    return found[1]


def test_the_mapping_of_the_worked_example_is_the_one_in_the_examples() -> None:
    assert block("mapping: tuinbouw.yaml") == (
        ROOT / "examples" / "mappings" / "tuinbouw.yaml"
    ).read_text("utf-8")


def test_the_worked_example_says_what_the_document_says(kiem: Kiem, tmp_path: Path) -> None:
    history, mapping = tmp_path / "groene-kas.jsonl", tmp_path / "tuinbouw.yaml"
    history.write_text(block("file: groene-kas.jsonl"), "utf-8")
    mapping.write_text(block("mapping: tuinbouw.yaml"), "utf-8")

    found = kiem("import", "history", history, "--mapping", mapping, "--dry-run")

    assert found.exit_code == 3
    said = "\n".join(line.rstrip() for line in found.stdout.splitlines())
    assert said.strip() == block("output").strip()


def test_every_key_that_a_mapping_may_have_is_explained(kiem: Kiem, tmp_path: Path) -> None:
    """A mapping with one wrong key in each table makes the checker name all that are allowed."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        "x: 1\ntime: {x: 1}\nusage: {x: 1}\nhistory:\n  x: 1\n  fields: {x: y}\n"
        "  defaults: {x: y}\n  line: {x: 1}\n  words: {s: {a: {x: 1}}}\n"
    )

    found = kiem("import", "history", wrong, "--mapping", wrong, "--dry-run")
    keys = {
        key
        for listed in re.findall(r"there is no such key; allowed are: (.*)", found.stderr)
        for key in listed.split(", ")
    }

    assert len(keys) > 30
    missing = [
        key for key in sorted(keys) if not re.search(rf"(^|[`.\[]){key}\b", DOCUMENT, re.MULTILINE)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "command", ["history", "usage", "people", "workforce", "outcomes", "unplaced"]
)
def test_every_option_of_an_import_is_explained(kiem: Kiem, command: str) -> None:
    options = set(re.findall(r"--[a-z-]+", kiem("import", command, "--help").stdout))

    assert sorted(options - {"--help"}) == sorted(o for o in options if o in DOCUMENT)
