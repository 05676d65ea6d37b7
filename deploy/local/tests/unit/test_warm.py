"""What lets Kafka start sooner is used where it is, and is for this Java and these jars alone."""

import os
from pathlib import Path

import pytest

from local import warm
from local.jars import KAFKA_VERSION, expected_sums
from local.java import java


@pytest.fixture
def jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("JAVA_HOME", "KIEM_JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "kiem" / f"kafka-{KAFKA_VERSION}"
    folder.mkdir(parents=True)
    made = [folder / name for name in expected_sums()]
    for jar in made:
        jar.touch()
    return made


def test_it_is_used_once_it_is_there(jars: list[Path]) -> None:
    assert not warm.is_ready()
    assert warm.options() == ()
    found = warm.kept()
    assert found is not None
    found.touch()
    assert warm.is_ready()
    assert warm.options() == (), "it was tried in vain"
    found.write_bytes(b"something")
    assert f"-XX:AOTCache={found}" in warm.options()


def test_jars_that_were_fetched_anew_need_another_one(jars: list[Path]) -> None:
    before = warm.kept()
    os.utime(jars[0], ns=(1, 1))
    assert warm.kept() != before


def test_the_same_java_elsewhere_uses_the_same(
    jars: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = warm.kept()
    home = java().parent.parent
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "release").write_text((home / "release").read_text())
    (elsewhere / "bin").symlink_to(home / "bin")
    monkeypatch.setenv("KIEM_JAVA_HOME", str(elsewhere))
    assert warm.kept() == before


def test_a_java_that_cannot_have_one_needs_none(
    jars: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "java"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch()
    (home / "release").write_text('JAVA_VERSION="21.0.2"\n')
    monkeypatch.setenv("KIEM_JAVA_HOME", str(home))
    assert warm.kept() is None
    assert warm.is_ready()
    assert warm.options() == ()
