"""Few numbers out of many: the median, the spread, and how long the slowest took."""

import math
import statistics
from collections.abc import Sequence

from msgspec import Struct


class Summary(Struct, frozen=True):
    """What several repetitions gave: the one in the middle, and the worst and best beside it."""

    median: float
    low: float
    high: float
    count: int

    @property
    def spread(self) -> float:
        """Return how far the repetitions lie apart, as a share of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


def summary(values: Sequence[float]) -> Summary:
    """Sum up repetitions; there must be one at least."""
    if not values:
        raise ValueError("nothing was measured")
    return Summary(statistics.median(values), min(values), max(values), len(values))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not exceed."""
    if not values:
        raise ValueError("nothing was measured")
    if not 0 < share <= 1:
        raise ValueError(f"{share} is no share")
    return sorted(values)[math.ceil(share * len(values)) - 1]
