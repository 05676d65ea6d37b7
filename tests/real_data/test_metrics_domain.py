"""The real history and usage give the numbers that counting straight from the files gives."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from metrics.domain.answers import Answer, Question, answer, of_edition
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import Facts, IdeaFact, Usage
from metrics.domain.numbers import Number, rounded
from metrics.domain.periods import Window, window
from metrics.domain.series import Span
from services.metrics.tests.making import edition_of
from tests.real_data import straight

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 8, 15, 10, 0, 0, 654_321, tzinfo=UTC)  # between two seconds, as now is
TYPES = {
    "submitted": "IdeaSubmitted", "under_review": "IdeaTakenUnderReview",
    "accepted": "IdeaAccepted", "declined": "IdeaDeclined", "parked": "IdeaParked",
    "withdrawn": "IdeaWithdrawn", "in_pilot": "PilotStarted", "realised": "IdeaRealised",
    "reopened": "IdeaReopened",
}  # fmt: skip
PERIODS = [
    (date(2018, 1, 1), date(2026, 8, 1), None),
    (date(2018, 1, 1), date(2027, 1, 1), None),  # until now
    (date(2020, 1, 1), date(2021, 1, 1), None),
    (date(2021, 1, 1), date(2022, 1, 1), date(2021, 12, 31)),
    (date(2022, 10, 1), date(2023, 1, 1), date(2023, 6, 30)),
    (date(2024, 3, 31), date(2024, 4, 1), date(2024, 12, 31)),
    (date(2023, 1, 1), date(2025, 1, 1), date(2023, 6, 30)),  # reaches past the judging
]
OF_A_PERIOD = [
    "ideas_submitted", "realisation_a", "realisation_b", "processing_time_a", "processing_time_b",
    "lead_time_to_pilot", "throughput",
]  # fmt: skip
OF_AN_END = ["ideas_by_state", "wip", "age"]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = os.environ.get("KIEM_REAL_DATA")
    if not found:
        pytest.skip("KIEM_REAL_DATA names no folder with the real history and usage")
    return Path(found)


@pytest.fixture(scope="module")
def history(folder: Path) -> list[straight.Idea]:
    return straight.history(folder)


@pytest.fixture(scope="module")
def usage(folder: Path) -> list[straight.Use]:
    return straight.usage(folder)


def facts(history: list[straight.Idea]) -> Iterator[IdeaFact]:
    for idea in history:
        for version, step in enumerate(idea.steps, start=1):
            at = datetime.fromtimestamp(step.at, UTC)
            yield IdeaFact(
                idea=UUID(int=idea.number), version=version, type=TYPES[step.kind],
                state=step.state, occurred_at=at, recorded_at=NOW, author=b"somebody",  # type: ignore[arg-type]
                origin="imported", department=idea.department if version == 1 else None,
            )  # fmt: skip


def told(number: Number) -> dict[str, Any]:
    return {
        "value": rounded(number.value), "numerator": number.numerator,
        "denominator": number.denominator, "n": number.n, "reason": number.reason,
        "beside": {name: rounded(value) for name, value in number.beside.items()},
    }  # fmt: skip


def asked(kpi: str, meant: Window, known: Facts, **how: Any) -> Answer:
    return answer(Question(kpi=REGISTER[kpi], window=meant, **how), known, ZONE)


@pytest.mark.parametrize(("since", "until", "at"), PERIODS)
def test_the_numbers_about_ideas_are_those_of_the_file(
    history: list[straight.Idea], since: date, until: date, at: date | None
) -> None:
    known = Facts(ideas=tuple(facts(history)))
    meant = window(ZONE, NOW, since=since, until=until, at=at)
    for kpi in OF_A_PERIOD:
        found = asked(kpi, meant, known, by="department")
        count = getattr(straight, kpi)
        assert told(found.number) == count(history, since, until, meant.at), kpi
        cells = {key: told(cell) for key, cell in (found.cells or {}).items()}
        expected = {
            department: count(ideas, since, until, meant.at)
            for department, ideas in straight.by_department(history).items()
        }
        assert cells == {key: cell for key, cell in expected.items() if cell["n"]}, kpi


@pytest.mark.parametrize(("since", "until", "at"), PERIODS)
def test_how_ideas_stood_at_the_end_is_as_in_the_file(
    history: list[straight.Idea], since: date, until: date, at: date | None
) -> None:
    known = Facts(ideas=tuple(facts(history)))
    meant = window(ZONE, NOW, since=since, until=until, at=at)
    for kpi in OF_AN_END:
        expected = getattr(straight, kpi)(history, until, meant.at)
        assert told(asked(kpi, meant, known).number) == expected, kpi


def test_the_file_is_the_one_that_was_counted_by_hand(
    history: list[straight.Idea], usage: list[straight.Use]
) -> None:
    assert (len(history), len(usage)) == (677, 9805)
    assert sum(len({s.kind for s in idea.steps}) > 1 for idea in history) > 600


def test_the_numbers_about_the_tool_are_those_of_the_file(usage: list[straight.Use]) -> None:
    rows = tuple(
        Usage(
            day=u.day, person=u.person.encode(), tool="repository", feature=u.feature,
            department=u.department, advanced=u.feature in straight.ADVANCED,
        )
        for u in usage
    )  # fmt: skip
    for month in (date(2018, 2, 1), date(2021, 5, 1), date(2024, 10, 1), date(2026, 6, 1)):
        until = date(month.year, month.month + 1, 1)
        within = tuple(row for row in rows if month <= row.day < until)
        span = Span(month, until)
        asked_of: tuple[tuple[str, dict[str, str]], ...] = (
            ("active_users", {}), ("advanced_share", {}),
            ("feature_adoption", {"feature": "approve-prr"}),
        )  # fmt: skip
        for kpi, how in asked_of:
            frozen = edition_of(kpi, within, span, feature=how.get("feature", ""))
            found = of_edition(frozen, "department", threshold=5)
            count = getattr(straight, kpi)
            assert told(found.number) == count(usage, month, **how), (kpi, month)
            for department, cell in (found.cells or {}).items():
                expected = count(usage, month, department=department, **how)
                assert told(cell) in (expected, straight.HIDDEN), (kpi, month, department)
