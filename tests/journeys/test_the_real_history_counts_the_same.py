"""The real history and usage, imported whole, count the same as straight from the files."""

import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.imported import imported_idea
from tests.journeys.building import running
from tests.journeys.house import House, until
from tests.real_data import straight

pytestmark = [pytest.mark.journey, pytest.mark.long, pytest.mark.timeout(400)]

MAPPING = "examples/mappings/kubernetes-keps.toml"
SOURCE = "kubernetes-keps"
NOT_UNDERSTOOD = 3  # the exit code that says that some lines wait for a better mapping
PERIODS = [
    (date(2016, 1, 1), date(2027, 1, 1), date(2026, 7, 31)),
    (date(2016, 1, 1), date(2199, 1, 1), None),  # until now, which lies between two seconds
    (date(2020, 1, 1), date(2021, 1, 1), None),
    (date(2021, 1, 1), date(2022, 1, 1), date(2021, 12, 31)),
    (date(2022, 10, 1), date(2023, 1, 1), date(2023, 6, 30)),
    (date(2024, 3, 31), date(2024, 4, 1), date(2024, 12, 31)),
    (date(2023, 1, 1), date(2025, 1, 1), date(2023, 6, 30)),
]
OF_A_PERIOD = (
    "ideas_submitted", "realisation_a", "realisation_b", "processing_time_a", "processing_time_b",
    "lead_time_to_pilot", "throughput",
)  # fmt: skip
OF_AN_END = ("ideas_by_state", "wip", "age")
MONTHS = (date(2018, 2, 1), date(2021, 5, 1), date(2024, 10, 1), date(2026, 6, 1))
NUMBER = ("value", "numerator", "denominator", "n", "reason", "beside")


class Imported:
    """The files, what was said when they were imported, and the house that took them in."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.ideas, self.usage = straight.history(folder), straight.usage(folder)
        self.authors = self._authors()

    def _authors(self) -> list[str]:
        lines = (self.folder / "idea_history.jsonl").read_text("utf-8").splitlines()
        facts = (json.loads(line) for line in lines)
        births = [fact for fact in facts if fact["fact"] == "proposed"]
        return sorted({person for fact in births for person in fact["authors"][:1]})

    async def history(self) -> dict[str, int]:
        """Import the history; return how many lines became what."""
        # Another journey may have moved the clock: what is promised counts from its day.
        today = str(await self.house.today())
        file = str(self.folder / "idea_history.jsonl")
        words = ("import", "history", file, "--mapping", MAPPING, "--json", "--cutover", today)
        code, told, trouble = self.house.kiem(*words)
        assert code == NOT_UNDERSTOOD, trouble
        lines: dict[str, int] = json.loads(told)["lines"]
        return lines

    def uses(self) -> tuple[int, int]:
        """Import the usage; return how many rows were new, and how many were not."""
        file = str(self.folder / "tool_usage.csv.gz")
        words = ("import", "usage", file, "--mapping", MAPPING, "--json")
        code, told, trouble = self.house.kiem(*words)
        assert code == 0, trouble
        answer = json.loads(told)
        assert answer["refused"] == {}
        return answer["accepted"], answer["repeated"]

    def ids(self) -> list[UUID]:
        return [imported_idea(SOURCE, str(idea.number)) for idea in self.ideas]

    async def asked(self, kpi: str, **params: Any) -> Any:
        given = {name: str(value) for name, value in params.items() if value is not None}
        return await self.house.get("metrics", f"/v1/kpis/{kpi}", "somebody", **given)


def number(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in NUMBER}


def cells(told: dict[str, Any]) -> dict[str, Any]:
    return {cell["key"]: number(cell) for cell in told["cells"]}


def judged_at(told: dict[str, Any], at: date | None) -> datetime:
    """Return the end of a day as the files count it; today's moment only the service knows."""
    if at is None:
        return datetime.fromisoformat(told["asked"]["judged_at"])
    return straight.midnight(at + timedelta(days=1))


