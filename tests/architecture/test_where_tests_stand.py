"""`make test` looks for the longest tests in one folder each: what stands elsewhere never runs."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("marker", "folder"), [("journey", "tests/journeys/"), ("attacks", "tests/faults/")]
)
def test_all_that_are_marked_so_stand_where_they_are_looked_for(marker: str, folder: str) -> None:
    found = _files_with(re.compile(rf"\bmark\.{marker}\b"))
    assert found
    assert [name for name in found if not name.startswith(folder)] == []


def test_one_place_says_how_random_cases_are_drawn() -> None:
    """A profile is everybody's, whoever loads it: another one drew others each time, in CI too."""
    assert _files_with(re.compile(r"\bsettings\.load_profile\(")) == ["conftest.py"]


def _files_with(words: re.Pattern[str]) -> list[str]:
    told = ["git", "ls-files", "*.py"]
    listed = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True)
    return [
        name for name in listed.stdout.split()
        if (ROOT / name).is_file() and words.search((ROOT / name).read_text("utf-8"))
    ]  # fmt: skip
