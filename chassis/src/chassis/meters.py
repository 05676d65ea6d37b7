"""Every number a service tells about itself, in one list; labels never name a person."""

from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

MetricName = Literal[
    "kiem_relay_lag",  # events committed and not yet in Kafka
    "kiem_relayed",  # events that Kafka has for certain
    "kiem_consumer_lag",  # records behind the end, by topic and partition
    "kiem_heard",  # records that had their effect, by topic
    "kiem_event_end_to_end_seconds",  # from recorded to effect committed, by topic
    "kiem_fencing_rejections",  # writes refused because another process took over
    "kiem_dedupe_dropped",  # records that were known already, by reason
    "kiem_commands_rejected",  # heard facts whose command the domain refused, by refusal
    "kiem_stream_gaps",  # versions missing within a stream
    "kiem_dead_letters_parked",  # records waiting for an operator
    "kiem_timer_overdue_seconds",  # how late the most overdue timer is
    "kiem_timers_fired",  # timers that had their effect, by kind
    "kiem_projection_lag",  # own events that a projection has not seen, by projection
    "kiem_http_request_seconds",  # by method, route template and status
]

REGISTRY = CollectorRegistry()
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


def _gauge(name: MetricName, what: str, *labels: str) -> Gauge:
    return Gauge(name, what, labels, registry=REGISTRY)


def _counter(name: MetricName, what: str, *labels: str) -> Counter:
    return Counter(name, what, labels, registry=REGISTRY)


def _histogram(name: MetricName, what: str, *labels: str) -> Histogram:
    return Histogram(name, what, labels, registry=REGISTRY, buckets=_SECONDS)


RELAY_LAG = _gauge("kiem_relay_lag", "Events committed and not yet in Kafka.")
RELAYED = _counter("kiem_relayed", "Events that Kafka has for certain.")
CONSUMER_LAG = _gauge("kiem_consumer_lag", "Records behind the end.", "topic", "partition")
HEARD = _counter("kiem_heard", "Records that had their effect.", "topic")
END_TO_END = _histogram(
    "kiem_event_end_to_end_seconds", "From recorded to effect committed.", "topic"
)
FENCED = _counter("kiem_fencing_rejections", "Writes refused as another process took over.")
DROPPED = _counter("kiem_dedupe_dropped", "Records that were known already.", "reason")
REJECTED = _counter("kiem_commands_rejected", "Heard facts that the domain refused.", "refusal")
GAPS = _counter("kiem_stream_gaps", "Versions missing within a stream.")
PARKED = _gauge("kiem_dead_letters_parked", "Records waiting for an operator.")
OVERDUE = _gauge("kiem_timer_overdue_seconds", "How late the most overdue timer is.")
FIRED = _counter("kiem_timers_fired", "Timers that had their effect.", "kind")
PROJECTION_LAG = _gauge("kiem_projection_lag", "Own events not yet seen.", "projection")
HTTP_SECONDS = _histogram(
    "kiem_http_request_seconds", "Duration of HTTP requests.", "method", "route", "status"
)


def declared() -> frozenset[str]:
    """Return every metric name there may be."""
    return frozenset(get_args(MetricName))
