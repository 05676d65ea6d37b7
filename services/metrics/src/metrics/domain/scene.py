"""What numbers are computed from: the facts that count at the instant of judging, at hand."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from metrics.domain.facts import Doing, Facts, PromiseFact
from metrics.domain.ideas import Life
from metrics.domain.periods import Window
from metrics.domain.roster import Roster, local_days
from metrics.domain.working import WorkingTime


class Scene:
    """The facts of a question that count, looked up by idea and by subject."""

    def __init__(
        self, window: Window, facts: Facts, zone: ZoneInfo, works: Callable[[date], bool]
    ) -> None:
        self.window, self.facts, self.zone = window, facts, zone
        self.working = WorkingTime(works, zone)

    @cached_property
    def doings(self) -> list[Doing]:
        """What was done, in the order in which it happened, each once."""
        counts = self.window.counts
        once = {
            (d.stream, d.version): d
            for d in self.facts.doings
            if counts(d.occurred_at, d.recorded_at)
        }
        return sorted(once.values(), key=lambda d: (d.occurred_at, d.stream, d.version))

    @cached_property
    def by_subject(self) -> dict[UUID, list[Doing]]:
        found: dict[UUID, list[Doing]] = {}
        for doing in self.doings:
            found.setdefault(doing.subject, []).append(doing)
        return found

    @cached_property
    def promises(self) -> dict[UUID, list[PromiseFact]]:
        """The steps of each idea's loop, in its order."""
        found: dict[UUID, list[PromiseFact]] = {}
        for fact in sorted(self.facts.promises, key=lambda fact: fact.version):
            if self.window.counts(fact.occurred_at, fact.recorded_at):
                found.setdefault(fact.idea, []).append(fact)
        return found

    @cached_property
    def roster(self) -> Roster:
        counts = self.window.counts
        told = [s for s in self.facts.standings if counts(s.occurred_at, s.recorded_at)]
        return Roster(told, self.zone)

    def of(self, idea: UUID, *types: str) -> list[Doing]:
        """Return what was done about an idea, of some types."""
        return [d for d in self.by_subject.get(idea, ()) if d.type in types]

    def birth(self, life: Life) -> Doing | None:
        return next(iter(self.of(life.idea, "IdeaSubmitted")), None)

    def co_authors(self, life: Life) -> dict[bytes, datetime]:
        """Return who tells the idea beside its author, as it is at the end, and since when."""
        found: dict[bytes, datetime] = {}
        for told in self.of(life.idea, "IdeaSubmitted", "CoAuthorsChanged"):
            found = {person: found.get(person, told.occurred_at) for person in told.others}
        return found

    @cached_property
    def days(self) -> tuple[date, date]:
        """The local days of the period, [first, last)."""
        earliest = min((s.occurred_at for s in self.facts.standings), default=None)
        begins = earliest.astimezone(self.zone).date() if earliest else None
        return local_days(self.window.since, self.window.until, self.zone, begins)

    @property
    def length(self) -> int:
        first, last = self.days
        return max((last - first) // timedelta(days=1), 0)
