"""Asks a colleague to tell a person what no channel brought, and then the next one."""

from datetime import date, datetime
from uuid import UUID

from chassis.calendar import Calendar
from chassis.database import Tx
from chassis.timers import Timer, Timers
from contracts.vocabulary import NoticeId, PersonId
from notifications.consumers.telling import Telling
from notifications.domain.handing import Around, Unread, can_be_told, next_task
from notifications.projections import directory, hand_overs

HAND_OVER = "hand_over"
_OWNER = "hand_over-"


class Waiting:
    """Gives a person some working days to see a notice in the app, before a colleague is asked."""

    def __init__(self, timers: Timers, calendar: Calendar, desk: PersonId, days: int) -> None:
        self._timers = timers
        self._calendar = calendar
        self.desk = desk
        self._days = days

    async def begin(self, tx: Tx, notice: NoticeId) -> None:
        """Wait for a notice that has only the app left, where a colleague may tell of it."""
        found = await hand_overs.unread(tx, notice)
        if found is not None and can_be_told(found, self.desk):
            await self.wait(tx, notice, self.until(await now(tx)))

    async def wait(self, tx: Tx, notice: NoticeId, until: datetime) -> None:
        await self._timers.set(tx, f"{_OWNER}{notice}", HAND_OVER, until)

    async def end(self, tx: Tx, notice: NoticeId) -> None:
        await self._timers.cancel(tx, f"{_OWNER}{notice}")

    def until(self, at: datetime) -> datetime:
        return self._calendar.add_working_days(at, self._days)

    def today(self, at: datetime) -> date:
        return self._calendar.local_date(at)


class HandOvers:
    """Carries out what a timer is a hint of: it may be time for a colleague."""

    def __init__(self, waiting: Waiting, telling: Telling) -> None:
        self._waiting = waiting
        self._telling = telling

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Ask the next colleague, unless the person knows meanwhile."""
        notice = NoticeId(UUID(timer.owner.removeprefix(_OWNER)))
        unread = await hand_overs.unread(tx, notice)
        if unread is not None:
            await self._ask(tx, unread, timer.due)

    async def _ask(self, tx: Tx, unread: Unread, since: datetime) -> None:
        at, desk = await now(tx), self._waiting.desk
        until = self._waiting.until(at)
        listed = await directory.around(tx.raw, unread.person, desk, self._waiting.today(at))
        asked = await hand_overs.asked(tx, unread.notice)
        task = next_task(unread, asked, Around(listed, desk), at, until)
        if task is None:
            return
        await self._telling.tell(tx, [task.notice], since=since)
        await hand_overs.ask(tx, task, at, until)
        await self._waiting.wait(tx, unread.notice, until)


async def now(tx: Tx) -> datetime:
    """Return domain time as the database has it, which is what timers go by."""
    at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
    return at
