"""Proposes what a file may mean, by the names of its fields and words; people decide."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from history.looking import Box
from history.mapping.model import HISTORY_FIELDS, Moments
from history.mapping.moments import moment_parser
from history.vocabulary import NOTHING, Known, field_called, is_change, word_called

ROLES = (*HISTORY_FIELDS, "fact", "word", "ignored")
"""What a field of a file may be chosen to be: `word` says a step, `fact` a kind of line."""
BY_WORD = "word:"
THEN = "submitted+"
"""`word:F` means what the field F says; `submitted+F` is born, and then what F says."""
FORMATS = (
    "iso", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%m/%d/%Y %H:%M", "%m/%d/%Y",
    "unix_ms", "unix",
)  # fmt: skip
SEPARATORS = (";", "+", "|", ",", "&")
_ENOUGH = 0.8  # of the values of a field, to hold moments


class Choices(Struct):
    """What a mapping is written from. A meaning is a step, with what is fixed behind a colon."""

    source: str = ""
    formats: list[str] = field(default_factory=list)
    zone: str = "Europe/Amsterdam"
    separator: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    meanings: dict[str, dict[str, str]] = field(default_factory=dict)

    def fields_as(self, role: str) -> list[str]:
        return [name for name, chosen in self.roles.items() if chosen == role]

    @property
    def fact(self) -> str:
        return next(iter(self.fields_as("fact")), "")


class Proposal(Struct):
    """Choices with the reason of each: of a field under its name, of a word under both."""

    choices: Choices
    fields: dict[str, Known] = field(default_factory=dict)
    words: dict[str, dict[str, Known]] = field(default_factory=dict)


def propose(box: Box, source: str, with_fact: dict[str, Counter[str]] | None = None) -> Proposal:
    """Propose what a box means; `with_fact` says which words come with which kind of line."""
    found = Proposal(Choices(source=source))
    _fields(box, found)
    choices = found.choices
    choices.formats = formats_of(_times(choices, box), choices.zone)
    people = [v for name in choices.fields_as("authors") for v in box.fields[name].values]
    choices.separator = separator_of(people)
    for name in choices.fields_as("word"):
        _words(box, found, name)
    if choices.fact:
        _facts(box, found, with_fact or {})
    return found


def _fields(box: Box, found: Proposal) -> None:
    taken: set[str] = set()
    for name, seen in box.fields.items():
        known = field_called(name)
        wordless = not seen.words or set(seen.words) == {""}
        if known.meaning in ("fact", "word") and wordless:
            known = NOTHING
        if known.meaning == "fact" and "fact" in taken:
            known = NOTHING
        taken.add(known.meaning)
        found.fields[name] = known
        found.choices.roles[name] = known.meaning
    if "at" not in taken:
        for name, seen in box.fields.items():
            if not found.choices.roles[name] and _holds_moments(seen.values):
                found.fields[name] = Known("at", "content")
                found.choices.roles[name] = "at"
                return


def _words(box: Box, found: Proposal, name: str) -> None:
    known = {word: word_called(word) if word else NOTHING for word in box.words_of(name)}
    found.words[name] = known
    found.choices.meanings[name] = {word: one.meaning for word, one in known.items()}


def _facts(box: Box, found: Proposal, with_fact: dict[str, Counter[str]]) -> None:
    fact, meanings = found.choices.fact, {}
    told: dict[str, Known] = {}
    for word in box.words_of(fact):
        counted = with_fact.get(word, Counter())
        other = counted.most_common(1)[0][0] if counted else ""
        known = word_called(word) if word else NOTHING
        if other and (is_change(word) or known.why in ("none", "spelling")):
            known = Known(BY_WORD + other, "synonym" if is_change(word) else "content", other)
        elif other and known.meaning == "submitted":
            known = Known(THEN + other, known.why, known.like)
        told[word], meanings[word] = known, known.meaning
    found.words[fact] = told
    found.choices.meanings[fact] = meanings


def formats_of(values: Iterable[Any], zone: str) -> list[str]:
    """Return the fewest ways of writing moments that read the most of the values."""
    left, chosen = list(values), list[str]()
    while left:
        read = {one: _readable(left, one, zone) for one in FORMATS}
        best = max(FORMATS, key=lambda one: len(read[one]))
        if not read[best]:
            break
        chosen.append(best)
        left = [value for at, value in enumerate(left) if at not in read[best]]
    return chosen or ["iso"]


def _readable(values: list[Any], form: str, zone: str) -> set[int]:
    parse = moment_parser(Moments((form,), zone))
    return {at for at, value in enumerate(values) if _parsed(parse, value) is not None}


def _parsed(parse: Any, value: Any) -> datetime | None:
    try:
        found: datetime = parse(value)
    except ValueError:
        return None
    return found


def _holds_moments(values: list[Any]) -> bool:
    texts = [value for value in values if isinstance(value, str)]
    read = set[int]()
    for form in FORMATS[:-2]:
        read |= _readable(texts, form, "UTC")
    return bool(texts) and len(read) >= _ENOUGH * len(values)


def separator_of(values: Iterable[Any]) -> str:
    """Return what stands between several people in one text, if anything does."""
    texts = [value for value in values if isinstance(value, str)]
    counted = {sign: sum(sign in text for text in texts) for sign in SEPARATORS}
    best = max(SEPARATORS, key=lambda sign: counted[sign])
    return best if counted[best] else ""


def completed(choices: Choices, box: Box) -> Choices:
    """Return choices with a proposal for each word of a field that has just been chosen."""
    meanings = dict(choices.meanings)
    words = choices.fields_as("word")
    for name in [*words, choices.fact]:
        if name and name not in meanings:
            meanings[name] = {word: _meaning(word, words, name) for word in box.words_of(name)}
    return Choices(
        choices.source, formats_of(_times(choices, box), choices.zone), choices.zone,
        choices.separator, choices.roles, meanings,
    )  # fmt: skip


def _meaning(word: str, words: list[str], field_: str) -> str:
    if field_ not in words and words and is_change(word):
        return BY_WORD + words[0]
    return word_called(word).meaning if word else ""


def _times(choices: Choices, box: Box) -> list[Any]:
    return [v for name in choices.fields_as("at") for v in box.fields[name].values]
