"""What a record tells those who count each event once: the event, and its place in a stream."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contracts import cloudevents
from contracts.catalog import DECLARED
from contracts.cloudevents import Header
from contracts.envelope import Envelope, Unreadable
from contracts.plain import plainly
from contracts.vocabulary import Event

_OWNERS = {f"kiem/{kind.owner}" for kind in DECLARED.values() if kind.stream}
_TELLS = {kind.topic: f"kiem/{kind.owner}" for kind in DECLARED.values()}


class Mark(NamedTuple):
    """Which version of whose stream an event is: within a stream they count from 1 on."""

    source: str
    stream: str
    version: int
    id: str


def hear(
    headers: Sequence[Header], value: bytes | None, topic: str
) -> tuple[Envelope[Event] | None, Mark | None]:
    """Return the event of a record, None where its type is not known here, and its mark.

    A type that is not known has a mark all the same, so that its version is not missed. What comes
    from outside has none: it repeats by `source` and `id`. Raises Unreadable; also where somebody
    tells what only another may.
    """
    if plain := plainly(headers, value, topic):
        return plain, None
    found = cloudevents.read(headers, value)
    event = cloudevents.decode(found, topic)
    if event is None:
        return None, mark_of(found.attributes, topic)
    if event.stream is None or event.version is None:
        return event, None
    owner = f"kiem/{DECLARED[event.type].owner}"
    if event.source != owner:
        raise Unreadable(f"only {owner} tells this on {topic}, and ce_source is another")
    return event, Mark(event.source, event.stream, event.version, event.id)


def mark_of(found: Mapping[str, str], topic: str) -> Mark | None:
    """Return the mark of an event of ours, known here or not: its subject and sequence mean that.

    An outsider's may mean anything; so may ours where somebody else tells: a copy there would take
    the place of the event itself.
    """
    kind, sequence = DECLARED.get(found["type"]), found.get("sequence", "")
    if found["source"] not in _OWNERS or (kind is not None and kind.stream is None):
        return None
    if _TELLS.get(topic, found["source"]) != found["source"]:
        return None
    digits = sequence.isascii() and sequence.isdigit()
    if not digits or len(sequence) > cloudevents.SEQUENCE_DIGITS or "subject" not in found:
        return None
    version = int(sequence)
    sound = 0 < version <= cloudevents.LAST_VERSION
    return Mark(found["source"], found["subject"], version, found["id"]) if sound else None


def mark_in(headers: Sequence[Header], value: bytes | None, topic: str) -> Mark | None:
    """Return the mark of a record, whatever its data are; None where nothing can be read of it."""
    try:
        return mark_of(cloudevents.read(headers, value).attributes, topic)
    except Unreadable:
        return None
