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
    told = ["git", "ls-files", "*.py"]
    listed = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True)
    marked = re.compile(rf"\bmark\.{marker}\b")
    found = [
        name for name in listed.stdout.split()
        if (ROOT / name).is_file() and marked.search((ROOT / name).read_text("utf-8"))
    ]  # fmt: skip
    assert found
    assert [name for name in found if not name.startswith(folder)] == []
