"""What was heard, as plain as it came; and the small words that all recounting needs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
Key = tuple[str, str]
"""A cut and a group: ("department", "care"), ("attribute", "site=north"); both empty: all."""

ALL: Key = ("", "")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fact:
    """An event: its type without package and version, its data as JSON says them."""

    type: str
    data: Mapping[str, Any]
    at: datetime
    source: str = ""
    id: str = ""
    stream: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody used a feature of a tool on a day. `person` is a hash, or whatever tells persons."""

    day: date
    person: bytes
    tool: str
    feature: str
    department: str | None = None
    advanced: bool = False


@dataclass(frozen=True)
class Figure:
    """A number of a group. Without a value there is nothing to count, or it was not reached."""

    value: Fraction | None
    n: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    beside: Mapping[str, Fraction | None] = field(default_factory=dict)


Figures = dict[Key, Figure]


@dataclass(frozen=True)
class Period:
    """The days from `since` up to, not including, `until`."""

    since: date
    until: date

    def has(self, day: date) -> bool:
        return self.since <= day < self.until

    @property
    def days(self) -> list[date]:
        return [self.since + timedelta(days=n) for n in range((self.until - self.since).days)]

    @property
    def is_month(self) -> bool:
        return self.months == [f"{self.since:%Y-%m}"]

    @property
    def months(self) -> list[str]:
        """The whole calendar months of which it is made; none where it is not."""
        if self.since.day != 1 or self.until.day != 1:
            return []
        return sorted({f"{day:%Y-%m}" for day in self.days})


@dataclass(frozen=True)
class Log:
    """All that was heard up to a moment, in whatever order, and how the house counts days.

    `name` makes of a person's id what `uses` have in its place. `erased` are forgotten persons.
    What was made of it once is kept in `memo`: many numbers are counted from one log.
    """

    facts: Iterable[Fact]
    uses: Iterable[Use]
    zone: ZoneInfo
    works: Callable[[date], bool]
    name: Callable[[str], bytes]
    erased: frozenset[bytes] = frozenset()
    memo: dict[Any, Any] = field(default_factory=dict)

    def of(self, *types: str) -> list[Fact]:
        """Return each fact of some types once, in the order in which it happened."""
        once = {(f.source, f.id): f for f in self.facts if f.type in types}
        return sorted(once.values(), key=lambda f: (f.at, f.stream, f.version))

    def once(self, key: Any, make: Callable[[], T]) -> T:
        if key not in self.memo:
            self.memo[key] = make()
        found: T = self.memo[key]
        return found

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def part(of: int, whole: int) -> Figure:
    """Return a share; of nothing there is none."""
    return Figure(Fraction(of, whole), whole, of, whole) if whole else Figure(None, 0)
