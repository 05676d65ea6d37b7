"""Keeps the promise of every idea: follows its steps, and wakes up when a date comes near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from chassis.calendar import Calendar
from chassis.commands import Commands, Context, caused_by
from chassis.database import Tx
from chassis.store import EventStore
from chassis.timers import Timer, Timers
from contracts.envelope import Envelope
from contracts.ideas import IdeaEvent
from contracts.notifications import LoopEvent
from contracts.vocabulary import Event, IdeaId, PersonId
from notifications.consumers.telling import Telling
from notifications.domain import loop, steps
from notifications.domain.ladder import Ladder
from notifications.domain.notices import about_escalation, about_step, reminder
from notifications.projections import directory, loops

GROUP = "notifications"
REMIND, DUE = "remind", "due"
_TIMERS = UUID("8d0c2f4e-1b7a-4e57-9a3c-62d1f0b8e5a4")


@dataclass(frozen=True, slots=True)
class Days:
    """Working days from a reminder to its date, and from an escalation to the new date.

    `grace` is real time, for dates that are past when they are first heard of.
    """

    remind: int
    escalate: int
    grace: timedelta


class Keeper:
    """Follows ideas and their timers, and carries out what their loops decide."""

    def __init__(
        self,
        commands: Commands[loop.Loop, loop.LoopCommand, LoopEvent],
        store: EventStore,
        timers: Timers,
        calendar: Calendar,
        telling: Telling,
        *,
        desk: PersonId,
        days: Days,
    ) -> None:
        self._commands = commands
        self._store = store
        self._timers = timers
        self._calendar = calendar
        self._telling = telling
        self._desk = desk
        self._days = days

    async def follow(self, tx: Tx, heard: Envelope[IdeaEvent], *, news: bool) -> None:
        """Follow a step of an idea; `news`: people are told of it."""
        event, version = heard.data, heard.version or 0
        before = await loops.following(tx, event.idea)
        if version <= before.version:
            return
        known = steps.after(event, version, before)
        step = steps.follow(event, version, before)
        outcome = await self._commands.handle(event.idea, step, caused_by(GROUP, heard), tx)
        await loops.follow(tx, event.idea, known, leaves_open=steps.leaves_open(event))
        made = _of_the_loop(outcome.events)
        await self._carry_out(tx, event.idea, made)
        if news:
            told = about_step(event, heard.id, known.authors, made, self._desk)
            await self._telling.tell(tx, told, heard.id)

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Look whether a date that was waited for still means something."""
        idea = _idea(timer)
        # Whoever follows a step holds the loop and asks for its timers; here it is the other way
        # round, so this one gives way and comes again.
        known = await loops.following(tx, idea, wait=False)
        at = await _now(tx)
        owed = await self._state(tx, idea)
        if timer.kind == REMIND:
            told = reminder(owed, idea, datetime.fromisoformat(timer.payload["due"]), at)
            await self._telling.tell(tx, [told] if told else [])
        elif owed is not None:
            await self._break(tx, timer, owed, known.authors, at)

    async def _break(
        self, tx: Tx, timer: Timer, owed: loop.Owed, authors: tuple[PersonId, ...], at: datetime
    ) -> None:
        idea = _idea(timer)
        today = self._calendar.local_date(at)
        listed = await directory.around(tx.sql, owed.asked[0], self._desk, today)
        until = self._calendar.add_working_days(at, self._days.escalate)
        command = loop.BreakPromise(idea, at, until, Ladder(listed, self._desk, frozenset(authors)))
        outcome = await self._commands.handle(idea, command, _fired(timer), tx)
        made = _of_the_loop(outcome.events)
        await self._carry_out(tx, idea, made)
        cause = f"{outcome.stream}@{outcome.version}"
        await self._telling.tell(tx, about_escalation(made, cause, authors))

    async def _state(self, tx: Tx, idea: IdeaId) -> loop.Loop:
        history = await self._store.load(self._commands.stream(idea), raw=tx.raw)
        return loop.decider.replay(_of_the_loop([recorded.data for recorded in history]))

    async def _carry_out(self, tx: Tx, idea: IdeaId, made: Sequence[LoopEvent]) -> None:
        """Bring the loop's row and its timers to what was decided."""
        if not made:
            return
        await loops.apply(tx, made)
        owner = self._commands.stream(idea)
        await self._timers.cancel(tx, owner)
        due = loop.promised_until(made)
        if due is not None:
            await self._wait(tx, owner, due, await _now(tx))

    async def _wait(self, tx: Tx, owner: str, due: datetime, now: datetime) -> None:
        early = self._calendar.add_working_days(due, -self._days.remind)
        if now < early < due:
            await self._timers.set(tx, owner, REMIND, early, {"due": due.isoformat()})
        # A date that was past when it was heard of: what answers it may be on its way as well.
        await self._timers.set(tx, owner, DUE, due if due > now else now + self._days.grace)


async def _now(tx: Tx) -> datetime:
    """Return domain time as the database has it, which is what timers go by."""
    at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
    return at


def _idea(timer: Timer) -> IdeaId:
    return IdeaId(UUID(timer.owner.removeprefix("loop-")))


def _fired(timer: Timer) -> Context:
    name = f"{timer.owner}|{timer.kind}|{timer.due.isoformat()}"
    return Context(command=uuid5(_TIMERS, name), correlation=str(_idea(timer)))


def _of_the_loop(events: Sequence[Event]) -> list[LoopEvent]:
    return [event for event in events if isinstance(event, LoopEvent)]
