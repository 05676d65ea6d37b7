"""One mail a working day, at an hour of the house, for what can wait."""

from datetime import date, datetime, timedelta

from chassis.calendar import CLOSES, Calendar
from chassis.database import Tx
from chassis.timers import Timer, Timers
from contracts.vocabulary import PersonId
from notifications.projections import notices

DIGEST = "digest"
_OWNER = "digest-"


class Digests:
    """Wakes up for a person's digest once something waits for it."""

    def __init__(self, timers: Timers, calendar: Calendar, hour: int) -> None:
        self._timers = timers
        self._calendar = calendar
        self._early = timedelta(hours=CLOSES.hour - hour)

    async def wait(self, tx: Tx, person: PersonId) -> None:
        """Let what waits for a person go out at the next hour of digests."""
        at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
        await self._timers.set(tx, f"{_OWNER}{person}", DIGEST, self.next_hour(at))

    def next_hour(self, at: datetime) -> datetime:
        """Return when digests go out next: on a working day, at their hour."""
        day = self._calendar.local_date(at)
        while not self._calendar.is_working_day(day) or self._of(day) <= at:
            day += timedelta(days=1)
        return self._of(day)

    def _of(self, day: date) -> datetime:
        return self._calendar.end_of(day) - self._early

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        await notices.gather(tx, PersonId(timer.owner.removeprefix(_OWNER)))
