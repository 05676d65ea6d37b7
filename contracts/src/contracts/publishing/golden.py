"""Golden records: whole Kafka records as they were once published, readable for ever."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from contracts.cloudevents import Header


class Golden(Struct, frozen=True):
    """A record in binary mode, with its headers and its data as people read them."""

    topic: str
    key: str
    headers: dict[str, str]
    data: dict[str, Any]

    def record(self) -> tuple[bytes, list[Header], bytes]:
        """Return key, headers and value as a Kafka client has them."""
        headers: list[Header] = [(name, text.encode()) for name, text in self.headers.items()]
        return self.key.encode(), headers, msgspec.json.encode(self.data)


def read_golden(folder: Path, type_: str) -> Sequence[Golden]:
    """Return the golden records of an event type, in the order of their numbers."""
    found = folder.glob(f"{type_}.*.json")
    numbered = sorted(found, key=lambda file: int(file.name.split(".")[-2]))
    return [msgspec.json.decode(file.read_bytes(), type=Golden) for file in numbered]
