"""What may be asked of metrics over HTTP, and what may be told to it."""

from metrics.api.again import numbers_again, waves_again
from metrics.api.axis import axis
from metrics.api.council import council
from metrics.api.editions import editions, recounts
from metrics.api.erasures import erasures
from metrics.api.events import Inlet, events
from metrics.api.kpis import Numbers, kpis
from metrics.api.pulse import pulse
from metrics.api.report import report
from metrics.api.sources import sources
from metrics.api.validating import Validator

__all__ = [
    "Inlet", "Numbers", "Validator", "axis", "council", "editions", "erasures", "events", "kpis",
    "numbers_again", "pulse", "recounts", "report", "sources", "waves_again",
]  # fmt: skip
