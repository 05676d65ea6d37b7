"""Logs are JSON, joined to traces, and hold nobody's words."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from chassis import log
from chassis.telemetry import provider, trace_id

WORDS = "Lunch with Xanthippe"


@pytest.fixture
def configure() -> Iterator[Callable[[], None]]:
    """To be called within the test: what is captured then is not what was in the fixture."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield lambda: log.configure("house")
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def entries(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_entry_says_who_speaks_and_in_which_trace(
    configure: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    configure()
    tracer = provider("house", []).get_tracer("test")
    with tracer.start_as_current_span("work"):
        structlog.get_logger().info("house.lit", lamps=3)
        expected = trace_id()

    (entry,) = entries(capsys)
    assert entry["service"] == "house"
    assert entry["trace_id"] == expected
    assert entry["event"] == "house.lit"
    assert entry["lamps"] == 3
    assert entry["level"] == "info"


@pytest.mark.parametrize("name", ["uvicorn.error", "faststream", "aiokafka", "sqlalchemy.engine"])
def test_what_libraries_say_is_json_too(
    configure: Callable[[], None], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    configure()
    logging.getLogger(name).warning("it is %s", "late")

    (entry,) = entries(capsys)
    assert (entry["event"], entry["logger"], entry["level"]) == ("it is late", name, "warning")


def test_words_under_a_telling_key_and_addresses_are_hidden(
    configure: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    configure()
    structlog.get_logger().info("a", title=WORDS, more={"mail": WORDS}, note="to xan@thippe.gr")

    (entry,) = entries(capsys)
    assert entry["title"] == entry["more"]["mail"] == log.REDACTED  # type: ignore[index]
    assert entry["note"] == f"to {log.REDACTED}"


@pytest.mark.parametrize("speaker", ["ours", "theirs"])
def test_an_error_is_told_by_type_and_place_never_by_its_message(
    configure: Callable[[], None], capsys: pytest.CaptureFixture[str], speaker: str
) -> None:
    configure()

    def fail() -> None:
        try:
            raise LookupError(WORDS)
        except LookupError as error:
            raise ExceptionGroup(WORDS, [ValueError(WORDS)]) from error

    try:
        fail()
    except ExceptionGroup:
        if speaker == "ours":
            structlog.get_logger().exception("failed")
        else:
            logging.getLogger("uvicorn.error").exception("failed")

    out = capsys.readouterr().out
    assert WORDS not in out
    for kind in ("builtins.ExceptionGroup", "builtins.ValueError", "builtins.LookupError"):
        assert kind in out
    assert "test_log.py" in out
