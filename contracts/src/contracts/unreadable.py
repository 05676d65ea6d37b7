"""What is wrong with bytes, in words that never quote them: they may hold anything."""

import re

import msgspec

from contracts.envelope import Unreadable

# Attributes of the standard and ours, which are text and may be named in a message.
ATTRIBUTES = frozenset(
    {
        "id", "source", "type", "specversion", "time", "subject", "dataschema", "datacontenttype",
        "partitionkey", "sequence", "recordedtime", "correlationid", "causationid", "traceparent",
    }
)  # fmt: skip

# All that decoding foreign bytes can raise: wrong shape, broken UTF-8, nesting without end.
BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
NUL = "the character NUL, which no text here may have: leave it out"

_POSITION = re.compile(r"\(byte \d+\)$")
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def text_of(header: str, content: bytes) -> str:
    """Return a header's text."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{_shown(header)} is not UTF-8") from None
    if "\0" in text:
        raise Unreadable(f"{_shown(header)} holds {NUL}")
    return text


def _shown(header: str) -> str:
    plain = header in {"content-type", "traceparent"}
    return header if plain or header.removeprefix("ce_") in ATTRIBUTES else "a header ce_…"


def has_nul(data: bytes) -> bool:
    """Tell whether JSON text holds an escaped NUL, which PostgreSQL stores in no text."""
    return b"\\u0000" in data and _ESCAPED_NUL.search(data) is not None


def what(error: Exception) -> str:
    """Say what is wrong and where; an enum value, which the decoder would quote, is left out."""
    text = str(error)
    if isinstance(error, msgspec.ValidationError):
        if text.startswith("Invalid enum value"):
            return f"a value that is not in its list - at {text.rpartition(' - at ')[2]}"
        return text
    if isinstance(error, msgspec.DecodeError):
        place = _POSITION.search(text)
        return f"malformed JSON {place.group()}" if place else "malformed JSON, cut off at its end"
    return "nested too deeply" if isinstance(error, RecursionError) else "not UTF-8"
