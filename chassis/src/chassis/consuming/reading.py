"""From Kafka records to what may be handled: decoded, or a letter that says why not.

Nothing here asks anybody: a slice of a partition is read, and counted as far as it is dealt with.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from chassis.consuming import Heard
from contracts.envelope import Unreadable
from contracts.hearing import Mark, hear

Record = Any  # an aiokafka ConsumerRecord, or what was kept of one

MOST_CONSECUTIVE = 50  # unreadable records in a row
MOST_OF_WINDOW = 50  # of the last WINDOW records
WINDOW = 1000


@dataclass
class Quality:
    """Counts unreadable records, to tell a bad record from a bad day."""

    consecutive: int = 0
    seen: int = 0
    bad: int = 0

    def count(self, *, bad: bool) -> str | None:
        """Count one record; return why to stop, if it is too much."""
        self.seen, self.bad = self.seen + 1, self.bad + bad
        self.consecutive = self.consecutive + 1 if bad else 0
        if self.seen >= WINDOW:
            self.seen, self.bad = self.seen // 2, self.bad // 2
        if self.consecutive >= MOST_CONSECUTIVE:
            return f"{self.consecutive} records in a row could not be handled"
        if self.bad > MOST_OF_WINDOW:
            return f"more than {MOST_OF_WINDOW} of the last {WINDOW} records could not be handled"
        return None


@dataclass
class Claim:
    """A partition that this process holds: its position, and the epoch that fences it."""

    partition: TopicPartition
    position: int
    epoch: int
    cursor: int
    stopped: str | None = None
    doubted: bool = False
    rested: float = 0  # seconds, after the last failure
    quality: Quality = field(default_factory=Quality)
    again: dict[Mark, int] = field(default_factory=dict)
    """Of what came too early: the last offset at which it was seen."""
    early_upto: int = -1  # the last offset of the fetch in which they came too early
    looked_upto: int = 0  # the offset up to which was looked for them

    def look_for(self, early: Sequence["Item"]) -> None:
        """Find out whether records come again further on, the first of which is too early."""
        if early[0].mark not in self.again:
            self.again = {item.mark: item.record.offset for item in early if item.mark}
            self.early_upto = early[-1].record.offset
            self.looked_upto = self.early_upto + 1


class Item(NamedTuple):
    """A record and what it is: an event, an event of a type not known here, or a letter."""

    record: Record
    heard: Heard | None = None
    mark: Mark | None = None
    reason: str | None = None
    behind: bool = False
    refused: bool = False  # an outsider's that is not taken: too late, or not theirs to tell
    again: bool = False  # it comes again further on

    @property
    def partition(self) -> TopicPartition:
        return TopicPartition(self.record.topic, self.record.partition)

    @property
    def key(self) -> str:
        """Nothing waits behind what is refused: order means nothing among outsiders' events."""
        return key_of(self.record) + "-late" * self.refused

    def waiting(self) -> "Item":
        return self._replace(reason="an earlier one of its key waits", behind=True)


@dataclass
class Slice:
    """What one fetch brought for one partition, and how far a transaction comes with it.

    It may end before what was fetched does. What it counts, counts when it is committed.
    """

    claim: Claim
    records: Sequence[Record]
    items: list[Item] = field(default_factory=list)
    upto: int = 0
    quality: Quality = field(default_factory=Quality)
    parked: int = 0
    stopped: str | None = None

    def begin(self) -> None:
        """Nothing is done yet, whatever was tried before."""
        self.upto, self.quality = self.claim.position, replace(self.claim.quality)
        self.parked, self.stopped = 0, None

    def sort(self, blocked: set[str]) -> None:
        """Read it in order. What is unreadable blocks its key; a flood of it ends the slice."""
        self.begin()
        self.items = []
        for record in self.records:
            item = read(record, blocked)
            if item.mark and self.claim.again.get(item.mark, -1) > record.offset:
                item = item._replace(again=True)
            self.items.append(item)
            if item.reason and not item.behind:
                blocked.add(item.key)
            if self.passed(item, bad=item.reason is not None):
                break

    def passed(self, item: Item, *, bad: bool) -> bool:
        """Count an item as dealt with; tell whether the partition stops behind it."""
        self.upto = item.record.offset + 1
        if not item.behind:
            self.stopped = self.quality.count(bad=bad)
        return self.stopped is not None

    def committed(self) -> None:
        self.claim.position, self.claim.stopped = self.upto, self.stopped
        self.claim.quality = self.quality


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
