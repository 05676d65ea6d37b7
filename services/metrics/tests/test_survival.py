"""Waiting times, with those that still wait."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from metrics.domain.survival import Duration, quantile, survival

HALF, P85 = Fraction(1, 2), Fraction(85, 100)


def durations(*words: str) -> list[Duration]:
    return [Duration(Fraction(w.rstrip("+")), happened=not w.endswith("+")) for w in words]


BY_HAND = durations("3", "5+", "7", "7", "9+", "12")
some = st.lists(st.builds(Duration, st.integers(0, 12).map(Fraction), st.booleans()), max_size=30)


def test_the_curve_is_the_one_computed_by_hand() -> None:
    told = [(str(length), str(share)) for length, share in survival(BY_HAND)]
    assert told == [("3", "5/6"), ("7", "5/12"), ("12", "0")]


def test_median_and_p85_are_the_ones_computed_by_hand() -> None:
    steps = survival(BY_HAND)
    assert quantile(steps, HALF) == 7
    assert quantile(steps, P85) == 12


def test_who_is_censored_when_something_happens_was_still_at_risk() -> None:
    assert survival(durations("4", "4+")) == [(Fraction(4), HALF)]


def test_a_share_that_never_gets_there_is_not_reached() -> None:
    assert quantile(survival(durations("1", "2+", "3+")), HALF) is None


def test_nobody_waiting_is_no_curve() -> None:
    assert survival([]) == []


def test_zeros_stay() -> None:
    assert quantile(survival(durations("0", "0", "5+")), HALF) == 0


def waiting_at(found: list[Duration], moment: Fraction) -> Fraction:
    """The product over every moment up to this one, each counted anew by going through all."""
    share = Fraction(1)
    for t in range(int(moment) + 1):
        here = [d for d in found if d.length >= t]
        if here:
            share *= Fraction(
                len(here) - sum(d.happened and d.length == t for d in here), len(here)
            )
    return share


@given(some)
def test_the_curve_is_what_counting_moment_by_moment_gives(found: list[Duration]) -> None:
    for length, share in survival(found):
        assert share == waiting_at(found, length)


@given(some, st.sampled_from([HALF, P85, Fraction(1, 10)]))
def test_a_quantile_is_the_first_moment_with_so_few_waiting(
    found: list[Duration], q: Fraction
) -> None:
    moments = [Fraction(t) for t in range(13) if waiting_at(found, Fraction(t)) <= 1 - q]
    assert quantile(survival(found), q) == (moments[0] if moments else None)


@given(some)
def test_the_order_of_what_is_known_changes_nothing(found: list[Duration]) -> None:
    assert survival(found) == survival(found[::-1])


@given(some.filter(lambda found: any(each.happened for each in found)))
def test_the_curve_is_the_one_of_a_library(found: list[Duration]) -> None:
    told = CensoredData(
        uncensored=[float(each.length) for each in found if each.happened],
        right=[float(each.length) for each in found if not each.happened],
    )
    curve = ecdf(told).sf
    theirs = dict(zip(curve.quantiles.tolist(), curve.probabilities.tolist(), strict=True))
    for length, share in survival(found):
        assert theirs[float(length)] == pytest.approx(float(share), abs=1e-12)
