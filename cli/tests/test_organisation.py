"""The generator of a made-up organisation."""

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .house import Kiem

EXAMPLES = Path(__file__).parents[2] / "examples"


def made(folder: Path, *options: str) -> Path:
    command = [sys.executable, str(EXAMPLES / "organisation.py"), str(folder), *options]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("organisation"))


def test_the_same_seed_gives_the_same_bytes(organisation: Path, tmp_path: Path) -> None:
    again, other = made(tmp_path / "again"), made(tmp_path / "other", "--seed", "2")

    for name in ("people.csv", "history.jsonl", "usage.csv.gz"):
        assert (organisation / name).read_bytes() == (again / name).read_bytes()
        assert (organisation / name).read_bytes() != (other / name).read_bytes()


def test_the_directory_is_credible(organisation: Path) -> None:
    with (organisation / "people.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    departments = Counter(person["department"] for person in people)
    known = {person["id"] for person in people}

    assert len(people) == len(known) == 1844
    assert len(departments) == 22
    assert sum(size < 10 for name, size in departments.items() if name != "Kwaliteit") == 3
    assert 0.29 < sum(not person["mail"] for person in people) / len(people) < 0.33
    assert {person["lead"] for person in people} - {""} <= known
    reviewed = {p["department"] for p in people if "reviewer" in p["roles"]}
    assert reviewed == set(departments)


def test_the_whole_history_is_understood(organisation: Path, kiem: Kiem) -> None:
    mapping = EXAMPLES / "mappings" / "organisation.toml"
    found = kiem(
        "import", "history", organisation / "history.jsonl", "--mapping", mapping, "--dry-run",
        "--json",
    )  # fmt: skip
    report = json.loads(found.stdout)

    assert found.exit_code == 0
    assert (report["ideas"], report["unplaced"]) == (962, 0)
    assert report["fields_nobody_reads"] == {}
    assert set(report["steps"]) == {
        "submitted", "under_review", "accepted", "declined", "parked", "withdrawn",
        "pilot_started", "measured", "pilot_concluded", "realised", "reviewers_assigned",
    }  # fmt: skip


def test_the_usage_is_understood_without_a_mapping(organisation: Path, kiem: Kiem) -> None:
    found = kiem("import", "usage", organisation / "usage.csv.gz", "--dry-run", "--json")
    report = json.loads(found.stdout)

    assert (found.exit_code, report["not_understood"]) == (0, {})
    assert list(report["tools"]) == ["Zorgpad"]
    assert {one["feature"] for one in report["features"] if one["advanced"]} == {
        "sjablonen",
        "spraak",
    }
    with gzip.open(organisation / "usage.csv.gz", "rt") as file:
        assert report["rows"] == sum(1 for _ in file) - 1
