"""Kafka starts with what an earlier start left, and without it, whatever became of that."""

from pathlib import Path

import pytest

from local import warm, warming
from local.java import java, version_of
from local.kafka import Kafka
from local.ports import free_port

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "kafka.aot"
    monkeypatch.setattr(warm, "kept", lambda: found)
    monkeypatch.setattr(warming, "kept", lambda: found)
    return found


@pytest.fixture
def at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the run that makes it; the jars stay where they are."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setattr(warming, "cache_folder", lambda: folder)
    return folder


def starts(folder: Path) -> str:
    """Let a node start and end; return what Java was told, and what it said."""
    node = Kafka(folder, free_port())
    try:
        node.start()
        assert node.process.pid is not None
        told = Path(f"/proc/{node.process.pid}/cmdline")
        return (told.read_text() if told.exists() else "") + node.process.log.read_text()
    finally:
        node.stop()


def test_what_a_first_run_left_is_used_and_nothing_else_stays(
    place: Path, at_work: Path, tmp_path: Path
) -> None:
    if version_of(java().parent.parent) < warm.OLDEST:
        pytest.skip("this Java makes no such file")
    warming.make()
    assert place.stat().st_size > 1_000_000
    assert list(at_work.iterdir()) == []
    said = starts(tmp_path / "node")
    assert f"AOTCache={place}" in said
    assert "[error]" not in said


def test_what_java_cannot_use_keeps_it_from_nothing(place: Path, tmp_path: Path) -> None:
    place.write_bytes(b"no such file" * 1000)
    starts(tmp_path / "node")
