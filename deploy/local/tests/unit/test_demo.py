"""What the demo imports."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from local.inputs import chosen_input, introduce, named_files
from local.trouble import Trouble

MADE_UP = Path("/made-up")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str | None]:
    for name in ("history", "mapping", "usage"):
        (tmp_path / name).touch()
    return {name: str(tmp_path / name) for name in ("history", "mapping", "usage")}


def test_named_files_are_taken_and_the_directory_is_made_up(
    files: dict[str, str | None],
) -> None:
    chosen = chosen_input(named_files(files), MADE_UP)
    assert (chosen.history.name, chosen.mapping.name) == ("history", "mapping")
    assert chosen.people == MADE_UP / "people.csv"


def test_without_files_everything_is_made_up() -> None:
    chosen = chosen_input({}, MADE_UP)
    assert (chosen.history, chosen.usage) == (MADE_UP / "history.jsonl", MADE_UP / "usage.csv.gz")


def test_usage_of_the_made_up_organisation_is_not_mixed_into_a_real_history(
    files: dict[str, str | None],
) -> None:
    assert chosen_input(named_files({**files, "usage": None}), MADE_UP).usage is None


def test_a_history_without_a_mapping_is_refused(files: dict[str, str | None]) -> None:
    with pytest.raises(Trouble, match="HISTORY= needs a MAPPING="):
        named_files({"history": files["history"]})


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(Trouble, match=r"USAGE=/nowhere/usage\.csv is no file"):
        named_files({"usage": "/nowhere/usage.csv"})


def test_reports_go_with_the_people_that_they_are_about(files: dict[str, str | None]) -> None:
    made_up = chosen_input({}, MADE_UP)
    assert made_up.staged
    assert [path.name for path in made_up.workforce] == ["workforce.csv", "workforce-corrected.csv"]
    assert made_up.outcomes == (MADE_UP / "outcomes.csv",)
    own = chosen_input(named_files(files), MADE_UP)
    assert (own.workforce, own.outcomes, own.staged) == ((), (), False)


def test_one_of_each_role_is_offered_whom_the_history_names_most(tmp_path: Path) -> None:
    people, history = tmp_path / "people.csv", tmp_path / "history.jsonl"
    people.write_text(
        "id,name,roles\np-1,Anna,employee\np-2,Bas,employee\np-3,Rob,employee reviewer\n"
        "p-4,Hugo,employee hr\np-5,,employee council\n"
    )
    history.write_text('{"door": "p-2"}\n{"door": "p-2"}\n{"door": "p-1"}\n')
    chosen = replace(chosen_input({}, MADE_UP), people=people, history=history)

    offered = introduce(tmp_path, chosen)

    assert [(one["name"], one["roles"]) for one in offered[:3]] == [
        ("Bas", "employee"), ("Rob", "employee reviewer"), ("Hugo", "employee hr"),
    ]  # fmt: skip
    assert {"desk", "operator"} < {one["id"] for one in offered}
    assert json.loads((tmp_path / "personas.json").read_text()) == offered[:3]
