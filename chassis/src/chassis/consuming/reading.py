"""From Kafka records to what may be handled: decoded, or a letter that says why not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from chassis.consuming import Heard
from chassis.consuming.position import Claim, Move
from contracts.envelope import Unreadable
from contracts.hearing import Mark, hear

Record = Any  # an aiokafka ConsumerRecord, or what was kept of one


@dataclass
class Slice:
    """What one fetch brought for one partition."""

    claim: Claim
    records: Sequence[Record]


class Item(NamedTuple):
    """A record and what it is: an event, an event of a type not known here, or a letter."""

    record: Record
    heard: Heard | None = None
    mark: Mark | None = None
    reason: str | None = None
    behind: bool = False
    refused: bool = False  # an outsider's that is not taken: too late, or not theirs to tell

    @property
    def partition(self) -> TopicPartition:
        return TopicPartition(self.record.topic, self.record.partition)

    @property
    def key(self) -> str:
        """Nothing waits behind what is refused: order means nothing among outsiders' events."""
        return key_of(self.record) + "-late" * self.refused

    def waiting(self) -> "Item":
        return self._replace(reason="an earlier one of its key waits", behind=True)


def sort(part: Slice, blocked: set[str]) -> Move:
    """Read a slice in order. What is unreadable blocks its key; a flood of it ends the slice."""
    done = Move(part.claim, part.claim.position, replace(part.claim.quality))
    for record in part.records:
        item = read(record, blocked)
        done.items.append(item)
        done.upto = record.offset + 1
        if not item.behind:
            if item.reason:
                blocked.add(item.key)
            done.stopped = done.quality.count(bad=item.reason is not None)
        if done.stopped:
            break
    return done


def read(record: Record, blocked: Collection[str] = ()) -> Item:
    """Read one record."""
    try:
        item = Item(record, *hear(record.headers, record.value, record.topic))
    except Unreadable as error:
        return Item(record, reason=error.reason)
    return item.waiting() if blocked and item.key in blocked else item


def key_of(record: Record) -> str:
    """Return a digest of the record's key: keys are pseudonyms, and letters are read by people.

    A record without a key stands for itself: nothing waits behind it.
    """
    key = record.key if record.key is not None else f"{record.partition}/{record.offset}".encode()
    return blake2b(key, digest_size=12).hexdigest()
