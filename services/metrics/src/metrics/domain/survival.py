"""Kaplan-Meier: how long it takes, counting those for whom it has not happened yet."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from msgspec import Struct


class Duration(Struct, frozen=True):
    """How long something took; censored (`happened` False) where only that much is known."""

    length: Fraction
    happened: bool


def survival(durations: Iterable[Duration]) -> list[tuple[Fraction, Fraction]]:
    """Return the steps of S(t): at each length something happened, the share still waiting after.

    Who is censored at the same length as an event was still at risk for it.
    """
    # By numerator and denominator: to hash and to compare fractions takes longer than all the rest.
    lengths: dict[tuple[int, int], Fraction] = {}
    events: Counter[tuple[int, int]] = Counter()
    leaving: Counter[tuple[int, int]] = Counter()
    for duration in durations:
        length = duration.length.as_integer_ratio()
        lengths[length] = duration.length
        leaving[length] += 1
        events[length] += duration.happened
    at_risk, share, steps = leaving.total(), Fraction(1), []
    whole = lcm(*(denominator for _, denominator in lengths))
    for length in sorted(lengths, key=lambda ratio: ratio[0] * (whole // ratio[1])):
        if events[length]:
            share *= 1 - Fraction(events[length], at_risk)
            steps.append((lengths[length], share))
        at_risk -= leaving[length]
    return steps


def quantile(steps: Iterable[tuple[Fraction, Fraction]], q: Fraction) -> Fraction | None:
    """Return the smallest length by which a share q is through; None where that isn't reached."""
    return next((length for length, share in steps if share <= 1 - q), None)
