"""How far ahead a date may lie: what is promised too late is silence within the rules."""

from dataclasses import dataclass
from datetime import date, datetime

from ideas.domain.refusals import TheDateIsTooFar


@dataclass(frozen=True, slots=True)
class Latest:
    """The last day that may be named, and the moment at which it ends."""

    day: date
    ends: datetime

    def require(self, at: datetime) -> None:
        """Refuse a moment after that day: raises TheDateIsTooFar."""
        if at > self.ends:
            raise TheDateIsTooFar(self.day)
