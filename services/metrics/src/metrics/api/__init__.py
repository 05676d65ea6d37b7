"""What may be asked of metrics over HTTP, and what may be told to it."""

from metrics.api.council import council
from metrics.api.erasures import erasures
from metrics.api.kpis import Numbers, kpis
from metrics.api.report import report
from metrics.api.usage import usage

__all__ = ["Numbers", "council", "erasures", "kpis", "report", "usage"]
