"""Span files as the OpenTelemetry exporter writes them, read back."""

from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.json.file.trace_exporter import FileSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from cli.spans import as_trees, read_trace, services_in

from .house import Kiem


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Path, str]:
    """One trace through two services, a linked one, and one of no concern."""
    made = {}
    for name in ("ideas", "feedback"):
        provider = TracerProvider(
            resource=Resource({"service.name": name}), shutdown_on_exit=False
        )  # fmt: skip
        exporter = FileSpanExporter(tmp_path / f"{name}.jsonl")
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        made[name] = provider
    ideas, feedback = (made[name].get_tracer("t") for name in ("ideas", "feedback"))
    with ideas.start_as_current_span("POST /v1/ideas", kind=trace.SpanKind.SERVER) as top:
        with ideas.start_as_current_span("SELECT", attributes={"db.system.name": "postgresql"}):
            pass
        with feedback.start_as_current_span("process", kind=trace.SpanKind.CONSUMER):
            pass
    link = trace.Link(top.get_span_context())
    with feedback.start_as_current_span("timer", links=[link], context=Context()):
        pass
    with feedback.start_as_current_span("other", context=Context()):
        pass
    for provider in made.values():
        provider.shutdown()
    return tmp_path, f"{top.get_span_context().trace_id:032x}"


def test_a_trace_is_put_together_from_the_files_of_all_services(folder: tuple[Path, str]) -> None:
    path, wanted = folder
    (path / "broken.jsonl").write_text(f'{{"resourceSpans": [ {wanted}')

    spans = read_trace(path, wanted)

    assert services_in(spans, wanted) == {"ideas", "feedback"}
    top, linked = as_trees(spans)
    assert (top.span.name, top.span.kind) == ("POST /v1/ideas", "server")
    assert [child.span.name for child in top.children] == ["SELECT", "process"]
    assert [child.span.database for child in top.children] == [True, False]
    assert (linked.span.name, linked.span.links) == ("timer", (wanted,))


def test_a_trace_is_shown_as_a_tree(
    folder: tuple[Path, str], kiem: Kiem, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, wanted = folder
    monkeypatch.setenv("KIEM_TRACES", str(path))

    short, whole = kiem("trace", wanted), kiem("trace", wanted.upper(), "--all")

    assert "ideas POST /v1/ideas" in short.stdout
    assert "└── feedback process" in short.stdout
    assert "1 database calls" in short.stdout
    assert "SELECT" not in short.stdout
    assert "├── ideas SELECT" in whole.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [("xyz", (2, "is no trace id: it has 32")), ("0" * 32, (1, "No span of this trace is in"))],
)
def test_a_trace_that_is_not_there_says_so(
    tmp_path: Path, kiem: Kiem, monkeypatch: pytest.MonkeyPatch, given: str, said: tuple[int, str]
) -> None:
    monkeypatch.setenv("KIEM_TRACES", str(tmp_path))

    found = kiem("trace", given)

    assert (found.exit_code, said[1] in found.stderr) == (said[0], True)
