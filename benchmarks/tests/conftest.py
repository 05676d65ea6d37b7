"""The servers that every row is tried on: those that a measurement takes."""

from collections.abc import Iterator

import pytest

from benchmarks.harness.servers import Servers, servers


@pytest.fixture(scope="session")
def measured() -> Iterator[Servers]:
    """A PostgreSQL with fsync on and a Kafka with the topics, for all rows one after the other."""
    with servers() as found:
        yield found
