"""The numbers about tools: how many people use one, and how deeply. About no one."""

from collections import defaultdict
from collections.abc import Iterable

from metrics.domain.facts import Counts, Usage
from metrics.domain.numbers import Number, count, nothing, share, suppressed


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


def disclosed(number: Number, threshold: int) -> Number:
    """Return a number if its group is large enough to hide everyone in it."""
    if not number.n:
        return nothing()
    return number if number.n >= threshold else suppressed()
