"""Dead letters: the records that could not be handled, whole and sealed, and what waits behind."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from msgspec import Struct

from chassis.consuming.position import Partition
from chassis.consuming.reading import Item, Record
from chassis.database import Raw
from chassis.keyring import Keyring, open_with, seal_with

_PARK = """
INSERT INTO dead_letter (cluster_id, topic, part, off, key, raw, reason, fingerprint, behind)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::bytea[], $7::text[],
                         $8::text[], $9::bool[])
ON CONFLICT (cluster_id, topic, part, off) DO NOTHING RETURNING topic, part
"""
_BLOCKED = """
SELECT DISTINCT key FROM dead_letter WHERE topic = $1 AND part = $2 AND status = 'parked'
"""


class Kept(Struct, frozen=True):
    """A record as it is kept; it has the fields that a Kafka record is read by."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


@dataclass(frozen=True)
class Letters:
    """Seals and opens dead letters with a key of the service: they may hold anything."""

    keyring: Keyring

    async def park(self, raw: Raw, cluster: str, items: Sequence[Item]) -> dict[Partition, int]:
        """Keep records that could not be handled; return how many each partition got."""
        if not items:
            return {}
        rows = await raw.fetch(
            _PARK, cluster,
            [i.record.topic for i in items], [i.record.partition for i in items],
            [i.record.offset for i in items], [i.key for i in items],
            [self._seal(i.record) for i in items], [i.reason for i in items],
            [fingerprint(i) for i in items], [i.behind for i in items],
        )  # fmt: skip
        # What is kept already is not counted again, or its partition would look parked for ever.
        return Counter((row["topic"], row["part"]) for row in rows)

    def _seal(self, record: Record) -> bytes:
        kept = Kept(
            record.topic, record.partition, record.offset, record.key, record.value,
            [(name, content) for name, content in record.headers],
        )  # fmt: skip
        place = f"{record.topic}/{record.partition}/{record.offset}"
        return seal_with(self.keyring.derived("dead letters"), msgspec.msgpack.encode(kept), place)

    def open(self, row: Any) -> Kept:
        """Open a letter; LookupError where no key of the service fits."""
        place = f"{row['topic']}/{row['part']}/{row['off']}"
        for key in self.keyring.derived_all("dead letters"):
            try:
                return msgspec.msgpack.decode(open_with(key, row["raw"], place), type=Kept)
            except InvalidTag:
                continue
        raise LookupError("the letter was sealed with a key that KIEM_KEYS does not hold any more")


async def blocked_keys(raw: Raw, topic: str, part: int) -> set[str]:
    """Return the keys that wait behind a parked letter of this partition."""
    return {row["key"] for row in await raw.fetch(_BLOCKED, topic, part)}


def fingerprint(item: Item) -> str:
    """Tell kinds of trouble apart: the same topic and reason are one kind."""
    what = f"{item.record.topic}|{item.reason}"
    return base64.b32encode(blake2b(what.encode(), digest_size=5).digest()).decode().lower()
