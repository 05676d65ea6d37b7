"""What the demo imports."""

from pathlib import Path

import pytest

from local.demo import chosen_input
from local.home import Home
from local.plan import Plan, make_plan
from local.trouble import Trouble


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return make_plan(Home(tmp_path / "state"), {})


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str | None]:
    for name in ("history", "mapping", "usage"):
        (tmp_path / name).touch()
    return {name: str(tmp_path / name) for name in ("history", "mapping", "usage")}


def test_named_files_are_taken(plan: Plan, files: dict[str, str | None]) -> None:
    chosen = chosen_input(plan, files)
    assert (chosen.history.name, chosen.mapping.name, chosen.people) == ("history", "mapping", None)


def test_a_history_without_a_mapping_is_refused(plan: Plan, files: dict[str, str | None]) -> None:
    with pytest.raises(Trouble, match="HISTORY= needs a MAPPING="):
        chosen_input(plan, {"history": files["history"]})


def test_a_file_that_is_not_there_is_named(plan: Plan) -> None:
    with pytest.raises(Trouble, match=r"USAGE=/nowhere/usage\.csv is no file"):
        chosen_input(plan, {"usage": "/nowhere/usage.csv"})


def test_what_was_made_up_before_is_used_again(plan: Plan) -> None:
    folder = plan.home.folder / "organisation"
    folder.mkdir(parents=True)
    for name in ("people.csv", "history.jsonl", "usage.csv.gz"):
        (folder / name).touch()
    assert chosen_input(plan, {}).people == folder / "people.csv"
