"""What `metrics` tells: what the works council consented to, and under which conditions."""

from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta

from contracts.personal import Personal
from contracts.vocabulary import Event, PersonId

OWNER = "metrics"
TOPIC = "kiem.metrics.events"

Threshold = Annotated[int, Meta(ge=2, le=10_000)]


class ConsentRecorded(Event, frozen=True, kw_only=True):
    """The works council agrees to a number about people, as it is defined in this version.

    Conditions that the system itself keeps: no group under `threshold`, nothing after `until`.
    """

    kpi: str
    version: int
    by: PersonId
    threshold: Threshold
    until: date | None = None
    words: Personal[str] = UNSET


class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    """The works council agrees no more; the number is told to nobody from here on."""

    kpi: str
    by: PersonId
    reason: Personal[str] = UNSET


class ThresholdRaised(Event, frozen=True, kw_only=True):
    """Groups must be larger from here on. A threshold never goes down."""

    kpi: str
    by: PersonId
    threshold: Threshold


KpiEvent = ConsentRecorded | ConsentWithdrawn | ThresholdRaised
STREAMS: dict[str, object] = {"kpi": KpiEvent}
