"""The numbers about tools: how many people use one, and how deeply. About no one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from metrics.domain.answering import until_event
from metrics.domain.facts import Counts, Usage
from metrics.domain.numbers import Number, count, nothing, share
from metrics.domain.survival import Duration

MONTH_DAYS = 28
"""The days whose users are those of the month that ends with a day."""


def counted(rows: Iterable[Usage]) -> Counts:
    """Count distinct persons; these counts are all that the numbers below are made of."""
    persons: set[bytes] = set()
    advanced: set[bytes] = set()
    features: defaultdict[str, set[bytes]] = defaultdict(set)
    for row in rows:
        persons.add(row.person)
        features[row.feature].add(row.person)
        if row.advanced:
            advanced.add(row.person)
    return Counts(
        persons=len(persons), advanced=len(advanced),
        features={feature: len(users) for feature, users in features.items()},
    )  # fmt: skip


def active_users(counts: Counts) -> Number:
    return count(counts.persons)


def feature_adoption(counts: Counts, feature: str) -> Number:
    return share(counts.features.get(feature, 0), counts.persons)


def advanced_share(counts: Counts) -> Number:
    return share(counts.advanced, counts.persons)


def adoption_rate(active: int, audience: int) -> Number:
    """Active users of all whom the tool is for."""
    return share(active, audience)


def depth(rows: Iterable[Usage], core: frozenset[str]) -> Number:
    """Of the core features, how many an active user uses on average."""
    used: defaultdict[bytes, set[str]] = defaultdict(set)
    for row in rows:
        used[row.person] |= core & {row.feature}
    if not used or not core:
        return nothing()
    total = sum(len(features) for features in used.values())
    return Number(
        value=Fraction(total, len(used) * len(core)), numerator=total,
        denominator=len(used) * len(core), n=len(used),
    )  # fmt: skip


def month_users(days: Mapping[bytes, Iterable[date]], working_days: Sequence[date]) -> set[bytes]:
    """Return who used a tool in the 28 days that end with any of some working days of a month."""
    if not working_days:
        return set()
    first = working_days[0] - timedelta(days=MONTH_DAYS - 1)
    return {who for who, on in days.items() if any(first <= d <= working_days[-1] for d in on)}


def stickiness(days: Mapping[bytes, Iterable[date]], working_days: Sequence[date]) -> Number:
    """How many of those who use a tool at all use it on a working day: the mean of the days.

    `days` are those on which each person used it, from 27 days before the first working day on.
    """
    if not working_days:
        return nothing()
    first = working_days[0].toordinal() - MONTH_DAYS
    used = [sum({1 << day.toordinal() - first for day in d if day.toordinal() >= first})
            for d in days.values()]  # a bit for each day  # fmt: skip
    shares: list[Fraction] = []
    seen: set[int] = set()
    for day in working_days:
        last = day.toordinal() - first
        month = ((1 << MONTH_DAYS) - 1) << (last - MONTH_DAYS + 1)
        users = [n for n, mask in enumerate(used) if mask & month]
        seen.update(users)
        if users:
            shares.append(Fraction(sum(used[n] >> last & 1 for n in users), len(users)))
    if not shares:
        return nothing()
    return Number(value=sum(shares, Fraction(0)) / len(shares), n=len(seen))


def time_to_adopt(
    starts: Mapping[bytes, date], first_use: Mapping[bytes, date], until: date
) -> Number:
    """How long people take from when they can use a tool to when they do, in days."""
    waits = []
    for person, start in starts.items():
        used = first_use.get(person)
        end = until if used is None or used >= until else used
        happened = used is not None and used < until
        if start < until:
            waits.append(Duration(Fraction(max((end - start).days, 0)), happened=happened))
    return until_event(waits, {})
