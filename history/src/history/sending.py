"""Sends a history in portions, and keeps account of every line; who carries them is given."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from history.account import Account
from history.assembly import Assembled, Idea
from history.portions import portions
from history.together import AT_ONCE, together

Advance = Callable[[int], None]
Tell = Callable[[str, str, Any], Any]
"""Takes a service, a path and a body there, and returns the answer; raises NotTaken."""

_ROUTES = {
    "ideas": ("ideas", "/v1/imports/history"),
    "items": ("feedback", "/v1/imports/assignments"),
    "lines": ("ideas", "/v1/imports/unplaced"),
}
_LONGEST_REASON = 500
_MOST_BYTES = {"ideas": 900_000, "items": 50_000, "lines": 900_000}
_MOST = {"ideas": 20, "items": 50, "lines": 500}
TOO_MUCH = frozenset({400, 413, 422})
"""The statuses of HTTP that refuse a portion for what is in it: halves of it may be taken."""


class NotTaken(Exception):
    """A service refuses a portion for what is in it; the message is its sentence."""


class Sender:
    """Sends portions; a portion that is refused as a whole is halved until the culprit is alone."""

    def __init__(self, tell: Tell, source: str, account: Account, at_once: int = AT_ONCE) -> None:
        self.tell, self.source, self.account, self.at_once = tell, source, account, at_once

    def ideas(self, ideas: Sequence[Idea], cutover: datetime | None, advance: Advance) -> None:
        # Without a cut-over it is now, and what time it is now the service says.
        more = {} if cutover is None else {"cutover": cutover}
        found = self._all(partial(self._sent, "ideas", more), _portions(ideas, "ideas"))
        for portion, results in found:
            self._note(results)
            advance(sum(len(idea.steps) for idea in portion))

    def assignments(self, whole: Assembled, advance: Advance) -> None:
        authors = {idea.key: _author(idea) for idea in whole.ideas}
        refused = set(self.account.lines("refused"))
        items = [
            {"line": one.line, "at": one.at, "key": one.key, "author": authors[one.key],
             "reviewers": one.reviewers}
            for one in whole.assignments
            if one.line not in refused and authors[one.key]
        ]  # fmt: skip
        for one in whole.assignments:
            if not authors[one.key]:
                self.account.note(one.line, "refused", "the idea has no author")
        for portion, results in self._all(
            partial(self._sent, "items", {}), _portions(items, "items")
        ):
            self._note(results)
            advance(len(portion))

    def unplaced(self, raw: Iterable[tuple[int, str]], advance: Advance) -> None:
        """Hand over what could not be placed, so that it is kept."""
        lines = [{"line": number, "reason": self._why(number), "raw": text} for number, text in raw]
        for portion in _portions(lines, "lines"):
            service, path = _ROUTES["lines"]
            body = {"source": self.source, "lines": portion}
            self.tell(service, path, body)
            advance(len(portion))

    def _all(
        self, work: Callable[[list[Any]], list[dict[str, Any]]], items: Iterator[list[Any]]
    ) -> Iterator[tuple[list[Any], list[dict[str, Any]]]]:
        return together(work, items, self.at_once)

    def _why(self, line: int) -> str:
        return self.account.reasons.get(line, "refused")[:_LONGEST_REASON]

    def _note(self, results: list[dict[str, Any]]) -> None:
        for one in results:
            self.account.note(one["line"], one["result"], one.get("reason"))

    def _sent(
        self, name: str, more: dict[str, Any], portion: Sequence[Any]
    ) -> list[dict[str, Any]]:
        """Return what became of each step; one that is refused outright takes no other along."""
        service, path = _ROUTES[name]
        body = {"source": self.source, **more, name: portion}
        try:
            answer = self.tell(service, path, body)
        except NotTaken as no:
            if len(portion) > 1:
                half = len(portion) // 2
                first, second = portion[:half], portion[half:]
                return self._sent(name, more, first) + self._sent(name, more, second)
            reason = f"{service}: {no}"
            lines = _lines_of(portion[0])
            return [{"line": line, "result": "refused", "reason": reason} for line in lines]
        found: list[dict[str, Any]] = answer["items"]
        return found


def _portions(items: Sequence[Any], name: str) -> Iterator[list[Any]]:
    return portions(items, most=_MOST[name], most_bytes=_MOST_BYTES[name])


def _author(idea: Idea) -> str:
    birth = idea.steps[0]
    return birth.authors[0] if birth.authors else birth.by or ""


def _lines_of(item: Any) -> list[int]:
    if isinstance(item, Idea):
        return sorted({step.line for step in item.steps})
    return [item["line"]]
