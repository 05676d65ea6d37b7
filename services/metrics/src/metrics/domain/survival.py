"""Kaplan-Meier: how long it takes, counting those for whom it has not happened yet."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct


class Duration(Struct, frozen=True):
    """How long something took; censored (`happened` False) where only that much is known."""

    length: Fraction
    happened: bool


def survival(durations: Iterable[Duration]) -> list[tuple[Fraction, Fraction]]:
    """Return the steps of S(t): at each length something happened, the share still waiting after.

    Who is censored at the same length as an event was still at risk for it.
    """
    events: Counter[Fraction] = Counter()
    leaving: Counter[Fraction] = Counter()
    for duration in durations:
        leaving[duration.length] += 1
        events[duration.length] += duration.happened
    at_risk, share, steps = leaving.total(), Fraction(1), []
    for length in sorted(leaving):
        if events[length]:
            share *= 1 - Fraction(events[length], at_risk)
            steps.append((length, share))
        at_risk -= leaving[length]
    return steps


def quantile(steps: Iterable[tuple[Fraction, Fraction]], q: Fraction) -> Fraction | None:
    """Return the smallest length by which a share q is through; None where that isn't reached."""
    return next((length for length, share in steps if share <= 1 - q), None)
