"""What may be asked of metrics over HTTP, and what may be told to it."""

from metrics.api.kpis import kpis
from metrics.api.usage import usage

__all__ = ["kpis", "usage"]
