"""Waiting times by Kaplan and Meier (1958), counted day by day."""

from collections.abc import Sequence
from fractions import Fraction

from metrics.recount.heard import Figure


def wait_until(waits: Sequence[tuple[int, bool]]) -> Figure:
    """Return the median of waits in days, and p85 beside; (length, whether it then happened)."""
    waiting = Fraction(1)
    median: Fraction | None = None
    late: Fraction | None = None
    for day in range(max(length for length, _ in waits) + 1):
        here = sum(length >= day for length, _ in waits)
        ends = sum(length == day and happened for length, happened in waits)
        waiting *= Fraction(here - ends, here)
        if ends and median is None and waiting <= Fraction(1, 2):
            median = Fraction(day)
        if ends and late is None and waiting <= Fraction(15, 100):
            late = Fraction(day)
    return Figure(median, len(waits), beside={"p85": late})
