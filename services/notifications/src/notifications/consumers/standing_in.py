"""Tells the deputy of somebody who is away what is due meanwhile, once for each promise.

Feedback passes reviews on to the deputy, who hears of that. Everything else stays with whoever
promised it: an accepted idea, a barrier, a request. The deputy cannot know of it otherwise, and the
date would pass. It is told a while after the absence began, when what could be passed on has been.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.calendar import Calendar
from chassis.database import Tx
from chassis.timers import Timer, Timers
from contracts.notifications import LoopEvent, PromiseExtended, PromiseMade
from contracts.outside import (
    AbsencePlanned,
    DeputyNamed,
    PeopleEvent,
    PersonErased,
    PersonLeft,
)
from contracts.vocabulary import PersonId
from notifications.consumers.passing_on import Leaving
from notifications.consumers.telling import Telling
from notifications.domain.standing_in import Owing, about_standing_in
from notifications.domain.subjects import Subject
from notifications.projections import absences, directory, loops

ABSENCE = "absence"
MORNING = timedelta(hours=9)  # before the end of a working day: nothing breaks earlier than that
MOST = 100  # promises that are looked at in one transaction
_FIRST = UUID(int=0)


class StandingIn:
    """Knows when a deputy is to hear of what is due. `settles`: how long passing on may take."""

    def __init__(
        self, timers: Timers, calendar: Calendar, telling: Telling, settles: timedelta,
        desk: PersonId, *, leaving: Leaving,
    ) -> None:  # fmt: skip
        self._timers = timers
        self._calendar = calendar
        self._telling = telling
        self._settles = settles
        self._desk = desk
        self._leaving = leaving

    async def hear(self, tx: Tx, event: PeopleEvent) -> None:
        """Wait for the absence of a person, or look at once where there is another deputy."""
        at = await _now(tx)
        match event:
            case PersonLeft() | PersonErased():
                await self._leaving.hear(tx, event)
            case AbsencePlanned() if self._leaving.is_long(event):
                await self._leaving.hear(tx, event)
            case AbsencePlanned(person=person, first=first, last=last):
                if last >= self._calendar.local_date(at):
                    morning = max(self._calendar.end_of(first) - MORNING, at)
                    await self._wait(tx, f"absence-{person}|{first}|{last}", morning, person, {})
            case DeputyNamed(person=person):
                await self._wait(tx, f"absence-{person}", at, person, {})
            case _:
                pass

    async def promised(
        self, tx: Tx, about: Subject, authors: tuple[PersonId, ...], made: Sequence[LoopEvent]
    ) -> None:
        """Tell the deputy of a promise in the name of somebody who is away until it is due."""
        for event in made:
            if not isinstance(event, PromiseMade | PromiseExtended):
                continue
            if event.accountable == self._desk:
                continue
            if await self._leaving.promised(tx, event.accountable):
                continue
            today, due = (self._calendar.local_date(at) for at in (event.at, event.due))
            span = await absences.around(tx, event.accountable, today)
            if span is None or span[1] < due:
                continue
            deputy = await directory.stands_in(tx, event.accountable, today)
            if deputy is not None:
                owed = Owing(about, authors, event.due)
                await self._tell(tx, [owed], event.accountable, deputy, event.at)

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Tell what is due in an absence that goes on, some promises at a time."""
        person, at = PersonId(timer.payload["person"]), await _now(tx)
        if "after" not in timer.payload:
            later = at + self._settles
            await self._wait(tx, timer.owner, later, person, timer.payload | {"after": f"{_FIRST}"})
            return
        today = self._calendar.local_date(at)
        span = await absences.around(tx, person, today)
        if span is None or await self._leaving.promised(tx, person):
            return  # nobody stands in for who is away for so long: it is passed on
        deputy = await directory.stands_in(tx, person, today)
        if deputy is None:
            return
        until, after = self._calendar.end_of(span[1]), UUID(timer.payload["after"])
        owed = await loops.owed_by(tx, person, until, after, MOST)
        await self._tell(tx, owed, person, deputy, at)
        if len(owed) == MOST:
            more = timer.payload | {"after": f"{owed[-1].about.id}"}
            await self._wait(tx, timer.owner, at, person, more)

    async def _tell(
        self, tx: Tx, owed: Sequence[Owing], absent: PersonId, deputy: PersonId, at: datetime
    ) -> None:
        found = (about_standing_in(each, absent, deputy, at) for each in owed)
        await self._telling.tell(tx, [notice for notice in found if notice])

    async def _wait(
        self, tx: Tx, owner: str, until: datetime, person: PersonId, payload: dict[str, str]
    ) -> None:
        await self._timers.set(tx, owner, ABSENCE, until, {"person": person, **payload})


async def _now(tx: Tx) -> datetime:
    """Return domain time as the database has it, which is what timers go by."""
    at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
    return at
