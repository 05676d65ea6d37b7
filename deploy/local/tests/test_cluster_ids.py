"""The id of a cluster is an argument of a command line."""

from uuid import UUID

import pytest

from local import kafka


def test_no_cluster_id_looks_like_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([UUID(bytes=b"\xf8" + bytes(15)), UUID(int=1)])
    monkeypatch.setattr("local.kafka.uuid.uuid4", lambda: next(made))
    assert kafka.new_cluster_id() == "AAAAAAAAAAAAAAAAAAAAAQ"
