"""Looks at lines nobody has a mapping for yet: their fields, and the words that come again."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from history.records import Puzzling, read_record, shown
from history.steps import Record
from history.trouble import Numbered

MOST_WORDS = 40
"""A field with more different values than this holds no words, but texts."""
LONGEST_WORD = 60
MOST_FIELDS = 100
LONGEST_EXAMPLE = 300
_MOST_WRONG = 20
_MOST_VALUES = 400


class Met(Struct):
    """How often a word was met, and the first line that has it, cut short."""

    times: int
    line: int
    example: str


class Seen(Struct):
    """A field as it was seen. `words` is nothing where its values are texts."""

    name: str
    filled: int = 0
    example: str = ""
    values: list[Any] = field(default_factory=list)
    words: dict[str, Met] | None = field(default_factory=dict)

    def note(self, value: Any, line: Numbered) -> None:
        word = "" if value is None else str(value).strip()
        if value not in (None, "", []):
            self.filled += 1
            self.example = self.example or shown(_text(value))
            if len(self.values) < _MOST_VALUES:
                self.values.append(value)
        if self.words is None:
            return
        if word in self.words:
            self.words[word].times += 1
        elif isinstance(value, list) or len(word) > LONGEST_WORD or len(self.words) >= MOST_WORDS:
            self.words = None
        else:
            self.words[word] = Met(1, line[0], _cut(line[1]))


class Box(Struct):
    """A file as it is: fields in the order in which they came, and lines that are no record."""

    lines: int = 0
    records: int = 0
    fields: dict[str, Seen] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)
    wrong_count: int = 0
    more_fields: bool = False

    def words_of(self, name: str) -> dict[str, Met]:
        """Return the words of a field, the most frequent first; none where it holds texts."""
        found = self.fields[name].words if name in self.fields else None
        return dict(sorted((found or {}).items(), key=lambda pair: -pair[1].times))


def look(lines: Iterable[Numbered]) -> Box:
    """Look at every line once."""
    box = Box()
    for number, line in lines:
        box.lines += 1
        if not line.strip():
            continue
        try:
            record = read_record(line)
        except Puzzling as puzzle:
            box.wrong_count += 1
            if len(box.wrong) < _MOST_WRONG:
                box.wrong[number] = str(puzzle)
            continue
        box.records += 1
        _note(box, record, (number, line))
    return box


def _note(box: Box, record: Record, line: Numbered) -> None:
    for name, value in flat(record):
        if name not in box.fields:
            if len(box.fields) >= MOST_FIELDS:
                box.more_fields = True
                continue
            box.fields[name] = Seen(name)
        box.fields[name].note(value, line)


def flat(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield each field with its value; one within another as the mapping names it, `a.b`."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", found) for inner, found in flat(value))
        else:
            yield name, value


def filled_with(
    lines: Iterable[Numbered], fact: str, words: Iterable[str]
) -> dict[str, Counter[str]]:
    """Return for each kind of line how often each of some other fields is filled in it."""
    wanted = tuple(words)
    found: dict[str, Counter[str]] = {}
    for _, line in lines:
        try:
            record = dict(flat(read_record(line)))
        except Puzzling:
            continue
        kind = str(record.get(fact) or "").strip()
        counted = found.setdefault(kind, Counter())
        counted.update(name for name in wanted if record.get(name) not in (None, "", []))
    return found


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _cut(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[: LONGEST_EXAMPLE - 1]}…"
