"""What other systems report of Waterland: absence, leavers, and what surveys say."""

import math
import random
from collections import Counter
from datetime import date, timedelta

from waterland.directory import Person

WORKFORCE = (
    "department", "month", "persons", "sick_days", "available_days", "leavers",
    "leavers_voluntary", "leavers_first_year",
)  # fmt: skip
OUTCOMES = ("measure", "unit", "period", "value", "department", "n")
# The mean of a year, and how far winter goes above it.
ABSENCE, WINTER = (0.076, 0.072), 0.16
LEAVERS = (0.124, 0.113)  # of all people, in a year
WRONG = range(15, 18)  # the months whose absence was reported too low at first
UNSAFE = "Dagbesteding"  # where it became harder to speak up
Row = tuple[object, ...]


def months(until: date) -> list[str]:
    """Return the 24 months before the one of this day."""
    ended = until.year * 12 + until.month - 1
    return [f"{m // 12}-{m % 12 + 1:02d}" for m in range(ended - 24, ended)]


def workforce(
    chance: random.Random, directory: list[Person], until: date
) -> tuple[list[Row], list[Row]]:
    """Return the months as they were reported, and those of one quarter as they were corrected."""
    sizes = Counter(person.department for person in directory)
    told: list[Row] = []
    corrected: list[Row] = []
    for place, month in enumerate(months(until)):
        for department, size in sizes.items():
            available = round(size * 30.4 * 0.82, 1)
            sick = round(available * _absence(chance, place, int(month[-2:])), 1)
            gone = _gone(chance, size * LEAVERS[place // 12] / 12)
            leavers = (gone, _of(chance, gone, 0.7), _of(chance, gone, 0.3))
            row = (department, month, size, sick, available, *leavers)
            if place in WRONG:
                corrected.append(row)
                row = (department, month, size, round(sick * 0.82, 1), available, *leavers)
            told.append(row)
    return told, corrected


def _absence(chance: random.Random, place: int, month: int) -> float:
    season = 1 + WINTER * math.cos((month - 1.5) / 12 * 2 * math.pi)
    return max(0.0, ABSENCE[place // 12] * season * chance.gauss(1, 0.08))


def _gone(chance: random.Random, expected: float) -> int:
    """Draw how many leave: by Knuth's multiplication, for a Poisson with a small mean."""
    gone, product, limit = 0, chance.random(), math.exp(-expected)
    while product > limit:
        gone, product = gone + 1, product * chance.random()
    return gone


def _of(chance: random.Random, count: int, share: float) -> int:
    return sum(chance.random() < share for _ in range(count))


def outcomes(chance: random.Random, until: date) -> list[Row]:
    """Return what surveys say by quarter; what goes up slowly does not go up each time."""
    quarters = sorted(
        {f"{m[:4]}-Q{(int(m[-2:]) + 2) // 3}" for m in months(until - timedelta(days=1))}
    )
    found: list[Row] = []
    for place, quarter in enumerate(quarters):
        part = place / max(1, len(quarters) - 1)
        asked = 900 + chance.randrange(-25, 26)
        points = round(4 + 7 * part + chance.gauss(0, 1.2), 1)
        found.append(("eNPS (eigen onderzoek)", "punten", quarter, points, "", asked))
        safe = "psychologische veiligheid (eigen onderzoek)"
        overall = round(4.9 + 0.4 * part + chance.gauss(0, 0.03), 2)
        found.append((safe, "1-7", quarter, overall, "", asked))
        falls = round(5.4 - 0.8 * part + chance.gauss(0, 0.03), 2)
        found.append((safe, "1-7", quarter, falls, UNSAFE, 61 + chance.randrange(9)))
        clients = round(7.8 + 0.2 * part + chance.gauss(0, 0.06), 2)
        found.append(("cliënttevredenheid", "cijfer", quarter, clients, "", 1_210))
    return found
