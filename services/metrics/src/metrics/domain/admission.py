"""Which events from outside are taken: one judgement, for what comes by Kafka and by HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

ANYBODY = "*"
AHEAD = timedelta(days=1)  # how far a publisher's clock may be before ours

NOBODYS = (
    "nobody is known here who may tell in the name of its source: the operator of Kiem names who"
    " may in KIEM_SOURCES"
)
NOT_YOURS = (
    "this client may not tell in the name of its source: use a source of your own, or ask the"
    " operator of Kiem"
)
DATED_AHEAD = "it is dated more than a day ahead: look at the publisher's clock"

NO_WEEK = "its week is in no calendar: that year has 52"
WEEK_AHEAD = "its week has not begun: report it when it is over"
FEW_USES = "it has fewer uses than users: whoever uses something does so once at least"


def monday(week: str) -> date:
    """Return the first day of an ISO week such as 2026-W09; ValueError if there is none."""
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def doubt(week: str, users: int, uses: int, at: datetime) -> str | None:
    """Say why counts of a week can't be true; None: they can."""
    try:
        begins = monday(week)
    except ValueError:
        return NO_WEEK
    if begins > (at + AHEAD).date():
        return WEEK_AHEAD
    return FEW_USES if uses < users else None


@dataclass(frozen=True)
class Admission:
    """Who may tell in whose name, and how large an event may be.

    `holders` are pairs of a client and a source; a source that ends in * stands for all that begin
    so, the client * for every publisher. `most` is in bytes.
    """

    holders: Sequence[tuple[str, str]]
    most: int
    _known: dict[str, bool] = field(default_factory=dict, compare=False)

    def refusal(self, source: str, size: int, occurred: datetime, at: datetime) -> str | None:
        """Say why an event is not taken, whoever brings it; None: it is."""
        if size > self.most:
            return f"it has {size:,} bytes, and {self.most:,} are the most: send smaller events"
        if not self.is_held(source):
            return NOBODYS
        return DATED_AHEAD if occurred > at + AHEAD else None

    def is_held(self, source: str) -> bool:
        """Tell whether anybody may tell in the name of a source. Kafka says not who wrote."""
        found = self._known.get(source)
        if found is None:
            found = any(_covers(pattern, source) for _, pattern in self.holders)
            if len(self._known) < 10_000:  # noqa: PLR2004 - sources that strangers make up end here
                self._known[source] = found
        return found

    def holds(self, client: str, source: str) -> bool:
        """Tell whether a client may tell in the name of a source, and see what became of that."""
        return any(
            who in (client, ANYBODY) and _covers(pattern, source) for who, pattern in self.holders
        )


def _covers(pattern: str, source: str) -> bool:
    if pattern.endswith("*"):
        return source.startswith(pattern[:-1])
    return source == pattern
