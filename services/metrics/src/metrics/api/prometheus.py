"""The open numbers as Prometheus reads them, with a token. Those about people never go."""

from collections.abc import Iterable

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from metrics.domain.numbers import Number, rounded
from metrics.domain.register import Definition


def wanted(request: Request) -> bool:
    """Tell whether it is Prometheus that asks."""
    accepted = request.headers.get("accept", "")
    return "text/plain" in accepted or "openmetrics" in accepted


def exposition(found: Iterable[tuple[Definition, Number | None]]) -> Response:
    """Return a line for each number that is known."""
    registry = CollectorRegistry()
    gauge = Gauge("kiem_kpi", "An open KPI over all time, as it is now", ["kpi", "unit"],
                  registry=registry)  # fmt: skip
    for kpi, number in found:
        value = None if number is None else rounded(number.value)
        if value is not None:
            gauge.labels(kpi.id, kpi.unit).set(value)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
