"""Use of one tool: taken up by more people each month, its harder features more slowly."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from waterland.directory import Person
from waterland.history import DAYS, OUTAGE

TOOL = "Zorgpad"
CORE = ("rapporteren", "overdracht", "plannen", "meten", "bestellen", "delen")
ADVANCED = ("sjablonen", "spraak")
HEADS = ("at", "person", "department", "tool", "feature", "advanced")
# From the first month to the last: of all people, of the core features, of those who use it.
ADOPTION, DEPTH, HARDER = (0.38, 0.71), (0.22, 0.41), (0.09, 0.26)
MONTHS, MONTH = 24, 30


def usage(chance: random.Random, directory: list[Person], until: date) -> Iterator[tuple[str, ...]]:
    """Tell a row for each use; who begins mostly stays."""
    staff = sorted((p for p in directory if p.id != "desk"), key=lambda _: chance.random())
    first = until - timedelta(days=DAYS - 1)
    for month in range(MONTHS):
        begins = first + timedelta(days=month * MONTH)
        part = month / (MONTHS - 1)
        quiet = 0.93 if begins.month in (7, 8) else 1.0
        people = staff[: round(len(staff) * _between(ADOPTION, part) * quiet)]
        for person in people:
            for feature in _features(chance, part):
                yield _row(chance, begins, person, feature)


def _between(ends: tuple[float, float], part: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * part


def _features(chance: random.Random, part: float) -> list[str]:
    """Choose what somebody does in a month: one core feature at least, some more than once."""
    more = (_between(DEPTH, part) * len(CORE) - 1) / (len(CORE) - 1)
    known = [CORE[0], *(feature for feature in CORE[1:] if chance.random() < more)]
    harder = [chance.choice(ADVANCED)] if chance.random() < _between(HARDER, part) else []
    return known + harder


def _row(chance: random.Random, begins: date, person: Person, feature: str) -> tuple[str, ...]:
    day = begins + timedelta(days=chance.choice((0, 0, 1, 2, 3, 4, 7, 7, 8, 9, 14, 16, 21, 22, 28)))
    outage = begins + timedelta(days=OUTAGE % MONTH)
    if day == outage:  # what nobody could do that day is done the next
        day += timedelta(days=1)
    at = datetime.combine(day, time(chance.randrange(7, 22), chance.randrange(60)))
    hard = "ja" if feature in ADVANCED else "nee"
    return (at.isoformat(), person.id, person.department, TOOL, feature, hard)
