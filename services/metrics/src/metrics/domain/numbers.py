"""What a question is answered with: exact numbers, rounded once, where they leave."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from msgspec import Struct

Reason = Literal["no_data", "suppressed", "not_reached", "pending_consent"]
Exact = int | Fraction

DIGITS = 6
DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


class Number(Struct, frozen=True, kw_only=True):
    """A value with what it is made of; where it is None, `reason` says why.

    `n` is how many cases it rests on, `beside` what is told along with it, `unit` the unit that
    was reported with it where its definition leaves that open.
    """

    value: Exact | None
    n: int | None
    numerator: int | None = None
    denominator: int | None = None
    reason: Reason | None = None
    beside: Mapping[str, Exact | None] = {}
    unit: str | None = None


def count(number: int, beside: Mapping[str, Exact | None] | None = None) -> Number:
    """Return how many there are: 0 is an answer."""
    return Number(value=number, numerator=number, n=number, beside=beside or {})


def share(part: int, whole: int, beside: Mapping[str, Exact | None] | None = None) -> Number:
    """Return a part of a whole; of nothing there is no part."""
    if not whole:
        return nothing(beside)
    value = Fraction(part, whole)
    return Number(value=value, numerator=part, denominator=whole, n=whole, beside=beside or {})


def nothing(beside: Mapping[str, Exact | None] | None = None) -> Number:
    return Number(value=None, n=0, reason="no_data", beside=beside or {})


def suppressed() -> Number:
    """Return what is told of a group that is too small: not even how small."""
    return Number(value=None, n=None, reason="suppressed")


@lru_cache(20_000)  # a cut asks of the whole and of each group
def days(duration: timedelta) -> Fraction:
    """Return a duration in days, exactly."""
    return Fraction(duration // _MICROSECOND, DAY // _MICROSECOND)


def median(values: Sequence[Fraction]) -> Fraction | None:
    """Return the middle value; of an even number, the mean of the two in the middle."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Sequence[Fraction], percent: int) -> Fraction | None:
    """Return the nearest-rank percentile."""
    if not values:
        return None
    rank = -(-len(values) * percent // 100)  # rounded up
    return sorted(values)[max(rank, 1) - 1]


def rounded(value: Exact | None) -> int | float | None:
    """Round half to even to six decimals: done once, when a number leaves."""
    if value is None or isinstance(value, int):
        return value
    return float(round(value, DIGITS))
