"""What ideas are promised, from the command line: looked at, tried, set."""

import json
from pathlib import Path
from typing import Any

import pytest

from .house import House, Kiem

PATH = "/v1/terms"
SAFETY = {
    "category": "safety", "challenge": None, "answer_days": 1, "decision_days": 5,
    "remind_days": [2, 1], "escalate_days": 1, "rungs": ["director", "desk"],
}  # fmt: skip
TOUCHED = {
    "idea": "0192f0c0-0000-7000-8000-000000000001", "category": "safety", "challenge": None,
    "state": "submitted", "due": "2026-03-09T16:00:00Z", "would_be": "2026-03-03T16:00:00Z",
}  # fmt: skip


@pytest.fixture
def ideas(house: House) -> House:
    """A service whose rules are in their third version, and that takes others."""
    change = {"version": 3, "dry_run": True, "open": 1, "ideas": [TOUCHED]}
    house.answers = {
        ("GET", PATH): (200, {"version": 3, "rules": [SAFETY]}),
        ("PUT", PATH): (200, change | {"version": 4}),
    }
    return house


def written(folder: Path, **found: Any) -> Path:
    file = folder / "terms.json"
    file.write_text(json.dumps(found), "utf-8")
    return file


def puts(house: House) -> list[tuple[str, Any]]:
    return [(url, body) for method, url, body in house.told if method == "PUT"]


def test_the_rules_are_shown_and_can_be_kept(ideas: House, kiem: Kiem) -> None:
    shown = kiem("terms", "show").stdout
    assert "safety" in shown
    assert "director, desk" in shown
    assert "Version 3." in shown
    assert json.loads(kiem("terms", "show", "--json").stdout)["rules"] == [SAFETY]
    assert puts(ideas) == []


def test_a_file_is_tried_and_nothing_is_changed(ideas: House, kiem: Kiem, tmp_path: Path) -> None:
    file = written(tmp_path, rules=[{"category": "safety", "answer_days": 2}])
    found = kiem("terms", "check", file)
    assert found.exit_code == 0
    assert "Of 1 open ideas another promise would have been made; they keep theirs." in found.stdout
    assert "2026-03-03" in found.stdout
    ((url, body),) = puts(ideas)
    assert url == f"{PATH}?dry_run=true"
    assert body["seen"] == 3
    assert body["rules"][0]["answer_days"] == 2
    assert json.loads(kiem("terms", "check", file, "--json").stdout)["open"] == 1


def test_a_file_is_set_once_somebody_agreed(ideas: House, kiem: Kiem, tmp_path: Path) -> None:
    file = written(tmp_path, version=3, rules=[SAFETY | {"answer_days": 2}])
    refused = kiem("terms", "set", file)
    assert (refused.exit_code, len(puts(ideas))) == (1, 1)
    assert "Nothing was changed" in refused.stderr
    ideas.told.clear()
    done = kiem("terms", "set", file, "--yes")
    assert done.exit_code == 0
    assert "Version 4 counts from now on." in done.stdout
    assert [url for url, _ in puts(ideas)] == [f"{PATH}?dry_run=true", PATH]


def test_rules_that_count_already_are_said_to(ideas: House, kiem: Kiem, tmp_path: Path) -> None:
    found = kiem("terms", "check", written(tmp_path, rules=[SAFETY]))
    assert "These rules count already." in found.stdout


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"rules": [{"answer_day": 2}]}, "unknown field `answer_day`"),
        ({"rules": [{"answer_days": 0}]}, "$.rules[0].answer_days"),
        ({"rule": []}, "rule"),
        ({"version": 2, "rules": []}, "version 3 counts now"),
    ],
)
def test_a_file_that_is_wrong_or_old_is_refused_before_anything_is_asked(
    found: dict[str, Any], said: str, ideas: House, kiem: Kiem, tmp_path: Path
) -> None:
    for command in ("check", "set"):
        refused = kiem("terms", command, written(tmp_path, **found))
        assert refused.exit_code == 1
        assert said in refused.stderr
    assert puts(ideas) == []


def test_what_the_service_refuses_is_said_and_no_file_as_well(
    ideas: House, kiem: Kiem, tmp_path: Path
) -> None:
    ideas.answers["PUT", PATH] = (409, {"detail": "The ladder ends at the desk."})
    file = written(tmp_path, rules=[SAFETY | {"rungs": ["lead"]}])
    refused = kiem("terms", "set", file, "--yes")
    assert (refused.exit_code, len(puts(ideas))) == (1, 1)
    assert "The ladder ends at the desk." in refused.stderr
    assert "cannot be read" in kiem("terms", "check", tmp_path / "none.json").stderr
