"""A line of JSON Lines, and looking things up in it; every no is a sentence."""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from history.mapping.model import Sources
from history.steps import Record

_SHOWN = 40
_LONGEST_KEY = 200
_PERSON = re.compile(r"[^\s@]{1,200}")


class Puzzling(Exception):
    """Something in a line was not understood; the message says what, without the line number."""


def read_record(line: bytes) -> Record:
    """Read a JSON object; raise Puzzling where it is none."""
    try:
        text = line.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Puzzling("the line is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Puzzling(f"the line is no JSON: {error.msg} at character {error.pos + 1}") from None
    except (RecursionError, ValueError):
        raise Puzzling("the line is no JSON that can be read: too deep, or no number") from None
    if not isinstance(found, dict):
        raise Puzzling("the line is JSON, but no object { … }")
    return found


def _once(pairs: Iterable[tuple[str, Any]]) -> Record:
    found: Record = {}
    for name, value in pairs:
        if name in found:
            raise Puzzling(f"the field '{shown(name)}' stands twice in the line")
        found[name] = value
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError


def shown(word: str) -> str:
    """Return a word short enough for a report."""
    return word if len(word) <= _SHOWN else f"{word[: _SHOWN - 1]}…"


def look_up(record: Record, name: str) -> Any:
    """Return the value of a field; `a.b` looks for b inside a, unless a field has that name."""
    if name in record:
        return record[name]
    found: Any = record
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def first_filled(record: Record, sources: Sources) -> tuple[Any, str]:
    """Return what is in the first of some fields that is filled, and its name."""
    for name in sources:
        found = look_up(record, name)
        if found not in (None, "", []):
            return found, name
    return None, sources[0] if sources else ""


def word(found: Any, field: str) -> str:
    """Return a value as one word."""
    match found:
        case None:
            return ""
        case bool():
            return str(found).lower()
        case str() | int() | float():
            return str(found).strip()
        case _:
            raise Puzzling(f"the field '{field}' holds {_kind(found)}; a text is expected")


def person(found: Any, field: str) -> str:
    """Return a person's pseudonym; names and addresses are refused, as ids are published."""
    name = word(found, field)
    if not _PERSON.fullmatch(name):
        raise Puzzling(
            f"the field '{field}' seems to hold a name or an address; an id of the directory,"
            " without spaces or @, is expected"
        )
    return name


def people(found: Any, field: str, separator: str | None) -> tuple[str, ...]:
    """Return the persons of a list, or of a text with separators, each once."""
    if found is None:
        return ()
    parts = found if isinstance(found, list) else [found]
    if separator and isinstance(found, str):
        parts = found.split(separator)
    names = [person(part, field) for part in parts if word(part, field)]
    return tuple(dict.fromkeys(names))


def key(found: Any, field: str) -> str:
    """Return what the organisation calls an idea."""
    name = word(found, field)
    if not name:
        raise Puzzling(f"the field '{field}' is empty: which idea is this about?")
    if len(name) > _LONGEST_KEY:
        raise Puzzling(f"the field '{field}' is longer than {_LONGEST_KEY} characters")
    return name


def _kind(found: Any) -> str:
    return "a list" if isinstance(found, list) else "an object"
