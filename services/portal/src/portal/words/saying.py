"""Says in Dutch what others say in English: their sentences are looked up, with what they name."""

import re
from functools import lru_cache

from portal.words.sentences import SENTENCES

_HOLE = "{}"
_JOINT = "; "  # between what is wrong with one line
_OF_A_SERVICE = re.compile(r"(ideas|feedback): (.+)", re.DOTALL)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences with the most words of their own first: the others match more."""
    longest = sorted(SENTENCES, key=lambda pair: -len(pair[0].replace(_HOLE, "")))
    return [(_pattern(english), dutch) for english, dutch in longest]


def _pattern(english: str) -> re.Pattern[str]:
    parts = [re.escape(part.format()) for part in english.split(_HOLE)]
    return re.compile("(.+?)".join(parts), re.DOTALL)


@lru_cache(maxsize=4096)
def in_dutch(sentence: str) -> str | None:
    """Return a sentence in Dutch; None where nobody translated it."""
    for pattern, dutch in _patterns():
        if match := pattern.fullmatch(sentence):
            return dutch.format(*(in_dutch(part) or part for part in match.groups()))
    if match := _OF_A_SERVICE.fullmatch(sentence):
        return in_dutch(match[2])
    for joint in re.finditer(re.escape(_JOINT), sentence):
        first, rest = in_dutch(sentence[: joint.start()]), in_dutch(sentence[joint.end() :])
        if first and rest:
            return f"{first}{_JOINT}{rest}"
    return None
