"""How exact numbers are made, and rounded once."""

from datetime import timedelta
from fractions import Fraction

import pytest

from metrics.domain.numbers import days, median, percentile, rounded, share


@pytest.mark.parametrize(
    ("exact", "told"),
    [
        (Fraction(1, 3), 0.333333),
        (Fraction(2, 3), 0.666667),
        (Fraction(5, 10_000_000), 0.0),  # half to even: down
        (Fraction(15, 10_000_000), 0.000002),  # half to even: up
        (Fraction(1), 1.0),
        (7, 7),
        (None, None),
    ],
)
def test_a_number_is_rounded_half_to_even_to_six_decimals(
    exact: Fraction | int | None, told: float | None
) -> None:
    assert rounded(exact) == told


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    assert median([Fraction(9), Fraction(1), Fraction(2), Fraction(4)]) == 3
    assert median([Fraction(9), Fraction(1), Fraction(2)]) == 2
    assert median([]) is None


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (9, 9), (10, 9), (11, 10), (100, 90)])
def test_a_percentile_is_the_nearest_rank(count: int, rank: int) -> None:
    assert percentile([Fraction(n) for n in range(1, count + 1)], 90) == rank


def test_durations_keep_every_microsecond() -> None:
    assert days(timedelta(days=1, microseconds=1)) == 1 + Fraction(1, 86_400_000_000)


def test_a_part_of_nothing_is_unknown_not_zero() -> None:
    nothing = share(0, 0)
    assert (nothing.value, nothing.reason, nothing.n) == (None, "no_data", 0)
