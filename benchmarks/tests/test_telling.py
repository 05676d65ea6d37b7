"""Figures are summed up and told as they are: statistics, tables, JSON and the picture."""

import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.harness import report
from benchmarks.harness.chart import chart
from benchmarks.harness.outcome import Contest, Curve, Point, Report, Row, at_least, at_most, number
from benchmarks.harness.profiling import top
from benchmarks.harness.statistics import percentile, summary
from benchmarks.harness.turns import take_turns
from benchmarks.page import figures

Numbers = st.lists(st.floats(0.001, 1e9), min_size=1, max_size=50)


def a_row() -> Row:
    contest = Contest(
        title="16 writers", unit="events/s", ours="Kiem",
        figures={"Kiem": [300.0, 200.0, 400.0], "others": [90.0, 100.0, 130.0]},
    )  # fmt: skip
    bars = [at_least("append", 3, 2.5, "×"), at_most("answer", 100, 99, "ms")]
    points = [Point(10_000, 12.0), Point(100_000, 11.0)]
    curve = Curve(title="hearing <a use>", unit="µs", lines={"metrics": points})
    return Row(name="append", title="1. Append", contests=[contest], bars=bars, curves=[curve],
               notes=["a note"], load=(0.1, 1.2), seconds=3.0)  # fmt: skip


def test_a_summary_has_the_middle_and_the_ends() -> None:
    found = summary([3.0, 1.0, 2.0, 10.0])
    assert (found.median, found.low, found.high, found.count) == (2.5, 1.0, 10.0, 4)
    assert found.spread == pytest.approx(3.6)
    with pytest.raises(ValueError, match="nothing"):
        summary([])


@given(Numbers, st.floats(0.01, 1))
def test_a_percentile_is_the_least_value_that_the_share_does_not_exceed(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(v <= found for v in values) >= share * len(values)
    assert sum(v < found for v in values) < share * len(values)


@pytest.mark.parametrize("share", [0, -1, 1.1])
def test_a_percentile_needs_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        percentile([1.0], share)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.00123, "0.00123"), (0.5, "0.50"), (12.34, "12.3"), (123.4, "123"),
     (72_000.4, "72,000")],
)  # fmt: skip
def test_a_number_has_the_figures_that_count(value: float, text: str) -> None:
    assert number(value) == text


def test_a_ratio_is_of_the_medians() -> None:
    assert a_row().contests[0].ratio("others") == pytest.approx(3.0)


def test_the_table_shows_every_contestant_every_bar_and_the_load() -> None:
    text = "\n".join(report.table(a_row()))
    assert "load 0.1 → 1.2" in text
    assert ["others", "100", "90.0", "130", "3.00", "×"] in [
        line.split() for line in text.split("\n")
    ]
    assert "3.00 ×" in text
    assert "MISSED  append: 2.50 × (wanted ≥ 3.00 ×)" in text
    assert "met     answer: 99.0 ms (wanted ≤ 100 ms)" in text
    assert "a note" in text


def test_the_columns_of_a_table_are_in_line() -> None:
    lines = [line for line in report.table(a_row()) if line.startswith("  ")][:3]
    found = zip(lines, ("median", "300", "100"), strict=True)
    ends = {line.index(word) + len(word) for line, word in found}
    assert len(ends) == 1


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    told = Report(machine={"cores": "2"}, level="tiny", rows=[a_row()])
    report.save(told, tmp_path / "bench.json")
    assert report.load(tmp_path / "bench.json") == told


def test_the_page_has_a_table_for_each_contest_and_says_what_was_missed() -> None:
    text = "\n".join(figures(Report(machine={"cores": "2"}, level="tiny", rows=[a_row()])))
    assert "| cores | 2 |" in text
    assert "| others | 100 | 90.0 | 130 | 3.00 × |" in text
    assert "| append | ≥ 3.00 × | 2.50 × | MISSED |" in text


def test_the_picture_is_whole_and_has_every_point() -> None:
    root = ET.fromstring(chart(a_row().curves))  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert len(list(root.iter(f"{space}circle"))) == 2 + 1  # and the one of the legend
    assert any("hearing <a use>" in (t.text or "") for t in root.iter(f"{space}text"))


def test_a_profile_says_who_has_the_processor_with_and_without_what_it_calls() -> None:
    stacks = ["run (a.py:1);read (b.py:2) 3", "run (a.py:1);write (b.py:9) 1", "idle (c.py:1) 4"]
    found = {name: (whole, alone) for name, whole, alone in top(stacks, "run")}
    assert found == {
        "run (a.py)": (1, 0),
        "read (b.py)": (0.75, 0.75),
        "write (b.py)": (0.25, 0.25),
    }


async def test_everybody_has_a_turn_in_each_round_and_nobody_is_always_first() -> None:
    order: list[str] = []

    def turn(name: str) -> Callable[[], Awaitable[float]]:
        async def measured() -> float:
            order.append(name)
            return float(len(order))

        return measured

    figures = await take_turns({name: turn(name) for name in "abc"}, 3, lambda _: None)
    assert order == list("abcbcacab")
    assert figures["a"] == [1.0, 6.0, 8.0]
