"""Says what is going on: one line a step on a plain terminal, moving lines on a capable one."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self, TextIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

State = Literal["begun", "working", "done", "failed", "stopped"]
_STILL_EVERY = 5.0


@dataclass(frozen=True)
class Happened:
    """One thing to tell about one step."""

    step: str
    state: State
    detail: str = ""


Teller = Callable[[Happened], None]
"""Whoever wants to hear what happens."""


class Screen(AbstractContextManager["Screen"]):
    """A Teller for a person's terminal."""

    def tell(self, happened: Happened) -> None:
        raise NotImplementedError

    def tick(self) -> None:
        """Called every now and then while nothing happens."""


class PlainScreen(Screen):
    """For logs, pipes and TERM=dumb: only whole lines, and a sign of life every few seconds."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._open: dict[str, tuple[float, float, str]] = {}

    def __exit__(self, *_: object) -> None:
        self._out.flush()

    def tell(self, happened: Happened) -> None:
        now = time.monotonic()
        begun = self._open.get(happened.step, (now, now, ""))[0]
        if happened.state == "begun":
            self._say(f"  {happened.step} …")
            self._open[happened.step] = (now, now, happened.detail)
        elif happened.state == "working":
            self._open[happened.step] = (begun, self._open[happened.step][1], happened.detail)
        else:
            self._open.pop(happened.step, None)
            mark = "ok" if happened.state == "done" else happened.state
            detail = f": {happened.detail}" if happened.detail else ""
            self._say(f"  {happened.step}: {mark} ({now - begun:.1f} s){detail}")

    def tick(self) -> None:
        now = time.monotonic()
        for step, (begun, said, detail) in self._open.items():
            if now - said >= _STILL_EVERY:
                self._say(f"  {step} … {now - begun:.0f} s{f', {detail}' if detail else ''}")
                self._open[step] = (begun, now, detail)

    def _say(self, line: str) -> None:
        print(line, file=self._out, flush=True)


class LiveScreen(Screen):
    """For a person in front of a terminal."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}[/]"),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def tell(self, happened: Happened) -> None:
        if happened.step not in self._tasks or happened.state == "begun":
            self._tasks[happened.step] = self._progress.add_task(
                happened.step, total=1, detail=happened.detail
            )
        task = self._tasks[happened.step]
        if happened.state == "done":
            self._progress.update(task, completed=1, detail=happened.detail)
        elif happened.state in {"failed", "stopped"}:
            colour = "red" if happened.state == "failed" else "dim"
            self._progress.update(task, description=f"[{colour}]✗ {happened.step}[/]", detail="")
            self._progress.stop_task(task)
        else:
            self._progress.update(task, detail=happened.detail)


def screen(out: TextIO | None = None) -> Screen:
    """Choose what the terminal can show."""
    target = out or sys.stdout
    if not target.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return PlainScreen(target)
    return LiveScreen(Console(file=target))
