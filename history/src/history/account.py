"""What becomes of each line of an import, and why where it was refused."""

from collections import Counter, defaultdict
from typing import Literal

from msgspec import Struct, field

from history.assembly import Assembled

Result = Literal["recorded", "repeated", "known", "refused", "unplaced", "ignored"]
# Of the steps of one line the first of these counts.
_RANK: tuple[Result, ...] = (
    "unplaced", "refused", "recorded", "repeated", "known", "ignored",
)  # fmt: skip


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


def by_reason(reasons: dict[int, str]) -> dict[str, list[int]]:
    """Turn reasons by line into lines by reason, the most frequent first."""
    found: dict[str, list[int]] = defaultdict(list)
    for line, reason in sorted(reasons.items()):
        found[reason].append(line)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))
