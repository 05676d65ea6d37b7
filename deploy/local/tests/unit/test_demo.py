"""What the demo imports."""

from pathlib import Path

import pytest

from local.demo import chosen_input, named_files
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