@pytest.fixture(scope="module")
async def imported() -> AsyncIterator[Imported]:
    """Everything is imported, into a house of its own, while some authors could get mail."""
    folder = os.environ.get("KIEM_REAL_DATA")
    if not folder:
        pytest.skip("KIEM_REAL_DATA names no folder with the real history and usage")
    with running("history") as house:
        await house.open()
        try:
            yield await _taken_over(Imported(house, Path(folder)))
        finally:
            await house.close()


async def _taken_over(made: Imported) -> Imported:
    for person in made.authors[:10]:
        await made.house.contact(person, "Somebody", f"{person}@past.example", "en")
    first = await made.history()
    assert first["recorded"] > 1500, first
    assert sum(first.values()) == 2380
    assert made.uses() == (9805, 0)
    await everything_is_heard(made)
    return made


async def everything_is_heard(made: Imported) -> None:
    async def look() -> bool:
        published = "SELECT count(*) FROM event WHERE stream = ANY ($1)"
        streams = [f"idea-{idea}" for idea in made.ids()]
        told = await made.house.rows("ideas", published, streams)
        heard = "SELECT count(*) FROM idea_fact_v1 WHERE idea = ANY ($1)"
        return bool(told == await made.house.rows("metrics", heard, made.ids()))

    await until("metrics has heard every imported fact", look, patience=120)


@pytest.mark.parametrize(("since", "to", "at"), PERIODS)
async def test_the_numbers_of_a_period_are_those_of_the_file(
    imported: Imported, since: date, to: date, at: date | None
) -> None:
    how = {"from": since, "to": to, "at": at, "by": "department", "origin": "imported"}
    departments = straight.by_department(imported.ideas)
    for kpi in OF_A_PERIOD:
        told = await imported.asked(kpi, **how)
        count, moment = getattr(straight, kpi), judged_at(told, at)
        assert number(told) == count(imported.ideas, since, to, moment), kpi
        expected = {d: count(ideas, since, to, moment) for d, ideas in departments.items()}
        assert cells(told) == {d: cell for d, cell in expected.items() if cell["n"]}, kpi


@pytest.mark.parametrize(("since", "to", "at"), PERIODS)
async def test_how_ideas_stood_is_as_in_the_file(
    imported: Imported, since: date, to: date, at: date | None
) -> None:
    for kpi in OF_AN_END:
        told = await imported.asked(kpi, to=to, at=at, origin="imported")
        expected = getattr(straight, kpi)(imported.ideas, to, judged_at(told, at))
        assert number(told) == expected, kpi


@pytest.mark.parametrize("month", MONTHS)
async def test_the_numbers_about_the_tool_are_those_of_the_file(
    imported: Imported, month: date
) -> None:
    for kpi in ("active_users", "advanced_share", "feature_adoption"):
        path = f"/v1/register/{kpi}/consent"
        await imported.house.done("metrics", path, {"version": 1}, "or", "council")
    how = {"from": month, "to": date(month.year, month.month + 1, 1), "by": "department"}
    for kpi, more in (
        ("active_users", {}), ("advanced_share", {}),
        ("feature_adoption", {"feature": "approve-prr"}),
    ):  # fmt: skip
        told = await edition_of(imported, kpi, how | more)
        count = getattr(straight, kpi)
        assert number(told) == count(imported.usage, month, **more), kpi
        for department, cell in cells(told).items():
            expected = count(imported.usage, month, department=department, **more)
            assert cell in (expected, straight.HIDDEN), department


async def edition_of(imported: Imported, kpi: str, how: dict[str, Any]) -> Any:
    """Return a number about people once its edition is made."""

    async def look() -> Any:
        told = await imported.asked(kpi, tool="kubernetes-enhancements", **how)
        return None if told["reason"] == "no_data" else told

    return await until(f"an edition of {kpi}", look, patience=120)


