"""Traces join what belongs together, and hold nobody's words."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import APIRouter, Depends
from opentelemetry import trace
from opentelemetry.exporter.otlp.json.file.trace_exporter import FileSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from chassis import telemetry
from chassis.http import caller

WORDS = "Xanthippe"
FAR = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Traced:
    def __init__(self) -> None:
        self.seen = InMemorySpanExporter()
        self.provider = telemetry.provider("house", [self.seen])
        self.tracer = self.provider.get_tracer("test")

    def spans(self) -> tuple[ReadableSpan, ...]:
        self.provider.force_flush()
        return self.seen.get_finished_spans()


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    found = Traced()
    monkeypatch.setattr(telemetry, "_tracer", found.tracer)
    yield found
    found.provider.shutdown()


def test_a_span_has_the_parent_and_the_links_it_was_given(traced: Traced) -> None:
    with telemetry.span("process", kind="consumer", parent=FAR, links=[FAR, FAR, "nonsense"]):
        here = telemetry.traceparent()

    (span,) = traced.spans()
    assert span.kind is SpanKind.CONSUMER
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == FAR.split("-")[2]
    assert len(span.links) == 1
    assert here is not None
    assert here.split("-")[1] == FAR.split("-")[1]


def test_outside_a_span_there_is_no_traceparent() -> None:
    assert telemetry.traceparent() is None
    assert telemetry.trace_id() is None


def test_an_error_is_named_in_its_span_not_quoted(traced: Traced) -> None:
    with pytest.raises(LookupError), telemetry.span("work"):
        raise LookupError(WORDS)

    (span,) = traced.spans()
    assert span.attributes is not None
    assert span.attributes["error.type"] == "LookupError"
    assert WORDS not in span.to_json()


def test_what_instrumentations_add_leaves_without_words(traced: Traced) -> None:
    said = {
        "url.path": f"/{WORDS}", "url.query": WORDS, "url.full": f"http://u:p@h:1/{WORDS}?q={WORDS}",
        "http.url": f"http://h/{WORDS}", "http.target": WORDS, "user_agent.original": WORDS,
        "db.statement.parameters": WORDS, "client.address": WORDS, "http.route": "/{who}",
    }  # fmt: skip
    with pytest.raises(ValueError), traced.tracer.start_as_current_span("x", attributes=said):
        raise ValueError(WORDS)

    (span,) = traced.spans()
    assert WORDS not in span.to_json()
    assert span.attributes is not None
    assert span.attributes["http.route"] == "/{who}"
    assert "url.full" not in span.attributes
    assert [event.name for event in span.events] == ["exception"]


def test_a_database_call_outside_a_trace_starts_none(traced: Traced) -> None:
    with traced.tracer.start_as_current_span("SELECT", attributes={"db.system.name": "postgresql"}):
        pass
    assert traced.spans() == ()

    with telemetry.span("work"), traced.tracer.start_as_current_span(
        "SELECT", attributes={"db.system.name": "postgresql"}
    ):  # fmt: skip
        pass
    assert [span.name for span in traced.spans()] == ["SELECT", "work"]


def test_without_a_place_to_send_traces_ids_exist_all_the_same() -> None:
    silent = telemetry.provider("house", [])
    with silent.get_tracer("test").start_as_current_span("work"):
        assert telemetry.trace_id() is not None
        flags = int(str(telemetry.traceparent())[-2:], 16)
    assert flags & trace.TraceFlags.SAMPLED == 0


async def test_a_request_is_one_span_that_continues_the_clients_trace(
    traced: Traced, make_client: object, provider: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: traced.provider)
    router = APIRouter(prefix="/v1")

    @router.get("/people/{person}", dependencies=[Depends(caller())])
    async def find(person: str) -> str:
        return telemetry.trace_id() or ""

    headers = {"authorization": f"Bearer {provider.token()}", "traceparent": FAR}  # type: ignore[attr-defined]
    client: httpx2.AsyncClient = make_client(router)  # type: ignore[operator]
    answer = await client.get(f"/v1/people/{WORDS}?q={WORDS}", headers=headers)

    (span,) = traced.spans()
    assert span.name == "GET /v1/people/{person}"
    assert span.kind is SpanKind.SERVER
    assert answer.json() == FAR.split("-")[1] == f"{span.context.trace_id:032x}"
    assert WORDS not in span.to_json()


def test_the_traces_file_starts_anew_when_it_is_full(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "traces.jsonl"
    path.parent.mkdir()
    file = telemetry.RotatingFile(path, maxBytes=3_000, backupCount=1)
    provider = TracerProvider(shutdown_on_exit=False)
    exporter = FileSpanExporter(stream=file)  # type: ignore[call-overload]
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    for _ in range(20):
        provider.get_tracer("test").start_span("work").end()
    provider.shutdown()
    file.close()

    for written in (path, path.with_name("traces.jsonl.1")):
        assert 0 < written.stat().st_size <= 3_000
        for line in written.read_text().splitlines():
            assert json.loads(line)["resourceSpans"]
    assert sorted(found.name for found in path.parent.iterdir()) == [
        "traces.jsonl",
        "traces.jsonl.1",
    ]


def test_every_metric_is_declared_and_has_a_help_text() -> None:
    families = list(telemetry.REGISTRY.collect())

    assert {
        "kiem_relay_lag", "kiem_consumer_lag", "kiem_event_end_to_end_seconds",
        "kiem_fencing_rejections", "kiem_dedupe_dropped", "kiem_stream_gaps",
        "kiem_dead_letters_parked", "kiem_timer_overdue_seconds", "kiem_projection_lag",
    } <= {family.name for family in families}  # fmt: skip
    assert all(family.documentation.endswith(".") for family in families)
