"""How numbers may be asked, and that a no says why."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from metrics.domain.asking import Asked, Day, complaints, of_trend, question
from metrics.domain.definitions import REGISTER
from services.metrics.tests.making import ZONE

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
MARCH: dict[str, Any] = {"since": date(2026, 3, 1), "until": date(2026, 4, 1), "tool": "wiki"}


def weekday(day: date) -> bool:
    return day.weekday() < 5


def wrong(kpi: str, now: datetime = NOON, **asked: Any) -> list[str]:
    day = Day(now, ZONE, weekday)
    return [found.parameter for found in complaints(REGISTER[kpi], Asked(**asked), day)]


def test_an_open_number_may_be_asked_of_any_period_and_cut() -> None:
    assert wrong("ideas_submitted") == []
    assert wrong("ideas_submitted", since=date(2026, 3, 2), until=date(2026, 3, 3), by="state",
                 at=date(2026, 3, 9), known=date(2026, 3, 9), origin="live") == []  # fmt: skip


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    assert wrong("wip", since=date(2026, 3, 2), until=date(2026, 3, 2)) == ["to"]


def test_judging_later_than_what_was_known_is_refused() -> None:
    assert wrong("wip", at=date(2026, 3, 2), known=date(2026, 3, 1)) == ["at"]


def test_a_parameter_that_nobody_knows_is_named() -> None:
    assert wrong("wip", others=frozenset({"form"})) == ["form"]
    assert wrong("wip", tool="wiki") == ["tool"]


@pytest.mark.parametrize("kpi", ["active_users", "advanced_share"])
def test_a_closed_month_of_a_tool_is_told(kpi: str) -> None:
    assert wrong(kpi, **MARCH) == []
    assert wrong(kpi, **MARCH, by="department") == []


def test_what_is_missing_is_named_all_at_once() -> None:
    assert wrong("feature_adoption") == ["from", "to", "tool", "feature"]


@pytest.mark.parametrize("kpi", ["enps", "psychological_safety", "pulse_scale"])
def test_what_a_survey_asks_is_told_by_the_wave_and_of_no_period(kpi: str) -> None:
    day = Day(datetime(2026, 5, 1, tzinfo=UTC), ZONE, weekday)
    (told,) = complaints(REGISTER[kpi], Asked(since=date(2026, 3, 1), until=date(2026, 4, 1)), day)
    assert "/v1/pulse/waves/{wave}" in told.problem


def test_a_number_about_people_says_of_which_spans_it_is_told() -> None:
    week: dict[str, Any] = {"since": date(2026, 3, 2), "until": date(2026, 3, 9)}
    assert wrong("reported_use", tool="rooms", feature="book", **week) == []
    assert wrong("reported_use", feature="book", **MARCH) == ["from"]
    assert wrong("stickiness", tool="wiki", **week) == ["from"]
    assert wrong("absence", **week) == ["from"]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 3, 1), date(2026, 3, 31)),
        (date(2026, 3, 2), date(2026, 4, 1)),
        (date(2026, 2, 1), date(2026, 4, 1)),
        (date(2026, 3, 10), date(2026, 3, 17)),
    ],
)
def test_numbers_about_people_are_told_by_whole_spans_only(since: date, until: date) -> None:
    assert wrong("active_users", since=since, until=until, tool="wiki") == ["from"]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 3, 9), date(2026, 3, 16)),
        (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_weeks_quarters_and_years_are_told_of_the_organisation(since: date, until: date) -> None:
    asked: dict[str, Any] = {"since": since, "until": until, "tool": "wiki"}
    assert wrong("active_users", **asked, known=date(2026, 4, 9)) == []
    assert wrong("active_users", **asked, by="department") == ["by"]


@pytest.mark.parametrize("asked", [{"by": "origin"}, {"origin": "live"}, {"by": "tool"}])
def test_numbers_about_people_take_no_finer_cut(asked: dict[str, Any]) -> None:
    assert len(wrong("active_users", **MARCH, **asked)) == 1


def test_a_month_is_told_only_once_it_is_closed() -> None:
    # Wednesday 1, Thursday 2 and Friday 3 April 2026 are its three working days.
    before, after = datetime(2026, 4, 3, 21, 59, tzinfo=UTC), datetime(2026, 4, 3, 22, tzinfo=UTC)
    assert wrong("active_users", now=before, **MARCH) == ["to"]
    assert wrong("active_users", now=after, **MARCH) == []


def test_judging_in_the_future_closes_no_month() -> None:
    early = datetime(2026, 4, 2, tzinfo=UTC)
    assert wrong("active_users", now=early, **MARCH, at=date(2027, 1, 1)) == ["at"]


def test_judging_within_the_month_is_no_way_to_look_closer() -> None:
    assert wrong("active_users", **MARCH, at=date(2026, 3, 20)) == ["at"]
    assert wrong("active_users", **MARCH, at=date(2026, 4, 3)) == []


def test_a_question_carries_the_instants_that_its_dates_mean() -> None:
    day = Day(NOON, ZONE, weekday)
    meant = question(REGISTER["active_users"], Asked(**MARCH), day)
    assert meant.window.until == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert meant.window.at == NOON


def along(kpi: str, **asked: Any) -> list[str]:
    return [found.parameter for found in of_trend(REGISTER[kpi], Asked(**asked), "month")]


def test_a_trend_takes_what_the_number_takes_but_no_cut() -> None:
    march = {"since": date(2026, 3, 1), "until": date(2026, 4, 1)}
    assert along("barrier_resolution", **march, known=date(2026, 5, 1)) == []
    assert along("barrier_resolution", **march, origin="imported") == ["origin"]
    others = frozenset({"department"})
    assert along("barrier_resolution", **march, tool="crm", others=others) == ["department", "tool"]
    assert along("active_users", **MARCH) == []
    assert along("active_users", **MARCH, feature="read") == ["feature"]
    assert along("wip", **march, by="state") == along("idea_rate", **march, by="state") == ["by"]


def test_a_trend_needs_dates_that_make_sense() -> None:
    assert along("wip") == ["from", "to"]
    assert along("participation") == ["from", "to"]
    assert along("wip", since=date(2026, 3, 1), until=date(2026, 2, 1)) == ["to"]
    assert along("wip", since=date(2026, 3, 2), until=date(2026, 4, 1)) == ["step"]
    told = {"since": date(2026, 1, 1), "until": date(2026, 4, 1)}
    late = {"at": date(2026, 5, 2), "known": date(2026, 5, 1)}
    assert along("wip", **told, **late) == ["at"]
    assert along("enps", **told) == ["from"]
