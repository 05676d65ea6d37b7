"""The counts were taken from the file itself before any of this was written."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .house import Kiem

MAPPING = Path(__file__).parents[2] / "examples" / "mappings" / "kubernetes-keps.toml"


@pytest.fixture
def data() -> Path:
    folder = os.environ.get("KIEM_REAL_DATA")
    if not folder:
        pytest.skip("KIEM_REAL_DATA is not set: it names the folder with the real history")
    return Path(folder)


@pytest.fixture
def report(kiem: Kiem, data: Path) -> dict[str, Any]:
    found = kiem(
        "import", "history", data / "idea_history.jsonl", "--mapping", MAPPING, "--dry-run",
        "--json",
    )  # fmt: skip
    assert found.exit_code == 3
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def test_every_line_is_accounted_for(report: dict[str, Any]) -> None:
    assert (report["lines"], report["ideas"]) == (2380, 677)
    assert (report["placed"], report["ignored"], report["unplaced"]) == (2377, 0, 3)


def test_only_tbd_and_the_empty_status_are_not_understood(report: dict[str, Any]) -> None:
    assert {one["reason"].split("'")[1]: one["lines"] for one in report["not_understood"]} == {
        "": [2377, 2378],
        "tbd": [543],
    }


def test_every_word_stands_for_what_it_means(report: dict[str, Any]) -> None:
    words = {(w["field"], w["word"]): (w["stands_for"], w["count"]) for w in report["words"]}

    assert {word: found for (field, word), found in words.items() if field == "status"} == {
        "implementable": ("accepted", 566),
        "implemented": ("realised", 318),
        "provisional": ("under_review", 208),
        "withdrawn": ("withdrawn", 10),
        "replaced": ("withdrawn (replaced)", 6),
        "implementeable": ("accepted", 3),
        "rejected": ("declined", 3),
        "implemented (alpha)": ("realised", 2),
        "implemented (beta)": ("realised", 2),
        "": ("not understood", 2),
        "tbd": ("not understood", 1),
        "deferred": ("parked", 1),
        "alpha": ("pilot_started", 1),
        "removed": ("withdrawn", 1),
        "implementables": ("accepted", 1),
        "superseded": ("withdrawn (replaced)", 1),
        "imlpemented": ("realised", 1),
    }
    assert {word: found for (field, word), found in words.items() if field == "stage"} == {
        "alpha": ("pilot_started", 411),
        "stable": ("realised", 358),
        "beta": ("measured", 306),
        "stable > beta": ("reopened (in_pilot)", 11),
    }


def test_steps_are_the_sums_of_their_words(report: dict[str, Any]) -> None:
    assert report["steps"] == {
        "submitted": 677,
        "accepted": 566 + 3 + 1,
        "realised": 318 + 2 + 2 + 1 + 358,
        "pilot_started": 411 + 1,
        "measured": 306,
        "reopened": 11,
        "under_review": 208,
        "reviewers_assigned": 167,
        "withdrawn": 10 + 1 + 6 + 1,
        "declined": 3,
        "parked": 1,
    }


def test_every_row_of_usage_is_understood(kiem: Kiem, data: Path) -> None:
    found = kiem(
        "import", "usage", data / "tool_usage.csv.gz", "--mapping", MAPPING, "--dry-run", "--json"
    )
    told = json.loads(found.stdout)

    assert (told["rows"], told["not_understood"]) == (9805, {})
    assert {one["feature"]: (one["advanced"], one["count"]) for one in told["features"]} == {
        "write-readme": (False, 4529),
        "write-kep-yaml": (True, 2515),
        "other": (False, 1658),
        "approve-prr": (False, 966),
        "draw-diagram": (True, 137),
    }
