"""Traces and numbers: one trace from the request through every effect, and nobody's words."""

import logging
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from itertools import islice
from logging.handlers import RotatingFileHandler
from typing import IO, Any, Literal, cast

from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider, sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from chassis.settings import Basics

MOST_LINKS = 128  # what the SDK keeps; the rest would be dropped without a word
# A path or a query may hold a person's id or whatever a client mistook for one; the route says it.
_LEFT_OUT = frozenset({
    "url.full", "url.path", "url.query", "http.url", "http.target", "client.address", "net.peer.ip",
    "user_agent.original", "db.statement.parameters", "exception.message", "exception.stacktrace",
})  # fmt: skip
_W3C = TraceContextTextMapPropagator()
Kind = Literal["internal", "server", "client", "producer", "consumer"]

_tracer = trace.get_tracer("chassis")

REGISTRY = CollectorRegistry()
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


_gauge, _counter = partial(Gauge, registry=REGISTRY), partial(Counter, registry=REGISTRY)
_seconds = partial(Histogram, registry=REGISTRY, buckets=_SECONDS)

# fmt: off
RELAY_LAG = _gauge("kiem_relay_lag", "Events committed and not yet in Kafka.")
RELAYED = _counter("kiem_relayed", "Events that Kafka has for certain.")
LOST = _gauge("kiem_lost_events", "Events that Kafka has and the store, restored, has not.")
CONSUMER_LAG = _gauge("kiem_consumer_lag", "Records behind the end.", ["topic", "partition"])
HEARD = _counter("kiem_heard", "Records that had their effect.", ["topic"])
END_TO_END = _seconds("kiem_event_end_to_end_seconds", "Recorded to effect committed.", ["topic"])
FENCED = _counter("kiem_fencing_rejections", "Writes refused as another process took over.")
DROPPED = _counter("kiem_dedupe_dropped", "Records that were known already.", ["reason"])
REJECTED = _counter("kiem_commands_rejected", "Heard facts that the domain refused.", ["refusal"])
GAPS = _counter("kiem_stream_gaps", "Versions missing within a stream.")
PARKED = _gauge("kiem_dead_letters_parked", "Records waiting for an operator.")
OVERDUE = _gauge("kiem_timer_overdue_seconds", "How late the most overdue timer is.")
FIRED = _counter("kiem_timers_fired", "Timers that had their effect.", ["kind"])
PROJECTION_LAG = _gauge("kiem_projection_lag", "Own events not yet seen.", ["projection"])
HTTP_SECONDS = _seconds("kiem_http_request_seconds", "Requests.", ["method", "route", "status"])
# fmt: on


class _WithinATrace(sampling.StaticSampler):
    """Starts no trace at a database call: a loop that looks for work each second is no story."""

    def should_sample(self, *given: Any, **named: Any) -> sampling.SamplingResult:
        if "db.system.name" in (named.get("attributes") or {}):  # as `ParentBased` gives them
            return sampling.SamplingResult(sampling.Decision.DROP)
        return super().should_sample(*given, **named)


class Redacting(BatchSpanProcessor):
    """Cleans what leaves the process: no words, no addresses, no drivers' messages."""

    def on_end(self, span: ReadableSpan) -> None:
        super().on_end(
            ReadableSpan(
                name=span.name, context=span.context, parent=span.parent, resource=span.resource,
                attributes=_kept(span.attributes), links=span.links, kind=span.kind,
                events=[Event(e.name, _kept(e.attributes), e.timestamp) for e in span.events],
                status=trace.Status(span.status.status_code), start_time=span.start_time,
                end_time=span.end_time, instrumentation_scope=span.instrumentation_scope,
            )
        )  # fmt: skip


def _kept(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: said for key, said in (attributes or {}).items() if key not in _LEFT_OUT}


class RotatingFile(RotatingFileHandler):
    """The standard library's file that starts anew when it is full, written to like any other."""

    closed = False

    def write(self, line: str) -> None:
        self.emit(logging.makeLogRecord({"msg": line.rstrip("\n")}))


def provider(service: str, exporters: Sequence[SpanExporter]) -> TracerProvider:
    """Return a provider; without exporters it still gives ids, so that events and logs join."""
    resource = Resource.create({
        "service.name": service, "service.namespace": "kiem",
        "service.version": version("kiem-chassis"),
        "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
    })  # fmt: skip
    starting = _WithinATrace(sampling.Decision.RECORD_AND_SAMPLE)
    sampler = sampling.ParentBased(starting) if exporters else sampling.ALWAYS_OFF
    made = TracerProvider(resource=resource, sampler=sampler, shutdown_on_exit=False)
    for exporter in exporters:
        made.add_span_processor(Redacting(exporter, 2048, 500))
    return made


def start(service: str, settings: Basics) -> TracerProvider:
    """Set up tracing for this process: to a collector, a file, or (with neither) for ids only."""
    # The stable names of spans and attributes, before anything reads the choice.
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    exporters = _exporters(settings)
    made = provider(service, exporters)
    trace.set_tracer_provider(made)
    if not exporters:
        return made  # nobody would see the spans of statements, and each costs a tenth of one
    from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor  # noqa: PLC0415

    AsyncPGInstrumentor().instrument(tracer_provider=made)  # type: ignore[no-untyped-call]
    HTTPX2ClientInstrumentor().instrument(tracer_provider=made)
    return made


def _exporters(settings: Basics) -> list[SpanExporter]:
    found: list[SpanExporter] = []
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http import trace_exporter as otlp  # noqa: PLC0415

        found.append(otlp.OTLPSpanExporter())
    if path := settings.traces_file:
        from opentelemetry.exporter.otlp.json.file import trace_exporter  # noqa: PLC0415

        path.parent.mkdir(parents=True, exist_ok=True)
        file = RotatingFile(path, maxBytes=settings.traces_file_bytes, backupCount=1)
        found.append(trace_exporter.FileSpanExporter(stream=cast("IO[str]", file)))
    return found


@contextmanager
def span(
    name: str, *, kind: Kind = "internal", parent: str | None = None, links: Sequence[str] = (),
    attributes: Mapping[str, Any] | None = None,
) -> Iterator[trace.Span]:  # fmt: skip
    """Trace a block; `parent` and `links` are traceparents. An error is named, not quoted."""
    with _tracer.start_as_current_span(
        name, context=_W3C.extract({"traceparent": parent}) if parent else None,
        kind=trace.SpanKind[kind.upper()], links=_links(links), attributes=attributes,
        record_exception=False, set_status_on_exception=False,
    ) as current:  # fmt: skip
        try:
            yield current
        except Exception as error:
            current.set_attribute("error.type", type(error).__qualname__)
            current.set_status(trace.Status(trace.StatusCode.ERROR))
            raise


def traceparent() -> str | None:
    """Return the current span as a W3C traceparent, to be kept with what it causes."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def trace_id() -> str | None:
    """Return the id under which a person finds the current trace."""
    here = trace.get_current_span().get_span_context()
    return f"{here.trace_id:032x}" if here.is_valid else None


def _links(parents: Sequence[str]) -> list[trace.Link]:
    found = (_W3C.extract({"traceparent": p}, context.Context()) for p in dict.fromkeys(parents))
    spans = (trace.get_current_span(each).get_span_context() for each in found)
    sampled = (each for each in spans if each.is_valid and each.trace_flags.sampled)
    return [trace.Link(each) for each in islice(sampled, MOST_LINKS)]
