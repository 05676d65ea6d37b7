"""From Kafka records to what may be handled: decoded, or a letter that says why not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from chassis.consuming import Heard
from chassis.consuming.position import Claim, Move
from contracts import catalog, cloudevents, envelope, plain

Record = Any  # an aiokafka ConsumerRecord, or what was kept of one

_OWNERS = {f"kiem/{kind.owner}" for kind in catalog.DECLARED.values() if kind.stream}


@dataclass
class Slice:
    """What one fetch brought for one partition."""

    claim: Claim
    records: Sequence[Record]


class Mark(NamedTuple):
    """Which version of whose stream an event is."""

    source: str
    stream: str
    version: int
    id: str


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
    if told := plain.plainly(record.headers, record.value, record.topic):
        item = Item(record, told)
        return item.waiting() if blocked and item.key in blocked else item
    try:
        event = cloudevents.read(record.headers, record.value)
        heard = cloudevents.decode(event, record.topic)
    except envelope.Unreadable as error:
        return Item(record, reason=error.reason)
    mark = None if heard else mark_of(event.attributes)
    if heard and heard.stream is not None and heard.version is not None:
        owner = catalog.DECLARED[heard.type].owner
        if heard.source != f"kiem/{owner}":
            why = f"only kiem/{owner} tells this on {record.topic}, and ce_source is another"
            return Item(record, reason=why)
        mark = Mark(heard.source, heard.stream, heard.version, heard.id)
    item = Item(record, heard, mark)
    return item.waiting() if blocked and item.key in blocked else item


def mark_of(found: Mapping[str, str]) -> Mark | None:
    """Return the mark of an event of ours, known here or not: its subject and sequence mean that.

    An outsider's may mean anything.
    """
    kind, sequence = catalog.DECLARED.get(found["type"]), found.get("sequence", "")
    if found["source"] not in _OWNERS or (kind is not None and kind.stream is None):
        return None
    digits = sequence.isascii() and sequence.isdigit()
    if not digits or len(sequence) > cloudevents.SEQUENCE_DIGITS or "subject" not in found:
        return None
    version = int(sequence)
    sound = 0 < version <= cloudevents.LAST_VERSION
    return Mark(found["source"], found["subject"], version, found["id"]) if sound else None


def key_of(record: Record) -> str:
    """Return a digest of the record's key: keys are pseudonyms, and letters are read by people.

    A record without a key stands for itself: nothing waits behind it.
    """
    key = record.key if record.key is not None else f"{record.partition}/{record.offset}".encode()
    return blake2b(key, digest_size=12).hexdigest()
