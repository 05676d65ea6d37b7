"""Personal words: encrypted where they are stored, absent from what is published."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

T = TypeVar("T")
E = TypeVar("E", bound=Struct)

_encoder = msgspec.json.Encoder()

# The extra says whose key encrypts the field: the name of the event's field that holds the person.
# UNSET means withheld (it is someone else's to show) or erased; no reader may take it for "empty".
# A history may know what was said and not who said it: then the key is that of the idea's author.
Personal = Annotated[T | UnsetType, Meta(extra={"keyed_by": "by"})]
"""Words of whoever wrote the event (`by`); where that is unknown, of the idea's author."""

AuthorsPersonal = Annotated[T | UnsetType, Meta(extra={"keyed_by": "author"})]
"""Words by or to the author of the idea: they live and die with the author's key (`author`)."""


@cache
def personal_fields(event: type[Struct]) -> Mapping[str, str]:
    """Return the personal fields of an event: field -> the field that names whose key it is."""
    info = msgspec.inspect.type_info(event)
    if not isinstance(info, msgspec.inspect.StructType):
        raise TypeError(f"{event!r} is no event")
    found: dict[str, str] = {}
    for field in info.fields:
        extra: Any = getattr(field.type, "extra", None)
        if extra and "keyed_by" in extra:
            found[field.encode_name] = extra["keyed_by"]
    return MappingProxyType(found)


def whose_words(event: Struct, field: str) -> str | None:
    """Return whose key seals a personal field of an event; None where it names nobody."""
    person: str | None = getattr(event, personal_fields(type(event))[field], None)
    return person or getattr(event, "author", None)


def withhold(event: E) -> E:
    """Return the event as it is published: every personal field UNSET."""
    fields = personal_fields(type(event))
    return msgspec.structs.replace(event, **dict.fromkeys(fields, UNSET)) if fields else event


def words_of(event: Struct) -> dict[str, tuple[str, bytes]]:
    """Return an event's personal words: field -> whose key seals them, and what they are as JSON.

    Raises ValueError where they are nobody's: then they can't be sealed, and may not be kept.
    """
    found: dict[str, tuple[str, bytes]] = {}
    for field in personal_fields(type(event)):
        words, person = getattr(event, field), whose_words(event, field)
        if words is UNSET:
            continue
        if person is None:
            raise ValueError(f"{field} of {type(event).__name__} is nobody's: it can't be sealed")
        found[field] = person, _encoder.encode(words)
    return found


def with_words(event: E, words: Mapping[str, bytes]) -> E:
    """Return an event that was withheld with its words again, which are JSON."""
    kind = type(event)
    read = {field: _decoder(kind, field).decode(said) for field, said in words.items()}
    return msgspec.structs.replace(event, **read) if read else event


@cache
def _decoder(event: type[Struct], field: str) -> msgspec.json.Decoder[Any]:
    (found,) = (each for each in msgspec.structs.fields(event) if each.name == field)
    return msgspec.json.Decoder(found.type)
