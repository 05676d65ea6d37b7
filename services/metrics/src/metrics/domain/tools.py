"""The numbers about tools: how many people use one, and how deeply. About no one."""

from collections.abc import Iterable, Sequence

from metrics.domain.facts import Usage
from metrics.domain.numbers import Number, count, nothing, share, suppressed


def active_users(rows: Iterable[Usage]) -> Number:
    return count(len(_persons(rows)))


def feature_adoption(rows: Sequence[Usage], feature: str) -> Number:
    users = _persons(row for row in rows if row.feature == feature)
    return share(len(users), len(_persons(rows)))


def advanced_share(rows: Sequence[Usage]) -> Number:
    users = _persons(row for row in rows if row.advanced)
    return share(len(users), len(_persons(rows)))


def disclosed(number: Number, threshold: int) -> Number:
    """Return a number if its group is large enough to hide everyone in it."""
    if not number.n:
        return nothing()
    return number if number.n >= threshold else suppressed()


def _persons(rows: Iterable[Usage]) -> set[bytes]:
    return {row.person for row in rows}
