"""What is committed is what the classes say; the generator writes it and tells what drifted."""

import shutil
from pathlib import Path

import pytest

from contracts.generate import SCHEMAS, derived, main
from contracts.publishing.history import HistoryIsDamaged, read_history

ROOT = Path(__file__).parents[2]
SUBMITTED = "kiem.ideas.IdeaSubmitted.v1"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes."""
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "events.md", tmp_path / "docs")
    home = ROOT / "contracts"
    shutil.copytree(home / "golden", tmp_path / "contracts" / "golden")
    shutil.copytree(ROOT / SCHEMAS, tmp_path / SCHEMAS)
    for name in ("pyproject.toml", "asyncapi.json"):
        shutil.copy(home / name, tmp_path / "contracts")
    return tmp_path


def _told(tree: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--check"], tree) == 1
    return capsys.readouterr().err


def test_what_is_committed_is_what_the_events_say() -> None:
    assert main(["--check"], ROOT) == 0


def test_generating_twice_changes_nothing(tree: Path) -> None:
    before = {file: file.read_bytes() for file in tree.rglob("*") if file.is_file()}
    assert main([], tree) == 0
    assert {file: file.read_bytes() for file in tree.rglob("*") if file.is_file()} == before


def test_drift_is_named_and_repaired(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, schema = tree / "docs" / "events.md", tree / SCHEMAS / f"{SUBMITTED}.schema.json"
    stranger = tree / SCHEMAS / "kiem.ideas.IdeaForgotten.v1.schema.json"
    page.write_text("# Events\n")
    schema.unlink()
    stranger.write_text("{}")
    told = _told(tree, capsys)
    assert "docs/events.md differs from what is declared" in told
    assert f"{SUBMITTED}.schema.json is missing" in told
    assert "kiem.ideas.IdeaForgotten.v1.schema.json belongs to no event" in told
    assert "Run `python -m contracts.generate`" in told
    assert main([], tree) == 0
    assert main(["--check"], tree) == 0
    assert not stranger.exists()


def test_checking_writes_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "contracts" / "asyncapi.json").unlink()
    assert "contracts/asyncapi.json is missing" in _told(tree, capsys)
    assert not (tree / "contracts" / "asyncapi.json").exists()


def test_a_published_schema_that_was_edited_is_found(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = next((tree / SCHEMAS / "published" / SUBMITTED).iterdir())
    file.write_text(file.read_text().replace('"co_authors"', '"friends"'))
    assert "was changed after it was published; restore it from git" in _told(tree, capsys)


def test_a_published_schema_that_was_lost_is_found(tree: Path) -> None:
    folder = tree / SCHEMAS / "published" / SUBMITTED
    there = sorted(folder.iterdir())
    there[0].rename(folder / there[0].name.replace("1-", "9-", 1))
    with pytest.raises(HistoryIsDamaged, match=f"the numbers are not 1 to {len(there)}"):
        read_history(tree / SCHEMAS)


def test_a_file_that_is_no_revision_is_found(tree: Path) -> None:
    (tree / SCHEMAS / "published" / SUBMITTED / "old.json").write_text("{}")
    with pytest.raises(HistoryIsDamaged, match=r"old\.json"):
        read_history(tree / SCHEMAS)


def test_a_breaking_change_is_written_nowhere(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The history has an event with a field that today's class lacks."""
    ghost = tree / SCHEMAS / "published" / "kiem.ideas.IdeaForgotten.v1"
    shutil.copytree(tree / SCHEMAS / "published" / SUBMITTED, ghost)
    assert main([], tree) == 1
    assert "IdeaForgotten.v1: was published and is declared no more" in capsys.readouterr().err


def test_a_first_publication_is_numbered_one_with_the_release(tree: Path) -> None:
    shutil.rmtree(tree / SCHEMAS)
    (tree / "contracts" / "pyproject.toml").write_text('[project]\nversion = "7.8.9"\n')
    files = [file for file in derived(tree) if file.parent.name == SUBMITTED]
    assert [file.name.partition("-")[0] for file in files] == ["1"]
    assert main([], tree) == 0
    assert read_history(tree / SCHEMAS)[SUBMITTED][0].since == "7.8.9"


def test_outside_a_checkout_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path) == 1
    assert "run this in a checkout of the source" in capsys.readouterr().err
