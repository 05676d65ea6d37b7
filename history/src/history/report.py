"""What is told of a history: what each word stands for, and what was not understood."""

from collections import Counter
from typing import Any

from history.account import Account, by_reason
from history.reading import ReadHistory


def dry_run_report(found: ReadHistory, source: str) -> dict[str, Any]:
    """Return the report of a dry run as a dictionary."""
    whole = found.whole
    words = [
        {"field": field, "word": word, "stands_for": meaning, "count": count}
        for (field, word, meaning), count in sorted(
            found.tally.words.items(), key=lambda item: (item[0][0], -item[1], item[0][1])
        )
    ]
    steps = Counter(step.step for idea in whole.ideas for step in idea.steps)
    steps.update(["reviewers_assigned"] * len(whole.assignments))
    return {
        "source": source,
        "lines": found.lines,
        "ideas": len(whole.ideas),
        **{name: whole.counts()[name] for name in ("placed", "ignored", "unplaced")},
        "steps": dict(steps.most_common()),
        "words": words,
        "not_understood": [
            {"reason": reason, "count": len(lines), "lines": lines}
            for reason, lines in by_reason(whole.reasons).items()
        ],
        "ignored_because": dict(whole.ignored),
        "fields_nobody_reads": dict(found.tally.unread.most_common()),
    }


def result_report(account: Account, source: str) -> dict[str, Any]:
    """Return what became of an import as a dictionary."""
    return {
        "source": source,
        "lines": account.counts(),
        "not_placed": [
            {"reason": reason, "count": len(lines), "lines": lines}
            for reason, lines in by_reason(account.reasons).items()
        ],
    }
