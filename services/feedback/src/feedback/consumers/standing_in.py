"""Lets somebody answer for a reviewer who is gone: a durable timer for the day on which they go.

Only what would break meanwhile passes on: an answer that is due after the return waits for it.
Where there is no deputy, an absence is waited out; in a long one, and for who left, whoever routing
finds answers.
Whether a deputy stands too near to a confidential idea is asked of `ideas` (`asking.py`), as it may
not be asked from here: until then it waits in a table.
"""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

import structlog

from chassis.calendar import Calendar
from chassis.commands import Commands, Context
from chassis.database import Tx
from chassis.timers import Timer, Timers
from contracts.feedback import FeedbackEvent
from contracts.outside import AbsencePlanned
from contracts.vocabulary import PersonId
from feedback.domain import Assignment, Open, Review, ReviewCommand, StandIn
from feedback.domain.dialogue import barred
from feedback.domain.routing import Asked, route, stand_in
from feedback.projections import authors, directory, stand_ins
from feedback.projections.authors import Birth
from feedback.projections.queue import Queued, find_held
from feedback.projections.rubrics import find_named
from feedback.projections.rules import Rules
from feedback.projections.stand_ins import Passing

log = structlog.get_logger()

AWAY, LEFT = "absence_begins", "left"
EVER = date.max  # the last day of who left
MORNING = timedelta(hours=9)  # before the end of a working day: nothing breaks earlier than that
_AWAY = UUID("3a0c5f0e-77f4-4a39-8b5a-6d3b3f1f9c44")


class StandingIn:
    """Waits for the first day of each absence, and passes on what is due in it.

    `long`: from how many days on nobody waits an absence out.
    """

    def __init__(
        self,
        handle: Commands[Review, ReviewCommand, FeedbackEvent],
        timers: Timers,
        calendar: Calendar,
        rules: Rules,
        long: timedelta,
    ) -> None:
        self._handle, self._timers, self._calendar = handle, timers, calendar
        self._rules, self._long = rules, long

    async def plan(self, tx: Tx, away: AbsencePlanned) -> None:
        """Wait for the morning of the first day; one that has come already is now."""
        if away.last < self._calendar.local_date(await _now(tx)):
            return
        morning = self._calendar.end_of(away.first) - MORNING
        span = {"person": away.person, "first": f"{away.first}", "last": f"{away.last}"}
        # Several absences of a person may be planned, each with a timer of its own.
        owner = f"absence-{away.person}|{away.first}|{away.last}"
        await self._timers.set(tx, owner, AWAY, morning, span)

    async def leave(self, tx: Tx, person: PersonId) -> None:
        """Pass on all that somebody has who left, once this is known."""
        at = await _now(tx)
        gone = {"person": person, "first": f"{date.min}", "last": f"{EVER}"}
        await self._timers.set(tx, f"{LEFT}-{person}", AWAY, at, gone)

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Pass on each open review whose answer is due while its reviewer is gone."""
        at = await _now(tx)
        person = PersonId(timer.payload["person"])
        if timer.owner.startswith(f"{LEFT}-") and not await directory.has_left(tx, person):
            return  # back in the directory meanwhile
        first, last = (date.fromisoformat(timer.payload[name]) for name in ("first", "last"))
        if last < self._calendar.local_date(at):
            return  # fired late: the reviewer is back
        for held in await find_held(tx.sql, person):
            if first <= self._calendar.local_date(held.due) <= last:
                await self._pass_on(tx, held, timer, at)

    async def _pass_on(self, tx: Tx, held: Queued, timer: Timer, at: datetime) -> None:
        absent = PersonId(timer.payload["person"])
        last = date.fromisoformat(timer.payload["last"])
        cause = f"{timer.owner}|{timer.due.isoformat()}|{held.idea}"
        passing = Passing(held.idea, absent, last, cause)
        long = last - date.fromisoformat(timer.payload["first"]) >= self._long
        birth = await authors.find_birth(tx, held.idea) or Birth()
        if birth.way == "confidential":
            await stand_ins.wait(tx, passing)
        elif (found := await self.deputy(tx, passing, at, anybody=long)) is not None:
            await self.hand(tx, passing, found, at)

    async def deputy(
        self, tx: Tx, passing: Passing, at: datetime, *, anybody: bool = False
    ) -> Assignment | None:
        """Return who could answer for who is gone, as far as it can be told from here.

        `anybody`: where that is no deputy, whoever routing finds; so it is for who left.
        """
        today = self._calendar.local_date(at)
        review, _ = await self._handle.state(passing.idea)
        if not isinstance(review, Open) or passing.last < today:
            return None  # answered, or the reviewer is back
        birth = await authors.find_birth(tx, passing.idea) or Birth()
        asked = Asked(
            frozenset({review.author, *review.co_authors}), birth.department, birth.category,
            birth.challenge, barred(review),
        )  # fmt: skip
        routing = await self._rules.routing(tx)
        near = asked.authors | {passing.absent} | routing.named
        people = await directory.find_candidates(tx, near, today)
        deputy = stand_in(people, passing.absent, asked, today)
        if deputy is None and (anybody or passing.last == EVER):
            deputy = route(people, await directory.count_open(tx), asked, today, routing)
        if deputy is None:
            log.info("absence.nobody_stands_in", idea=str(passing.idea))
            return None
        rubric = await find_named(tx.sql, review.rubric)
        return Assignment(deputy, rubric.names, rubric.version, review.due)

    async def hand(self, tx: Tx, passing: Passing, found: Assignment, at: datetime) -> None:
        """Let the deputy have it, unless somebody else has it meanwhile."""
        context = Context(command=uuid5(_AWAY, passing.cause))
        command = StandIn(passing.absent, found, at)
        await self._handle.handle(passing.idea, command, context, tx)
        await directory.note_named(tx, passing.idea, found.reviewer)


async def _now(tx: Tx) -> datetime:
    """Return domain time as the database has it, which is what timers go by."""
    at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
    return at
