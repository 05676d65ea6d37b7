"""Every number a service tells about itself, in one list; labels never name a person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


def _gauge(name: str, what: str, *labels: str) -> Gauge:
    return Gauge(name, what, labels, registry=REGISTRY)


def _counter(name: str, what: str, *labels: str) -> Counter:
    return Counter(name, what, labels, registry=REGISTRY)


def _seconds(name: str, what: str, *labels: str) -> Histogram:
    return Histogram(name, what, labels, registry=REGISTRY, buckets=_SECONDS)


# fmt: off
RELAY_LAG = _gauge("kiem_relay_lag", "Events committed and not yet in Kafka.")
RELAYED = _counter("kiem_relayed", "Events that Kafka has for certain.")
CONSUMER_LAG = _gauge("kiem_consumer_lag", "Records behind the end.", "topic", "partition")
HEARD = _counter("kiem_heard", "Records that had their effect.", "topic")
END_TO_END = _seconds("kiem_event_end_to_end_seconds", "Recorded to effect committed.", "topic")
FENCED = _counter("kiem_fencing_rejections", "Writes refused as another process took over.")
DROPPED = _counter("kiem_dedupe_dropped", "Records that were known already.", "reason")
REJECTED = _counter("kiem_commands_rejected", "Heard facts that the domain refused.", "refusal")
GAPS = _counter("kiem_stream_gaps", "Versions missing within a stream.")
PARKED = _gauge("kiem_dead_letters_parked", "Records waiting for an operator.")
OVERDUE = _gauge("kiem_timer_overdue_seconds", "How late the most overdue timer is.")
FIRED = _counter("kiem_timers_fired", "Timers that had their effect.", "kind")
PROJECTION_LAG = _gauge("kiem_projection_lag", "Own events not yet seen.", "projection")
HTTP_SECONDS = _seconds("kiem_http_request_seconds", "HTTP requests.", "method", "route", "status")
# fmt: on
