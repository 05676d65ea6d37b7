"""Spans of a series, and how numbers are written."""

from datetime import date
from fractions import Fraction

import pytest

from metrics.domain.numbers import Number, count
from metrics.domain.series import Span, Step, last_year, previous, spans, step_of
from metrics.domain.wording import day_in_words, shown


def test_only_whole_spans_are_in_a_series() -> None:
    found = spans(date(2025, 1, 15), date(2025, 4, 10), "month")
    assert found == [
        Span(date(2025, 2, 1), date(2025, 3, 1)),
        Span(date(2025, 3, 1), date(2025, 4, 1)),
    ]
    weeks = spans(date(2024, 12, 30), date(2025, 1, 14), "week")
    assert [span.since for span in weeks] == [date(2024, 12, 30), date(2025, 1, 6)]


@pytest.mark.parametrize(
    ("step", "span", "before", "year"),
    [
        ("month", ("2025-03-01", "2025-04-01"), "2025-02-01", "2024-03-01"),
        ("quarter", ("2025-01-01", "2025-04-01"), "2024-10-01", "2024-01-01"),
        ("year", ("2025-01-01", "2026-01-01"), "2024-01-01", "2024-01-01"),
        ("week", ("2025-01-06", "2025-01-13"), "2024-12-30", "2024-01-08"),
    ],
)
def test_a_span_has_one_before_and_one_a_year_before(
    step: Step, span: tuple[str, str], before: str, year: str
) -> None:
    begin, end = map(date.fromisoformat, span)
    asked = Span(begin, end)
    assert step_of(begin, end) == step
    assert previous(asked, step).since == date.fromisoformat(before)
    assert previous(asked, step).until == begin
    assert last_year(asked, step).since == date.fromisoformat(year)
    then = last_year(asked, step)
    assert step_of(then.since, then.until) == step


def test_any_other_period_is_no_span() -> None:
    assert step_of(date(2025, 1, 1), date(2025, 1, 9)) is None


def test_numbers_are_written_as_each_language_writes_them() -> None:
    third = Number(value=Fraction(1, 3), n=3)
    assert shown(third, "share", "nl") == "33,3 %"
    assert shown(third, "share", "en") == "33.3 %"
    assert shown(count(12345), "ideas", "nl") == "12.345 ideeën"
    assert shown(Number(value=None, n=None, reason="suppressed"), "ideas", "en").startswith(
        "hidden"
    )
    assert day_in_words(date(2025, 3, 1), "nl") == "1 maart 2025"
