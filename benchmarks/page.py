"""Puts the figures of a run into docs/performance.md, and draws its curves beside it.

`python -m benchmarks.page bench.json`; what people wrote in the page stays.
"""

import sys
from pathlib import Path

from benchmarks.harness import report
from benchmarks.harness.chart import chart
from benchmarks.harness.outcome import Report

ROOT = Path(__file__).parents[1]
PAGE, PICTURE = ROOT / "docs/performance.md", ROOT / "docs/performance.svg"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def main(told: Report) -> None:
    """Write the page and the picture."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n".join(figures(told)) + "\n" + END + after, "utf-8")
    if curves := [curve for row in told.rows for curve in row.curves]:
        PICTURE.write_text(chart(curves), "utf-8")


def figures(told: Report) -> list[str]:
    """Return the part of the page that is written by this program."""
    lines = ["", "| measured on | |", "| --- | --- |"]
    lines += [f"| {name} | {fact} |" for name, fact in told.machine.items()]
    lines += [f"| level | {told.level} |", ""]
    for row in told.rows:
        lines += report.markdown(row)
        lines += [f"Load average {row.load[0]:.1f} before, {row.load[1]:.1f} after.", ""]
    return lines


if __name__ == "__main__":
    main(report.load(Path(sys.argv[1])))
