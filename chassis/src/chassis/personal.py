"""Splits an event into what may be told and what is sealed, and puts it together again."""

from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from chassis.keyring import Keyring
from contracts.personal import personal_fields, whose_words, withhold
from contracts.vocabulary import Event

_encoder = msgspec.json.Encoder()
_box = msgspec.msgpack.Encoder()
_unbox = msgspec.msgpack.Decoder(dict[str, tuple[str, bytes]])


@cache
def _personal(event: type[Event]) -> dict[str, msgspec.json.Decoder[Any]]:
    personal = personal_fields(event)
    return {
        field.name: msgspec.json.Decoder(field.type)
        for field in msgspec.structs.fields(event)
        if field.name in personal
    }


async def seal(keyring: Keyring, event_id: UUID, event: Event) -> tuple[str, bytes | None]:
    """Return the event's public JSON, and its personal fields sealed (None where it has none).

    A field whose person is erased is left out: nobody could read it again.
    """
    boxed: dict[str, tuple[str, bytes]] = {}
    for field in _personal(type(event)):
        words = getattr(event, field)
        if words is UNSET:
            continue
        subject = whose_words(event, field)
        if subject is None:
            raise ValueError(f"{field} of {type(event).__name__} is nobody's: it can't be sealed")
        sealed = await keyring.seal(subject, _encoder.encode(words), _place(event_id, field))
        if sealed is not None:
            boxed[field] = (subject, sealed)
    public = withhold(event) if _personal(type(event)) else event
    return _encoder.encode(public).decode(), _box.encode(boxed) if boxed else None


async def unseal(keyring: Keyring, event_id: UUID, event: Event, sealed: bytes | None) -> Event:
    """Return the event with its words; those of an erased person stay UNSET."""
    if sealed is None:
        return event
    words: dict[str, Any] = {}
    for field, (subject, box) in _unbox.decode(sealed).items():
        plain = await keyring.open(subject, box, _place(event_id, field))
        if plain is not None:
            words[field] = _personal(type(event))[field].decode(plain)
    return msgspec.structs.replace(event, **words)


def _place(event_id: UUID, field: str) -> str:
    return f"{event_id}|{field}"
