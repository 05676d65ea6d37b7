"""A person always sees that something goes on, on any terminal."""

import io
import time

import pytest

from local.progress import Happened, PlainScreen, screen


def test_a_plain_terminal_gets_a_line_for_each_step() -> None:
    out = io.StringIO()
    shown = PlainScreen(out)
    shown.tell(Happened("Start Kafka", "begun"))
    shown.tell(Happened("Start Kafka", "done"))
    lines = out.getvalue().splitlines()
    assert lines[0] == "  Start Kafka …"
    assert lines[1].startswith("  Start Kafka: ok (")


def test_a_long_step_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    shown = PlainScreen(out)
    shown.tell(Happened("Fetch", "begun"))
    shown.tell(Happened("Fetch", "working", "3 of 46 files"))
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 6)
    shown.tick()
    assert "Fetch … 6 s, 3 of 46 files" in out.getvalue()


def test_a_pipe_is_never_painted_on() -> None:
    assert isinstance(screen(io.StringIO()), PlainScreen)
