"""The made-up organisation: the same each time, and as untidy as a real one."""

import csv
import gzip
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from .house import Kiem

EXAMPLES = Path(__file__).parents[2] / "examples"
UNTIL = date(2026, 10, 31)
NEVER = datetime.max.replace(tzinfo=UTC)
FIRST = UNTIL - timedelta(days=729)
FILES = ("people.csv", "history.jsonl", "usage.csv.gz", "workforce.csv",
         "workforce-corrected.csv", "outcomes.csv")  # fmt: skip


def made(folder: Path, *options: str) -> Path:
    command = [sys.executable, "-m", "waterland", str(folder), *options]
    subprocess.run(
        command, check=True, capture_output=True, cwd=EXAMPLES,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return folder


def rows(path: Path) -> Iterator[dict[str, str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(content.decode().splitlines())


@pytest.fixture(scope="module")
def waterland(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("waterland"))


@pytest.fixture(scope="module")
def lines(waterland: Path) -> list[dict[str, Any]]:
    text = (waterland / "history.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def turn() -> datetime:
    """When answers began to come."""
    return datetime.combine(FIRST, time(), UTC) + timedelta(days=365)


def moment(line: dict[str, Any]) -> datetime:
    said = line["datum"]
    form = "%Y-%m-%dT%H:%M" if "T" in said else "%d-%m-%Y %H:%M"
    return datetime.strptime(said, form).replace(tzinfo=UTC)


def born(lines: list[dict[str, Any]]) -> dict[int, datetime]:
    return {line["nr"]: moment(line) for line in lines if line["soort"] == "ingediend"}


def first_of(lines: list[dict[str, Any]], *words: str) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for line in sorted(lines, key=moment):
        if line.get("nieuwe_status", "").strip() in words:
            found.setdefault(line["nr"], moment(line))
    return found


def kaplan_meier(spans: list[tuple[float, bool]], reached: float) -> float:
    """Return when a share has reached it; those who have not are censored (Kaplan, Meier 1958)."""
    left, survive = len(spans), 1.0
    for day, happened in sorted(spans, key=lambda one: (one[0], not one[1])):
        survive *= 1 - happened / left
        left -= 1
        if survive <= 1 - reached:
            return day
    raise AssertionError("never reached")


def test_the_same_seed_gives_the_same_bytes(waterland: Path, tmp_path: Path) -> None:
    again, other = made(tmp_path / "again"), made(tmp_path / "other", "--seed", "2")

    for name in FILES:
        assert (waterland / name).read_bytes() == (again / name).read_bytes()
        assert (waterland / name).read_bytes() != (other / name).read_bytes()


def test_the_directory_is_credible(waterland: Path) -> None:
    people = list(rows(waterland / "people.csv"))
    departments = Counter(person["department"] for person in people)
    known = {person["id"] for person in people}
    roles = Counter(role for person in people for role in person["roles"].split())

    assert len(people) == len(known) == 1840
    assert len(departments) == 22
    assert sum(size < 10 for size in departments.values()) == 4
    assert 0.29 < sum(not person["mail"] for person in people) / len(people) < 0.33
    assert {person["lead"] for person in people} - {""} <= known
    reviewed = {p["department"] for p in people if "reviewer" in p["roles"]}
    assert reviewed == set(departments)
    assert (roles["director"], roles["hr"], roles["council"]) == (3, 1, 3)


def test_few_took_part_and_waited_long_until_answers_came(
    lines: list[dict[str, Any]], turn: datetime
) -> None:
    came, seen = born(lines), first_of(lines, "In behandeling", "in behandelng")
    authors = [
        {line["indieners"].split(";")[0] for line in lines
         if line["soort"] == "ingediend" and (moment(line) < turn) is early}
        for early in (True, False)
    ]  # fmt: skip
    waited = [
        median((seen[n] - came[n]).total_seconds() / 86_400 for n in came
               if n in seen and (came[n] < turn) is early)
        for early in (True, False)
    ]  # fmt: skip

    assert (0.07 < len(authors[0]) / 1840 < 0.09, 0.18 < len(authors[1]) / 1840 < 0.20) == (
        True, True,
    )  # fmt: skip
    assert 17 < waited[0] < 25
    assert 2 < waited[1] < 4, "2.1 working days"
    silent = [n for n in came if came[n] < turn and (n not in seen or seen[n] >= turn)]
    assert len([n for n in silent if turn - came[n] > timedelta(60)]) >= 30


def test_what_was_judged_and_tried_is_as_in_a_real_house(
    lines: list[dict[str, Any]], turn: datetime
) -> None:
    came = born(lines)
    yes = first_of(lines, "Geaccepteerd", "Geacepteerd")
    no = first_of(lines, "Afgewezen")
    pilots = first_of(lines, "Pilot")
    out = first_of(lines, "Afgewezen", "Ingetrokken", "Gerealiseerd", "gerealiseerd")
    judged = {n: min(yes.get(n, NEVER), no.get(n, NEVER)) for n in {*yes, *no}}
    accepted = sum(yes.get(n) == at for n, at in judged.items()) / len(judged)
    end = datetime.combine(UNTIL, time(), UTC) + timedelta(days=1)
    spans = [
        ((pilots.get(n, out.get(n, end)) - at).total_seconds() / 86_400, n in pilots)
        for n, at in came.items() if at >= turn
    ]  # fmt: skip

    assert 0.41 < accepted < 0.46
    assert 66 < kaplan_meier(spans, 0.5) < 82
    assert 120 < kaplan_meier(spans, 0.85) < 175, "and some wait longer still"
    ends = Counter(line["uitkomst"] for line in lines if line["soort"] == "pilot-einde")
    assert ends["opgeschaald"] > ends["gestopt"] > ends["verlengd"] > 0


def test_july_is_quiet_mondays_are_busy_and_the_outage_is_told_late(
    lines: list[dict[str, Any]],
) -> None:
    days = list(born(lines).values())
    months = Counter((day.year, day.month) for day in days)
    weekdays = Counter(day.weekday() for day in days)

    for year in (2025, 2026):
        assert months[year, 7] < 0.7 * (months[year, 6] + months[year, 9]) / 2
    assert weekdays[0] > max(weekdays[d] for d in range(1, 7))
    assert max(weekdays[5], weekdays[6]) < weekdays[1] / 2
    late = [b for a, b in pairwise(lines) if moment(b) < moment(a)]
    assert {moment(line).date() for line in late} == {FIRST + timedelta(days=511)}
    assert {"onderwerp" in line for line in lines if line["soort"] == "ingediend"} == {True, False}


def test_adoption_depth_and_harder_features_rise(waterland: Path) -> None:
    used: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows(waterland / "usage.csv.gz"):
        month = (date.fromisoformat(row["at"][:10]) - FIRST).days // 30
        used[month][row["person"]].add(row["feature"])
    hard = {"sjablonen", "spraak"}

    def told(month: int) -> list[float]:
        people = used[month]
        depth = sum(len(features - hard) for features in people.values()) / len(people) / 6
        return [
            len(people) / 1839,
            depth,
            sum(bool(f & hard) for f in people.values()) / len(people),
        ]

    assert told(0) == pytest.approx([0.38, 0.22, 0.09], abs=0.03)
    assert told(23) == pytest.approx([0.71, 0.41, 0.26], abs=0.03)


def test_absence_has_a_winter_and_a_quarter_is_corrected(waterland: Path) -> None:
    told = list(rows(waterland / "workforce.csv"))
    better = {(r["department"], r["month"]): r for r in rows(waterland / "workforce-corrected.csv")}
    right = [better.get((row["department"], row["month"]), row) for row in told]

    def absence(chosen: list[dict[str, str]]) -> float:
        sick = sum(float(row["sick_days"]) for row in chosen)
        return sick / sum(float(row["available_days"]) for row in chosen)

    months = sorted({row["month"] for row in told})
    years = [[row for row in right if row["month"] in half] for half in (months[:12], months[12:])]
    assert [absence(year) for year in years] == pytest.approx([0.076, 0.072], abs=0.002)
    summer, winter = (
        [r for r in right if r["month"][-2:] in m] for m in (("07", "08"), ("01", "02"))
    )
    assert absence(winter) > 1.2 * absence(summer)
    restated = {month for _, month in better}
    assert len(restated) == 3
    was = absence([row for row in told if row["month"] in restated])
    assert absence(list(better.values())) > 1.1 * was
    gone = [sum(int(row["leavers"]) for row in year) / 1840 for year in years]
    assert gone == pytest.approx([0.124, 0.113], abs=0.02)


def test_people_dare_more_except_in_one_department(waterland: Path) -> None:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows(waterland / "outcomes.csv"):
        found[row["measure"], row["department"]].append(float(row["value"]))
    safety = {d: values for (measure, d), values in found.items() if "veiligheid" in measure}
    assert (round(safety[""][0], 1), round(safety[""][-1], 1)) == pytest.approx(
        (4.9, 5.3), abs=0.11
    )
    assert [safety["Dagbesteding"][0], safety["Dagbesteding"][-1]] == pytest.approx(
        [5.4, 4.6], abs=0.11
    )
    enps = next(values for (measure, _), values in found.items() if "eNPS" in measure)
    assert enps != sorted(enps), "anything smoother than this looks fake"


def test_the_whole_history_is_understood(waterland: Path, kiem: Kiem) -> None:
    mapping = EXAMPLES / "mappings" / "waterland.toml"
    found = kiem(
        "import", "history", waterland / "history.jsonl", "--mapping", mapping, "--dry-run",
        "--json",
    )  # fmt: skip
    report = json.loads(found.stdout)

    assert found.exit_code == 0
    assert (report["ideas"], report["unplaced"]) == (967, 0)
    assert report["fields_nobody_reads"] == {}
    assert set(report["steps"]) == {
        "submitted", "under_review", "accepted", "declined", "parked", "withdrawn",
        "pilot_started", "measured", "pilot_concluded", "realised", "reviewers_assigned",
    }  # fmt: skip


def test_the_usage_is_understood_without_a_mapping(waterland: Path, kiem: Kiem) -> None:
    found = kiem("import", "usage", waterland / "usage.csv.gz", "--dry-run", "--json")
    report = json.loads(found.stdout)

    assert (found.exit_code, report["not_understood"]) == (0, {})
    assert list(report["tools"]) == ["Zorgpad"]
    assert {one["feature"] for one in report["features"] if one["advanced"]} == {
        "sjablonen",
        "spraak",
    }
    assert report["rows"] == sum(1 for _ in rows(waterland / "usage.csv.gz"))
