"""How far a long work is: a bar with rate and time left, or plain lines where nobody watches."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from cli.console import err

Advance = Callable[[int], None]
_SECONDS_BETWEEN_LINES = 2.0


class _Rate(ProgressColumn):
    """How many of them a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "…/s")


@contextmanager
def progress(title: str, total: int, unit: str) -> Iterator[Advance]:
    """Show how far it is; the function that is yielded is told what was done meanwhile."""
    if not sys.stderr.isatty():
        yield _lines(title, total, unit)
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn(unit), _Rate(), TimeRemainingColumn(elapsed_when_finished=True),
    )  # fmt: skip
    with Progress(*columns, console=err) as shown:
        task = shown.add_task(title, total=total)
        yield lambda done: shown.advance(task, done)


def _lines(title: str, total: int, unit: str) -> Advance:
    started = said = time.monotonic()
    done = 0

    def advance(more: int) -> None:
        nonlocal done, said
        done += more
        now = time.monotonic()
        if done < total and now - said < _SECONDS_BETWEEN_LINES:
            return
        said = now
        rate = done / max(now - started, 0.001)
        left = f", {(total - done) / rate:,.0f} s left" if done < total and rate else ""
        sys.stderr.write(f"{title}: {done:,} of {total:,} {unit}, {rate:,.0f}/s{left}\n")

    return advance
