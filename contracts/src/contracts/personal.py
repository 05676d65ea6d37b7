"""Personal words: encrypted where they are stored, absent from what is published."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

T = TypeVar("T")

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


def withhold(event: Struct) -> Struct:
    """Return the event as it is published: every personal field UNSET."""
    return msgspec.structs.replace(event, **dict.fromkeys(personal_fields(type(event)), UNSET))
