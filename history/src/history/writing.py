"""Writes a mapping from what was chosen, as somebody would write it by hand."""

import json
import re
from collections.abc import Iterator

from history.mapping.model import HISTORY_FIELDS
from history.proposing import BY_WORD, THEN, Choices

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_FIXED = {"pilot_concluded": "outcome", "reopened": "to"}


def written(choices: Choices, unknown: str = "not decided") -> str:
    """Return the mapping as TOML. What was not decided stands there as a comment, with `unknown`.

    It may have faults: whoever reads it says which, with their lines.
    """
    return "\n".join(_lines(choices, unknown)) + "\n"


def _lines(choices: Choices, unknown: str) -> Iterator[str]:
    if choices.source:
        yield f"source = {_text(choices.source)}"
    yield from ("", "[time]", f"formats = {_list(choices.formats or ['iso'])}")
    yield f"zone = {_text(choices.zone)}"
    yield from ("", "[history]")
    if choices.fact:
        yield f"fact = {_text(choices.fact)}"
    if not _born(choices):
        yield 'births = "first"'
    if choices.separator:
        yield f"separator = {_text(choices.separator)}"
    if ignored := [name for name, role in choices.roles.items() if role == "ignored"]:
        yield f"ignored_fields = {_list(ignored)}"
    yield from ("", "[history.fields]")
    for role in HISTORY_FIELDS:
        if names := _sources(choices, role):
            yield f"{role} = {_text(names[0]) if len(names) == 1 else _list(names)}"
    yield from _rules(choices, unknown)


def _sources(choices: Choices, role: str) -> list[str]:
    """Return the fields for a role; whoever wrote a line down stands in for its author."""
    names = choices.fields_as(role)
    return names + choices.fields_as("by") if role == "authors" else names


def _rules(choices: Choices, unknown: str) -> Iterator[str]:
    words = choices.fields_as("word")
    if choices.fact:
        yield from ("", "[history.facts]")
        yield from _dictionary(choices.meanings.get(choices.fact, {}), unknown)
    elif words:
        yield from ("", "[history.line]", f"word = {_text(words[0])}")
    else:
        yield from ("", "[history.line]", 'step = "submitted"')
    for name in words:
        yield from ("", f"[history.words.{_key(name)}]")
        yield from _dictionary(choices.meanings.get(name, {}), unknown)


def _dictionary(meanings: dict[str, str], unknown: str) -> Iterator[str]:
    written_before: set[str] = set()
    for word, meaning in meanings.items():
        plainly = " ".join(word.split()).casefold()
        if not meaning:
            yield f"# {_key(word)} = {unknown}"
        elif plainly not in written_before:
            written_before.add(plainly)
            yield f"{_key(word)} = {_rule(meaning)}"


def _rule(meaning: str) -> str:
    if meaning.startswith(BY_WORD):
        return f"{{ word = {_text(meaning.removeprefix(BY_WORD))} }}"
    if meaning.startswith(THEN):
        return f'{{ step = "submitted", then = {_text(meaning.removeprefix(THEN))} }}'
    step, _, fixed = meaning.partition(":")
    if fixed:
        return f"{{ step = {_text(step)}, {_FIXED[step]} = {_text(fixed)} }}"
    return _text(step)


def _born(choices: Choices) -> bool:
    if not choices.fact and not choices.fields_as("word"):
        return True
    readers = [choices.fact] if choices.fact else []
    reached = {m.removeprefix(BY_WORD) for m in choices.meanings.get(choices.fact, {}).values()
               if m.startswith(BY_WORD)}  # fmt: skip
    readers += (
        [n for n in choices.fields_as("word") if n in reached]
        if readers
        else (choices.fields_as("word")[:1])
    )
    return any(
        meaning == "submitted" or meaning.startswith(THEN)
        for name in readers for meaning in choices.meanings.get(name, {}).values()
    )  # fmt: skip


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _list(texts: list[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"
