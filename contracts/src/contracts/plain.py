"""The plain case, read fast: an outsider's event in binary mode, as nearly all of them come.

Whatever is not plain is left to `cloudevents`, which says what is wrong with it. What is read here
is read there in the same way: a test compares the two.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from contracts.catalog import DECLARED, Declared
from contracts.cloudevents import CONTENT_TYPE, DECODERS, LONGEST_IDENTITY, REQUIRED, Header
from contracts.envelope import Envelope
from contracts.unreadable import BROKEN
from contracts.vocabulary import Event

_FIRST_YEAR, _LAST_YEAR = 1, 9999
_KINDS: dict[bytes | None, tuple[Declared, msgspec.json.Decoder[Event]]] = {
    d.type.encode(): (d, DECODERS[d.type]) for d in DECLARED.values() if d.stream is None
}
# What says more than the plain case has: then the long way is taken.
_MORE = frozenset({"ce_correlationid", "ce_causationid", "ce_traceparent", "traceparent"})
_JSON = CONTENT_TYPE.encode()


class _Places(NamedTuple):
    """Where the headers stand, of records whose headers have the same names."""

    id: int
    source: int
    type: int
    version: int
    content: int


@lru_cache(maxsize=64)
def _places(names: tuple[str, ...]) -> _Places | None:
    places = {name: place for place, name in enumerate(names)}
    known = {f"ce_{name}" for name in REQUIRED} | {"content-type"}
    # A name in capitals, one that stands there twice, one that is missing: the long way.
    plain = len(places) == len(names) and all(name == name.lower() for name in names)
    if not plain or not known <= places.keys() or _MORE & places.keys():
        return None
    return _Places(
        places["ce_id"], places["ce_source"], places["ce_type"], places["ce_specversion"],
        places["content-type"],
    )  # fmt: skip


@lru_cache(maxsize=1_024)
def _text(content: bytes | None) -> str | None:
    """Return a source or an id, if it is one."""
    try:
        text = (content or b"").decode()
    except UnicodeDecodeError:
        return None
    return text if text and len(text) <= LONGEST_IDENTITY and "\0" not in text else None


_once = _text.__wrapped__  # an id comes once: to remember it would only push sources out


def plainly(
    headers: Sequence[Header], value: bytes | None, topic: str
) -> Envelope[Event] | None:  # fmt: skip
    """Return the event of a record; None where it takes the long way to say what it is."""
    if not headers or not value:
        return None
    names, contents = zip(*headers, strict=True)
    at = _places(names)
    if at is None or contents[at.version] != b"1.0" or contents[at.content] != _JSON:
        return None
    found = _KINDS.get(contents[at.type])
    id, source = _once(contents[at.id]), _text(contents[at.source])  # noqa: A001 - the standard's word
    if found is None or id is None or source is None or b"\\u0000" in value:
        return None
    kind, decoder = found
    try:
        data = decoder.decode(value)
    except BROKEN:
        return None
    moment = data.at
    if kind.topic != topic or not _FIRST_YEAR < moment.year < _LAST_YEAR:
        return None
    return Envelope(
        id=id, source=source, type=kind.type, data=data, key=str(getattr(data, kind.key)),
        occurred_at=moment, recorded_at=moment,
    )  # fmt: skip
