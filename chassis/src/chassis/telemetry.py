"""Traces: one from the request through every effect, with nobody's words in them."""

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from itertools import islice
from typing import IO, Literal, cast

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    Decision,
    ParentBased,
    Sampler,
    SamplingResult,
)
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes, AttributeValue

from chassis.meters import *  # noqa: F403 - numbers and traces are asked for in one place
from chassis.redaction import RedactedExporter, RotatingFile
from chassis.settings import Settings

MOST_LINKS = 128  # what the SDK keeps; the rest would be dropped without a word
_W3C = TraceContextTextMapPropagator()
Kind = Literal["internal", "server", "client", "producer", "consumer"]

_tracer = trace.get_tracer("chassis")


class _WithinATrace(Sampler):
    """Starts no trace at a database call: a loop that looks for work each second is no story."""

    def should_sample(  # noqa: PLR0917 - as the SDK has it
        self, parent_context: Context | None, trace_id: int, name: str,
        kind: SpanKind | None = None, attributes: Attributes = None,
        links: Sequence[Link] | None = None, trace_state: trace.TraceState | None = None,
    ) -> SamplingResult:  # fmt: skip
        if attributes and ("db.system.name" in attributes or "db.system" in attributes):
            return SamplingResult(Decision.DROP)
        return ALWAYS_ON.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return "WithinATrace"


def provider(service: str, exporters: Sequence[SpanExporter]) -> TracerProvider:
    """Return a provider; without exporters it still gives ids, so that events and logs join."""
    resource = Resource.create({
        "service.name": service, "service.namespace": "kiem",
        "service.version": version("kiem-chassis"),
        "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
    })  # fmt: skip
    sampler = ParentBased(_WithinATrace()) if exporters else ALWAYS_OFF
    made = TracerProvider(resource=resource, sampler=sampler, shutdown_on_exit=False)
    for exporter in exporters:
        made.add_span_processor(BatchSpanProcessor(RedactedExporter(exporter), 2048, 500))
    return made


def start(service: str, settings: Settings) -> TracerProvider:
    """Set up tracing for this process: to a collector, a file, or (with neither) for ids only."""
    # The stable names of spans and attributes, before anything reads the choice.
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    made = provider(service, _exporters(settings))
    trace.set_tracer_provider(made)
    from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor  # noqa: PLC0415

    AsyncPGInstrumentor().instrument(tracer_provider=made)  # type: ignore[no-untyped-call]
    HTTPX2ClientInstrumentor().instrument(tracer_provider=made)
    return made


def _exporters(settings: Settings) -> list[SpanExporter]:
    found: list[SpanExporter] = []
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http import trace_exporter as otlp  # noqa: PLC0415

        found.append(otlp.OTLPSpanExporter())
    if settings.traces_file:
        from opentelemetry.exporter.otlp.json.file import trace_exporter  # noqa: PLC0415

        file = RotatingFile(settings.traces_file, settings.traces_file_bytes)
        found.append(trace_exporter.FileSpanExporter(stream=cast("IO[str]", file)))
    return found


@contextmanager
def span(
    name: str, *, kind: Kind = "internal", parent: str | None = None, links: Sequence[str] = (),
    attributes: Mapping[str, AttributeValue] | None = None,
) -> Iterator[Span]:  # fmt: skip
    """Trace a block; `parent` and `links` are traceparents. An error is named, not quoted."""
    with _tracer.start_as_current_span(
        name, context=_W3C.extract({"traceparent": parent}) if parent else None,
        kind=SpanKind[kind.upper()], links=_links(links), attributes=attributes,
        record_exception=False, set_status_on_exception=False,
    ) as current:  # fmt: skip
        try:
            yield current
        except Exception as error:
            current.set_attribute("error.type", type(error).__qualname__)
            current.set_status(Status(StatusCode.ERROR))
            raise


def traceparent() -> str | None:
    """Return the current span as a W3C traceparent, to be kept with what it causes."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def trace_id() -> str | None:
    """Return the id under which a person finds the current trace."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def _links(parents: Sequence[str]) -> list[Link]:
    contexts = (
        trace.get_current_span(_W3C.extract({"traceparent": p}, Context())).get_span_context()
        for p in dict.fromkeys(parents)
    )
    sampled = (c for c in contexts if c.is_valid and c.trace_flags.sampled)
    return [Link(context) for context in islice(sampled, MOST_LINKS)]