@pytest.mark.timeout(900)
async def test_the_command_line_counts_the_same_and_finds_what_was_changed(
    imported: Imported,
) -> None:
    code, told, trouble = imported.house.kiem("verify", "kpis", "--months", "36", "--json")
    assert code == 0, told + trouble
    found = json.loads(told)
    assert len(found["ideas"]) > 500
    assert {each["outcome"] for each in found["editions"]} == {"equal"}
    change = (
        "UPDATE edition_cell SET numerator = numerator + {} WHERE edition = (SELECT min(edition) "
        "FROM edition_cell WHERE numerator IS NOT NULL AND NOT hidden) RETURNING 1"
    )
    assert await imported.house.rows("metrics", change.format(1))
    code, told, _ = imported.house.kiem("verify", "kpis", "--months", "1")
    assert await imported.house.rows("metrics", change.format(-1))
    assert (code, "The first edition that differs" in told) == (1, True)


async def test_the_command_line_names_the_number_whose_rows_were_changed(
    imported: Imported,
) -> None:
    change = (
        "UPDATE idea_fact_v1 SET occurred_at = occurred_at {} interval '40 days' "
        "WHERE type = 'IdeaSubmitted' RETURNING 1"
    )
    assert await imported.house.rows("metrics", change.format("-"))
    code, told, _ = imported.house.kiem("verify", "kpis", "--months", "24")
    await imported.house.rows("metrics", change.format("+"))
    explained = "The first that differs: " in told and "counted again" in told
    assert (code, explained) == (1, True), told


async def test_importing_again_changes_nothing(imported: Imported) -> None:
    count = "SELECT count(*) AS events FROM event"
    before = [await imported.house.rows(s, count) for s in ("ideas", "feedback")]
    assert (await imported.history())["recorded"] == 0
    assert imported.uses() == (0, 9805)
    assert [await imported.house.rows(s, count) for s in ("ideas", "feedback")] == before


async def test_what_nobody_understands_is_kept(imported: Imported) -> None:
    path = "/v1/imports/unplaced"
    kept = await imported.house.get("ideas", path, "op", "operator", source=SOURCE)
    assert kept["items"]
    assert all(json.loads(line["raw"])["idea"] for line in kept["items"])
    statuses = {json.loads(line["raw"]).get("status") for line in kept["items"]}
    assert statuses <= {"tbd", "", None}


async def test_every_open_idea_has_somebody_a_date_and_a_promise(imported: Imported) -> None:
    end = int(datetime.now(UTC).timestamp())
    ids = zip(imported.ids(), imported.ideas, strict=True)
    unfinished = {idea for idea, told in ids if told.state(end) not in straight.OVER}
    assert len(unfinished) > 50

    async def look() -> bool:
        sql = "SELECT idea FROM loop WHERE due IS NOT NULL AND idea = ANY ($1)"
        return {
            r["idea"] for r in await imported.house.rows("notifications", sql, imported.ids())
        } == (unfinished)

    await until("every open idea has a promise, and no finished one", look)
    sql = "SELECT idea FROM idea_v2 WHERE accountable <> '' AND due IS NOT NULL AND idea = ANY ($1)"
    rows = await imported.house.rows("ideas", sql, imported.ids())
    assert {row["idea"] for row in rows} == unfinished

    async def nobody_is_silent() -> bool:
        told = await imported.asked("silent_ideas", origin="imported")
        return (told["value"], told["n"]) == (0, len(imported.ideas))

    await until("metrics has heard of every promise", nobody_is_silent, patience=60)


async def test_nobody_is_told_about_the_past(imported: Imported) -> None:
    sql = "SELECT kind, person FROM notice WHERE idea = ANY ($1)"
    assert await imported.house.rows("notifications", sql, imported.ids()) == []
    assert imported.house.mails("@past.example") == []
