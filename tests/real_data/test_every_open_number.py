"""Every open number, of two histories, is what plain code counts from their files."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from metrics.domain.answers import Question, answer
from metrics.domain.definitions import REGISTER
from metrics.domain.facts import Doing, Facts, Standing
from metrics.domain.periods import window
from metrics.projections.doings import DoingRows
from metrics.projections.reading_doings import _persons
from services.metrics.tests.hearing import heard_as
from services.metrics.tests.test_two_counts import _DOING, facts_of, hashed
from tests.real_data import numbers, straight
from tests.real_data.files import Step
from tests.real_data.lived import events_of, listings, people_of
from tests.real_data.stories import ZONE, Story, of_real, of_waterland
from tests.real_data.test_metrics_domain import NOW, OF_A_PERIOD, OF_AN_END, told

Asked = tuple[date, date, date | None]
EXAMPLES = Path(__file__).parents[2] / "examples"
OPEN = {kpi.id for kpi in REGISTER.values() if kpi.kind == "open"}
PERIODS: list[Asked] = [
    (date(2018, 1, 1), date(2027, 1, 1), None),
    (date(2025, 3, 1), date(2025, 9, 1), None),
    (date(2025, 1, 1), date(2026, 1, 1), date(2025, 10, 25)),  # reaches past the judging
    (date(2021, 4, 1), date(2021, 7, 1), date(2023, 6, 30)),
]
OF_FEW = {"idea_diversity", "pilot_outcomes"}  # the real history tells no category, and no end
_STANDING = ("person", "id", "present", "department", "level", "attributes", "occurred_at",
             "recorded_at")  # fmt: skip


@pytest.fixture(scope="module", params=["waterland", "real"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "real":
        if not (found := os.environ.get("KIEM_REAL_DATA")):
            pytest.skip("KIEM_REAL_DATA names no folder with the real history")
        return Path(found)
    made = tmp_path_factory.mktemp("waterland")
    command = [sys.executable, "-m", "waterland", str(made)]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, check=True, capture_output=True, cwd=EXAMPLES, env=env)
    return made


@pytest.fixture(scope="module")
def stories(folder: Path) -> list[Story]:
    return of_waterland(folder) if (folder / "history.jsonl").exists() else of_real(folder)


@pytest.fixture(scope="module")
def people(stories: list[Story], folder: Path) -> dict[str, Any]:
    return people_of(stories, folder)


@pytest.fixture(scope="module")
def facts(stories: list[Story], people: dict[str, Any]) -> Facts:
    """Return the rows that the projections make of what was told."""
    heard = [
        heard_as(event, f"{story.number} {version}", version)
        for story in stories
        for version, event in enumerate(events_of(story), start=1)
    ]
    rows = DoingRows(hashed)
    there = [heard_as(event, f"p {n}", 1) for n, event in enumerate(listings(people))]
    standings = [
        Standing(**dict(zip(_STANDING, row, strict=True)) | {"attributes": {}})
        for each in there
        if (row := rows._standing(each))
    ]
    doings = [
        Doing(
            **(done := dict(zip(_DOING, row, strict=True))) | {"others": _persons(done["others"])}
        )
        for each in heard
        if (row := rows._doing(each))
    ]
    found = facts_of(heard)
    return Facts(
        ideas=found.ideas, promises=found.promises, deliveries=found.deliveries,
        doings=tuple(doings), standings=tuple(standings),
    )  # fmt: skip


def by_straight(kpi: str, stories: list[Story], asked: numbers.Asked) -> straight.Answer:
    """Count one of the numbers that files tell by themselves."""
    ideas = [
        straight.Idea(
            story.number, story.department or "",
            [Step(int(m.at.timestamp()), m.kind, m.state) for m in story.moves],
        )
        for story in stories
    ]  # fmt: skip
    count = getattr(straight, kpi)
    days = (asked.until,) if kpi in OF_AN_END else (asked.since, asked.until)
    found: straight.Answer = count(ideas, *days, asked.at)
    return found


def test_plain_code_counts_every_open_number() -> None:
    assert numbers.NUMBERS.keys() | {*OF_A_PERIOD, *OF_AN_END} == OPEN


@pytest.mark.parametrize("period", PERIODS)
def test_each_open_number_is_what_the_file_says(
    stories: list[Story], people: dict[str, Any], facts: Facts, period: Asked
) -> None:
    since, until, at = period
    meant = window(ZONE, NOW, since=since, until=until, at=at)
    asked = numbers.Asked(since, until, meant.at)
    for kpi in sorted(OPEN):
        found = told(answer(Question(kpi=REGISTER[kpi], window=meant), facts, ZONE).number)
        if kpi in numbers.NUMBERS:
            expected = numbers.NUMBERS[kpi](stories, people, asked)
        else:
            expected = by_straight(kpi, stories, asked)
        assert found == expected, kpi
        may_be_empty = period != PERIODS[0] or (kpi in OF_FEW and stories[0].category is None)
        assert found["n"] or may_be_empty, f"{kpi} had nothing to count"
