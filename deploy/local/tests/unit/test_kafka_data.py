"""Data that a newer Kafka wrote are left alone; those of an older one it can read."""

from pathlib import Path

import pytest

from local import kafka
from local.jars import KAFKA_VERSION
from local.kafka import Kafka
from local.ports import free_port
from local.trouble import Trouble


class GotAsFar(Exception):
    pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kafka:
    """A Kafka whose data are there, and that has no Java to start with."""

    def java() -> Path:
        raise GotAsFar

    monkeypatch.setattr(kafka, "java", java)
    made = Kafka(tmp_path, free_port())
    made.data.mkdir()
    (made.data / "meta.properties").write_text("version=1\n")
    return made


@pytest.mark.parametrize("theirs", ["99.0.0", f"{KAFKA_VERSION}.1"])
def test_data_of_a_newer_kafka_are_named_and_left_alone(server: Kafka, theirs: str) -> None:
    (server.folder / "version").write_text(f"{theirs}\n")
    with pytest.raises(Trouble) as told:
        server.start()
    assert told.value.what == (
        f"The data in {server.data} belong to Kafka {theirs}; this one is {KAFKA_VERSION}."
    )
    assert "make reset" in told.value.remedy
    assert (server.data / "meta.properties").read_text() == "version=1\n"
    assert (server.folder / "version").read_text() == f"{theirs}\n"


@pytest.mark.parametrize("theirs", [KAFKA_VERSION, "3.9.9", None])
def test_data_of_this_kafka_or_an_older_one_are_taken(server: Kafka, theirs: str | None) -> None:
    if theirs:
        (server.folder / "version").write_text(f"{theirs}\n")
    with pytest.raises(GotAsFar):
        server.start()
