"""Prints what is told of a history: what each word stands for, and what was not understood."""

from typing import Any

from cli.console import as_json, heading, lines_shown, say, table
from history.account import Account


def show_dry_run(report: dict[str, Any], *, json: bool) -> None:
    """Print the report of a dry run."""
    if json:
        as_json(report)
        return
    say(
        f"{report['lines']:,} lines about {report['ideas']:,} ideas: {report['placed']:,} placed,"
        f" {report['ignored']:,} ignored, {report['unplaced']:,} not understood"
        " (nothing was sent)."
    )
    heading("What each word stands for")
    words = report["words"]
    rows = [(w["field"], w["word"] or "(empty)", w["stands_for"], w["count"]) for w in words]
    table(("field", "word", "stands for", "times"), rows, right=(3,))
    heading("Steps that would be recorded")
    table(("step", "times"), report["steps"].items(), right=(1,))
    _show_reasons("Not understood", report["not_understood"])
    if report["fields_nobody_reads"]:
        heading("Fields that no rule reads")
        table(("field", "lines"), report["fields_nobody_reads"].items(), right=(1,))


def show_result(account: Account, report: dict[str, Any], *, json: bool) -> None:
    """Print what became of an import."""
    if json:
        as_json(report)
        return
    counts = account.counts()
    meanings = {
        "recorded": "now in the history of an idea",
        "repeated": "name the state the idea was in: they change nothing",
        "known": "were imported before",
        "ignored": "the mapping ignores them",
        "refused": "contradict the idea; they are kept",
        "unplaced": "were not understood; they are kept",
    }
    rows = [(name, counts[name], meanings[name]) for name in meanings]  # type: ignore[index]
    table(("lines", "", ""), rows, right=(1,))
    _show_reasons("Not placed", report["not_placed"])
    if report["not_placed"]:
        say(
            f"They can be looked at with `kiem import unplaced --source {report['source']}`, and"
            " imported later: mend the mapping, and run the same import again."
        )


def _show_reasons(title: str, reasons: list[dict[str, Any]]) -> None:
    if reasons:
        heading(title)
        rows = [(one["count"], one["reason"], lines_shown(one["lines"])) for one in reasons]
        table(("lines", "why", "which"), rows, right=(0,))
