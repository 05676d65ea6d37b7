"""Sends a history to the services in portions, and keeps account of every line."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

from msgspec import Struct, field

from cli.history.assembly import Assembled, Idea
from cli.portions import portions
from cli.progress import Advance
from cli.services import LONG, Refused, Services
from cli.together import together
from cli.tokens import OPERATOR

Result = Literal["recorded", "repeated", "known", "refused", "unplaced", "ignored"]
# Of the steps of one line the first of these counts.
_RANK: tuple[Result, ...] = (
    "unplaced", "refused", "recorded", "repeated", "known", "ignored",
)  # fmt: skip
_TOO_MUCH = frozenset({400, 413, 422})
_ROUTES = {
    "ideas": ("ideas", "/v1/imports/history"),
    "items": ("feedback", "/v1/imports/assignments"),
    "lines": ("ideas", "/v1/imports/unplaced"),
}
_LONGEST_REASON = 500
_MOST_BYTES = {"ideas": 900_000, "items": 50_000, "lines": 900_000}
_MOST = {"ideas": 20, "items": 50, "lines": 500}


class Account(Struct):
    """What became of each line, and why where it was refused."""

    results: dict[int, Result] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def note(self, line: int, result: Result, reason: str | None = None) -> None:
        before = self.results.get(line, "ignored")
        self.results[line] = min(before, result, key=_RANK.index)
        if reason and line not in self.reasons:
            self.reasons[line] = reason

    def counts(self) -> dict[Result, int]:
        found = Counter(self.results.values())
        return {result: found[result] for result in _RANK[::-1]}

    def lines(self, *results: Result) -> list[int]:
        return sorted(line for line, found in self.results.items() if found in results)

    def complete(self) -> bool:
        return not self.lines("refused", "unplaced")


def account_of(whole: Assembled) -> Account:
    """Begin the account with what was not understood or is ignored."""
    account = Account()
    for line, standing in whole.standing.items():
        if standing != "placed":
            account.note(line, standing, whole.reasons.get(line))
    return account


class Sender:
    """Sends portions; a portion that is refused as a whole is halved until the culprit is alone."""

    def __init__(self, services: Services, source: str, account: Account) -> None:
        self.services, self.source, self.account = services, source, account

    def ideas(self, ideas: Sequence[Idea], cutover: datetime | None, advance: Advance) -> None:
        # Without a cut-over it is now, and what time it is now the service says.
        more = {} if cutover is None else {"cutover": cutover}
        found = together(partial(self._sent, "ideas", more), _portions(ideas, "ideas"))
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
        for portion, results in together(
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
            self.services.tell(service, path, body, who=OPERATOR, patience=LONG)
            advance(len(portion))

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
            answer = self.services.tell(service, path, body, who=OPERATOR, patience=LONG)
        except Refused as refused:
            if refused.status not in _TOO_MUCH:
                raise
            if len(portion) > 1:
                half = len(portion) // 2
                first, second = portion[:half], portion[half:]
                return self._sent(name, more, first) + self._sent(name, more, second)
            reason = f"{service}: {refused.sentence}"
            lines = _lines_of(portion[0])
            return [{"line": line, "result": "refused", "reason": reason} for line in lines]
        found: list[dict[str, Any]] = answer["items"]
        return found


def _portions(items: Sequence[Any], name: str) -> Iterator[list[Any]]:
    return portions(items, most=_MOST[name], most_bytes=_MOST_BYTES[name])


def by_reason(reasons: dict[int, str]) -> dict[str, list[int]]:
    """Turn reasons by line into lines by reason, the most frequent first."""
    found: dict[str, list[int]] = defaultdict(list)
    for line, reason in sorted(reasons.items()):
        found[reason].append(line)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


def _author(idea: Idea) -> str:
    birth = idea.steps[0]
    return birth.authors[0] if birth.authors else birth.by or ""


def _lines_of(item: Any) -> list[int]:
    if isinstance(item, Idea):
        return sorted({step.line for step in item.steps})
    return [item["line"]]
