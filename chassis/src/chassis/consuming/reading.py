"""From Kafka records to what may be handled: decoded, or a letter that says why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from chassis.consuming.position import Claim, Partition
from chassis.consuming.subscription import Heard
from contracts import cloudevents
from contracts.catalog import DECLARED
from contracts.envelope import Unreadable

Record = Any  # an aiokafka ConsumerRecord, or what was kept of one

MOST_CONSECUTIVE = 50  # unreadable records in a row
MOST_OF_WINDOW = 50  # of the last WINDOW records
WINDOW = 1000


@dataclass
class Slice:
    """What one fetch brought for one partition."""

    claim: Claim
    records: Sequence[Record]


@dataclass(frozen=True)
class Item:
    """A record and what it is: an event, an event of a type not known here, or a letter."""

    partition: Partition
    record: Record
    key: str
    heard: Heard | None = None
    unknown: cloudevents.CloudEvent | None = None
    reason: str | None = None
    behind: bool = False


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
class Sorted:
    """A slice, sorted; it may be shorter than what was fetched."""

    slice: Slice
    items: list[Item] = field(default_factory=list)
    upto: int = 0
    stopped: str | None = None


def sort(part: Slice, blocked: set[str], quality: Quality) -> Sorted:
    """Read a slice in order. What is unreadable blocks its key; a flood of it ends the slice."""
    done = Sorted(part, upto=part.claim.position)
    for record in part.records:
        item = read(part.claim.partition, record, blocked)
        done.items.append(item)
        done.upto = record.offset + 1
        if item.reason and not item.behind:
            blocked.add(item.key)
        if not item.behind:
            done.stopped = quality.count(bad=item.reason is not None)
        if done.stopped:
            break
    return done


def read(partition: Partition, record: Record, blocked: Iterable[str]) -> Item:
    """Read one record."""
    key = key_of(record)
    try:
        event = cloudevents.read(record.headers, record.value)
        heard = cloudevents.decode(event, record.topic)
        if heard is not None and heard.stream is not None:
            _check_owner(heard, record.topic)
    except Unreadable as error:
        return Item(partition, record, key, reason=error.reason)
    if key in blocked:
        return Item(partition, record, key, reason="an earlier one of its key waits", behind=True)
    return Item(partition, record, key, heard=heard, unknown=None if heard else event)


def _check_owner(heard: Heard, topic: str) -> None:
    owner = DECLARED[heard.type].owner
    if heard.source != f"kiem/{owner}":
        raise Unreadable(f"only kiem/{owner} tells this on {topic}, and ce_source is another")


def key_of(record: Record) -> str:
    """Return a digest of the record's key: keys are pseudonyms, and letters are read by people.

    A record without a key stands for itself: nothing waits behind it.
    """
    key = record.key if record.key is not None else f"{record.partition}/{record.offset}".encode()
    return blake2b(key, digest_size=12).hexdigest()
