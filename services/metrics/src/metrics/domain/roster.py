"""Who is in the directory, where, and what it says of them, at any moment."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from metrics.domain.facts import UNKNOWN, Standing
from metrics.domain.periods import start_of


class Roster:
    """The directory through time. A person is there on a day if they are when it ends."""

    def __init__(self, standings: Iterable[Standing], zone: ZoneInfo) -> None:
        self._zone = zone
        self._standings: dict[bytes, list[Standing]] = {}
        for each in sorted(standings, key=lambda fact: (fact.occurred_at, fact.id)):
            self._standings.setdefault(each.person, []).append(each)

    def at(self, person: bytes, moment: datetime) -> Standing | None:
        """Return what the directory says of a person at a moment; None where they are not in it."""
        for each in reversed(self._standings.get(person, ())):
            if each.occurred_at <= moment:
                return each if each.present else None
        return None

    def department(self, person: bytes | None, moment: datetime) -> str:
        found = self.at(person, moment) if person else None
        return (found and found.department) or UNKNOWN

    def present(self, moment: datetime) -> Iterator[Standing]:
        """Yield everybody who is in the directory at a moment."""
        for person in self._standings:
            if found := self.at(person, moment):
                yield found

    def days(
        self, first: date, last: date, group: Callable[[Standing], str] = lambda _: ""
    ) -> dict[str, int]:
        """Return the days that persons were in the directory, within [first, last), by group."""
        found: dict[str, int] = {}
        for standing, length in self.spent(first, last):
            found[group(standing)] = found.get(group(standing), 0) + length
        return found

    def spent(self, first: date, last: date) -> Iterator[tuple[Standing, int]]:
        """Yield how many days of [first, last) somebody was in the directory as it says."""
        for standing, begin, end in self._spells():
            length = (min(last, end or last) - max(first, begin)).days
            if length > 0:
                yield standing, length

    def ever(self, first: date, last: date) -> dict[bytes, Standing]:
        """Return who was in the directory on any of these days, as they were last within them."""
        return {
            standing.person: standing
            for standing, begin, end in self._spells()
            if max(first, begin) < min(last, end or last)
        }

    def since(self, person: bytes, until: date) -> date | None:
        """Return the first day of the last time, begun before a day, that a person is there."""
        first: date | None = None
        there = False
        for each in self._standings.get(person, ()):
            if self._day(each) < until and each.present and not there:
                first = self._day(each)
            there = each.present
        return first

    def _spells(self) -> Iterator[tuple[Standing, date, date | None]]:
        for facts in self._standings.values():
            ends: list[date | None] = [*map(self._day, facts[1:]), None]
            for each, end in zip(facts, ends, strict=True):
                if each.present:
                    yield each, self._day(each), end

    def _day(self, standing: Standing) -> date:
        return standing.occurred_at.astimezone(self._zone).date()


def local_days(
    since: datetime | None, until: datetime, zone: ZoneInfo, earliest: date | None = None
) -> tuple[date, date]:
    """Return the days [first, last) of a window; a day that has begun is in it."""
    end = until.astimezone(zone).date()
    if until > start_of(end, zone):
        end += timedelta(days=1)
    first = since.astimezone(zone).date() if since else (earliest or end)
    return first, end
