"""Passes on what is owed by somebody who left, or is away for long: nobody waits for who is gone.

Feedback names another reviewer by itself, who hears of that. Everything else stays with whoever
promised it: an accepted idea, a barrier, a request, a question. So it is looked at a while after
somebody went, when what feedback could pass on has been, and after that for each new promise.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from chassis.calendar import Calendar
from chassis.database import Tx
from chassis.timers import Timer, Timers
from contracts.outside import AbsencePlanned, PersonErased, PersonLeft
from contracts.vocabulary import Gone, PersonId, SubjectId
from notifications.projections import absences, directory, loops

PASSING = "passing_on"
MORNING = timedelta(hours=9)  # before the end of a working day: nothing breaks earlier than that
MOST = 20  # promises that are passed on in one transaction
EVER = timedelta(days=36_500)  # whoever left does not come back for what they owe
_FIRST = UUID(int=0)
PassOn = Callable[[Tx, Timer, SubjectId, Gone, datetime], Awaitable[None]]


class Leaving:
    """Knows who is gone, and waits until what they owe is to be passed on.

    `settles`: how long feedback may take; `long`: how long an absence is that nobody waits out.
    """

    def __init__(
        self, timers: Timers, calendar: Calendar, settles: timedelta, long: timedelta,
        desk: PersonId,
    ) -> None:  # fmt: skip
        self._timers = timers
        self._calendar = calendar
        self._settles = settles
        self._long = long
        self._desk = desk

    def is_long(self, away: AbsencePlanned) -> bool:
        """Tell whether an absence is too long to be waited out."""
        return away.last - away.first >= self._long

    async def hear(self, tx: Tx, event: AbsencePlanned | PersonLeft | PersonErased) -> None:
        """Wait for when what somebody owes is to be passed on."""
        at, person = await _now(tx), event.person
        if not isinstance(event, AbsencePlanned):
            await self.wait(tx, f"left-{person}", at + self._settles, person, {"cause": "left"})
        elif event.last >= self._calendar.local_date(at):
            morning = max(self._calendar.end_of(event.first) - MORNING, at) + self._settles
            owner = f"away-{person}|{event.first}|{event.last}"
            await self.wait(tx, owner, morning, person, {"cause": "away"})

    async def promised(self, tx: Tx, person: PersonId) -> bool:
        """Tell whether a promise was made in the name of somebody who is gone; it is passed on."""
        at = await _now(tx)
        for cause in ("left", "away"):
            if await self.until(tx, person, "left" if cause == "left" else "away", at) is not None:
                owner = f"{cause}-{person}"
                await self.wait(tx, owner, at + self._settles, person, {"cause": cause})
                return True
        return False

    async def until(self, tx: Tx, person: PersonId, cause: Gone, at: datetime) -> datetime | None:
        """Return up to which date others owe what a person promised; None where they are here."""
        if person == self._desk:
            return None
        if cause == "left":
            return at + EVER if await directory.has_left(tx, person) else None
        span = await absences.around(tx, person, self._calendar.local_date(at))
        if span is None or span[1] - span[0] < self._long:
            return None
        return self._calendar.end_of(span[1])

    async def wait(
        self, tx: Tx, owner: str, until: datetime, person: PersonId, payload: dict[str, str]
    ) -> None:
        await self._timers.set(tx, owner, PASSING, until, {"person": person, **payload})


class PassingOn:
    """Passes on what somebody owes who is gone, some promises at a time."""

    def __init__(self, leaving: Leaving, pass_on: PassOn) -> None:
        self._leaving = leaving
        self._pass_on = pass_on

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Pass on what is owed by now; who is back meanwhile keeps it."""
        person, at = PersonId(timer.payload["person"]), await _now(tx)
        cause: Gone = "left" if timer.payload["cause"] == "left" else "away"
        until = await self._leaving.until(tx, person, cause, at)
        if until is None:
            return
        after = UUID(timer.payload.get("after", f"{_FIRST}"))
        owed = await loops.promised_by(tx, person, until, after, MOST)
        for subject in owed:
            await self._pass_on(tx, timer, subject, cause, at)
        if len(owed) == MOST:
            more = {"cause": cause, "after": f"{owed[-1]}"}
            await self._leaving.wait(tx, timer.owner, at, person, more)


async def _now(tx: Tx) -> datetime:
    """Return domain time as the database has it, which is what timers go by."""
    at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
    return at
