"""May this schema follow that one? Every writer ever must be understood by every reader ever.

Two readings are compared at once, for old with new and new with old. Who writes is closed and
sends exactly what its schema says; who reads is open and ignores what it does not know. So a
field may be added if a reader can do without it, and nothing that is there may change.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.publishing.history import History, Published
from contracts.publishing.schemas import Schema, brief, shape

OPEN = "x-open-enum"
# Where an event travels belongs to it: order and repetition are judged by topic, key and stream.
_PLACE = {"x-topic": "topic", "x-key": "key", "x-stream": "stream"}


def breaches(current: Mapping[str, Schema], history: History) -> list[str]:
    """Return why today's schemas cannot follow the published ones; empty where they can."""
    found = [
        f"{type_}: was published and is declared no more; declare it again, for those who read "
        "what was written then"
        for type_ in history
        if type_ not in current
    ]
    for type_, schema in current.items():
        for earlier in history.get(type_, ()):
            found += [_told(type_, earlier, breach) for breach in differences(earlier, schema)]
    return list(dict.fromkeys(found))


def _told(type_: str, earlier: Published, breach: str) -> str:
    name, _, version = type_.rpartition(".v")
    new = f"{name.rpartition('.')[2]}V{int(version) + 1}"
    return (
        f"{type_}: {breach} (against revision {earlier.number}); undo it, or declare "
        f"a new event {new} with VERSION = {int(version) + 1} beside this one"
    )


def differences(earlier: Published, later: Schema) -> list[str]:
    """Return what forbids that `later` follows `earlier`."""
    old, new = shape(earlier.schema), shape(later)
    moved = [
        f"its {word} was {old[name]} and is {new[name]}"
        for name, word in _PLACE.items()
        if old.get(name) != new.get(name)
    ]
    return [*moved, *_objects(old, new, "")]


def _objects(old: Schema, new: Schema, where: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() - after.keys()):
        yield f"{where}{name} was removed or renamed: readers of old data still look for it"
    for name in sorted(after.keys() - before.keys()):
        yield from _added(after[name], f"{where}{name}", required=name in new.get("required", ()))
    for name in sorted(before.keys() & after.keys()):
        yield from _required(old, new, name, where)
        yield from _same(before[name], after[name], f"{where}{name}")


def _added(schema: Schema, where: str, *, required: bool) -> Iterator[str]:
    if required:
        yield f"{where} was added and is required: old data does not have it; give it a default"
    elif "default" not in schema:
        yield f"{where} was added without a default: readers of old data would not know its value"


def _required(old: Schema, new: Schema, name: str, where: str) -> Iterator[str]:
    was, is_ = name in old.get("required", ()), name in new.get("required", ())
    if is_ and not was:
        yield f"{where}{name} became required: old data may lack it"
    if was and not is_:
        yield f"{where}{name} is required no more: old readers cannot do without it"


def _same(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """A field that both have takes the same values in both, save for the words of an open list."""
    if _kind(old) != _kind(new):
        yield f"{where} was {brief(old)} and is {brief(new)}"
        return
    if "properties" in old or "properties" in new:
        yield from _objects(old, new, f"{where}.")
    for keyword in sorted((old.keys() | new.keys()) - {"properties", "required"}):
        yield from _keyword(keyword, old, new, where)


def _kind(schema: Schema) -> tuple[Any, ...]:
    choices = len(schema.get("anyOf", ()))
    return schema.get("type"), schema.get("format"), choices, "enum" in schema


def _keyword(keyword: str, old: Schema, new: Schema, where: str) -> Iterator[str]:
    if (keyword in old) != (keyword in new):
        change = "gained" if keyword in new else "lost"
        yield f"{where} {change} {keyword}: one side would send or assume what the other does not"
    elif keyword == "enum":
        yield from _words(old, new, where)
    elif keyword == "anyOf":
        for before, after in zip(old[keyword], new[keyword], strict=True):
            yield from _same(before, after, where)
    elif isinstance(old[keyword], dict) and isinstance(new[keyword], dict) and keyword != "default":
        yield from _same(old[keyword], new[keyword], f"{where}[]")
    elif old[keyword] != new[keyword]:
        yield f"{where} changed its {keyword} from {old[keyword]!r} to {new[keyword]!r}"


def _words(old: Schema, new: Schema, where: str) -> Iterator[str]:
    lost, added = _beyond(old, new), _beyond(new, old)
    if lost:
        yield f"{where} lost {', '.join(lost)} from its list: old data has it"
    if added and not old.get(OPEN):
        yield f"{where} gained {', '.join(added)} in its list, and the list is not {OPEN}"


def _beyond(one: Schema, other: Schema) -> list[str]:
    return [str(value) for value in one["enum"] if value not in other["enum"]]
