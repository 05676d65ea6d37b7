"""How long to wait before a mail is tried again: longer each time, and never all at once."""

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """The first wait, the longest one, and how many refusals end the way of a mail.

    `hold` is how long a mail may wait before its first try.
    """

    first: timedelta
    longest: timedelta
    refusals: int
    hold: timedelta = timedelta()

    @property
    def furthest(self) -> timedelta:
        """Return the longest that any mail can have been told to wait."""
        return max(self.longest, self.hold)

    def wait(self, attempts: int) -> timedelta:
        """Return the wait after so many attempts: doubled each time, of which half is chance."""
        whole = min(self.longest, self.first * (1 << min(attempts - 1, 30)))
        return whole * random.uniform(0.5, 1)  # noqa: S311 - spreads the load, hides nothing
