"""Working days: counted where people live, answered in UTC."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import Calendar
from chassis.settings import SettingsWrong

HERE = ZoneInfo("Europe/Amsterdam")
calendar = Calendar("NL", HERE)
moments = st.datetimes(
    datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23T09:00+01:00", 5, "2026-11-30T17:00+01:00"),  # Monday to Monday
        ("2026-11-28T09:00+01:00", 1, "2026-11-30T17:00+01:00"),  # from a Saturday
        ("2026-12-24T09:00+01:00", 1, "2026-12-28T17:00+01:00"),  # over both days of Christmas
        ("2026-04-24T09:00+02:00", 1, "2026-04-28T17:00+02:00"),  # over King's Day
        ("2026-03-27T23:30+01:00", 1, "2026-03-30T17:00+02:00"),  # into summer time
        ("2026-10-23T09:00+02:00", 1, "2026-10-26T17:00+01:00"),  # out of it
        ("2026-11-24T23:30+00:00", 1, "2026-11-26T17:00+01:00"),  # already Wednesday here
        ("2026-11-30T17:00+01:00", -1, "2026-11-27T17:00+01:00"),  # one before, over a weekend
        ("2026-11-28T09:00+01:00", 0, "2026-11-30T17:00+01:00"),
        ("2026-11-27T09:00+01:00", 0, "2026-11-27T17:00+01:00"),
    ],
)
def test_the_nth_working_day_ends_at_five_in_the_afternoon(
    start: str, days: int, end: str
) -> None:  # fmt: skip
    found = calendar.add_working_days(datetime.fromisoformat(start), days)

    assert found == datetime.fromisoformat(end)
    assert found.tzinfo is UTC


def test_a_holiday_and_a_sunday_are_no_working_days() -> None:
    assert not calendar.is_working_day(date(2026, 4, 27))
    assert not calendar.is_working_day(date(2026, 11, 22))
    assert calendar.is_working_day(date(2026, 11, 24))


@given(moments, st.integers(1, 60))
def test_it_ends_on_a_working_day_after_exactly_so_many(start: datetime, days: int) -> None:
    end = calendar.add_working_days(start, days)
    first, last = calendar.local_date(start), calendar.local_date(end)

    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(map(calendar.is_working_day, between)) == days
    assert calendar.is_working_day(last)
    assert end.astimezone(HERE).hour == 17


@given(moments, st.integers(1, 30), st.integers(1, 30))
def test_counting_in_two_steps_is_counting_in_one(start: datetime, one: int, two: int) -> None:
    stepped = calendar.add_working_days(calendar.add_working_days(start, one), two)

    assert stepped == calendar.add_working_days(start, one + two)


@given(moments, st.integers(1, 30))
def test_going_back_undoes_going_forward(start: datetime, days: int) -> None:
    begin = calendar.add_working_days(start, 0)

    assert calendar.add_working_days(calendar.add_working_days(begin, days), -days) == begin


def test_a_country_that_is_not_known_is_said_with_its_setting() -> None:
    with pytest.raises(SettingsWrong, match="KIEM_COUNTRY"):
        Calendar("XX", HERE)
