"""Nothing is run as Kafka that is not byte for byte what was reviewed."""

from pathlib import Path

import pytest

from local import jars
from local.trouble import Trouble


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "kiem" / f"kafka-{jars.KAFKA_VERSION}"
    folder.mkdir(parents=True)
    return folder


def test_the_committed_sums_name_kafka_and_a_logger() -> None:
    names = set(jars.expected_sums())
    assert {"kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "slf4j-simple-1.7.36.jar"} <= names


def test_a_changed_jar_is_noticed(cache: Path) -> None:
    (cache / "kafka_2.13-4.3.1.jar").write_bytes(b"not what was reviewed")
    assert "kafka_2.13-4.3.1.jar" in jars.wrong_jars(cache)
    assert not jars.are_cached()


def test_what_a_registry_sends_instead_is_thrown_away(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        jars, "_fetch_into", lambda kept: (kept / "kafka_2.13-4.3.1.jar").write_bytes(b"other")
    )
    with pytest.raises(Trouble, match="not what was reviewed"):
        jars.kafka_jars()
    assert not cache.exists()


@pytest.mark.integration
def test_a_registry_that_cannot_be_reached_is_named(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(Trouble, match="could not be fetched") as told:
        jars.kafka_jars()
    assert "HTTPS_PROXY" in told.value.remedy
    assert "KIEM_KAFKA_BOOTSTRAP" in told.value.remedy
