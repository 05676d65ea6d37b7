"""What local dates mean as instants."""

from datetime import UTC, date, datetime, timedelta

import pytest

from metrics.domain.periods import closed_on, end_of, kept_from, next_month, start_of, window
from services.metrics.tests.making import ZONE

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


def test_a_day_begins_at_local_midnight_in_summer_and_in_winter() -> None:
    assert start_of(date(2026, 1, 15), ZONE) == datetime(2026, 1, 14, 23, tzinfo=UTC)
    assert start_of(date(2026, 7, 15), ZONE) == datetime(2026, 7, 14, 22, tzinfo=UTC)


def test_the_day_the_clocks_go_forward_has_23_hours() -> None:
    day = date(2026, 3, 29)
    assert end_of(day, ZONE) - start_of(day, ZONE) == timedelta(hours=23)


def test_without_a_day_to_judge_at_it_is_judged_now() -> None:
    assert window(ZONE, NOW).at == NOW


def test_what_is_judged_at_is_the_end_of_the_day_given() -> None:
    assert window(ZONE, NOW, at=date(2026, 4, 1)).at == end_of(date(2026, 4, 1), ZONE)


def test_what_was_known_at_a_day_is_judged_at_its_end_too() -> None:
    asked = window(ZONE, NOW, known=date(2026, 4, 1))
    assert asked.at == asked.known == end_of(date(2026, 4, 1), ZONE)


def test_a_day_to_judge_at_goes_before_the_day_of_knowing() -> None:
    asked = window(ZONE, NOW, at=date(2026, 3, 1), known=date(2026, 4, 1))
    assert asked.at == end_of(date(2026, 3, 1), ZONE)
    assert asked.known == end_of(date(2026, 4, 1), ZONE)


def test_a_period_that_reaches_past_the_judging_ends_there() -> None:
    asked = window(ZONE, NOW, since=date(2026, 4, 1), until=date(2026, 5, 1))
    assert asked.until == NOW


def test_a_period_is_half_open() -> None:
    asked = window(ZONE, NOW, since=date(2026, 3, 1), until=date(2026, 4, 1))
    first, last = start_of(date(2026, 3, 1), ZONE), start_of(date(2026, 4, 1), ZONE)
    assert asked.holds(first)
    assert not asked.holds(first - timedelta(microseconds=1))
    assert asked.holds(last - timedelta(microseconds=1))
    assert not asked.holds(last)


def test_of_a_period_that_lies_ahead_nothing_is_known() -> None:
    assert window(ZONE, NOW, since=date(2026, 4, 11), until=date(2026, 5, 1)).ahead
    assert not window(ZONE, NOW, since=date(2026, 4, 1), until=date(2026, 5, 1)).ahead


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 24), date(2025, 7, 25)),
        (date(2026, 6, 30), date(2025, 3, 1)),  # 16 months ago was February, which has no 30th
        (date(2026, 1, 1), date(2024, 9, 2)),
        (date(2026, 4, 30), date(2024, 12, 31)),
        (date(2026, 5, 1), date(2025, 1, 2)),
    ],
)
def test_rows_of_persons_are_kept_for_sixteen_months_after_their_day(
    today: date, first: date
) -> None:
    assert kept_from(today) == first


def test_a_fact_recorded_later_than_known_does_not_count() -> None:
    asked = window(ZONE, NOW, known=date(2026, 4, 1))
    early, late = datetime(2026, 4, 1, 21, 59, tzinfo=UTC), datetime(2026, 4, 1, 22, tzinfo=UTC)
    assert asked.counts(early, early)
    assert not asked.counts(early, late)
    assert not asked.counts(late, early)


def test_the_month_after_december_is_january() -> None:
    assert next_month(date(2025, 12, 1)) == date(2026, 1, 1)
    assert next_month(date(2025, 1, 31)) == date(2025, 2, 1)


def test_a_month_is_closed_when_three_working_days_have_passed() -> None:
    def weekday(day: date) -> bool:
        return day.weekday() < 5

    # 1 May 2026 is a Friday: Friday, Monday and Tuesday pass; it is closed on Wednesday.
    assert closed_on(date(2026, 5, 1), weekday) == date(2026, 5, 6)
    # 1 June 2026 is a Monday.
    assert closed_on(date(2026, 6, 1), weekday) == date(2026, 6, 4)
