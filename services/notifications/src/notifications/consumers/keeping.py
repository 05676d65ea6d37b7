"""Keeps every promise: follows ideas and other matters, and wakes up when a date comes near."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from chassis import telemetry
from chassis.calendar import Calendar
from chassis.commands import Commands, Context, Outcome, caused_by
from chassis.database import Tx
from chassis.store import EventStore, Recorded
from chassis.timers import Timer, Timers
from contracts.envelope import Envelope
from contracts.notifications import LoopEvent
from contracts.vocabulary import Event, Gone, PersonId, SubjectId, Terms
from notifications.consumers.ears import AGAIN, Ears
from notifications.consumers.outages import Outages
from notifications.consumers.standing_in import StandingIn
from notifications.consumers.telling import Telling
from notifications.domain import loop, steps
from notifications.domain.audience import late_of
from notifications.domain.ladder import Ladder, Listed
from notifications.domain.notices import (
    Notice,
    Step,
    about_escalation,
    about_extension,
    about_step,
)
from notifications.domain.standing_in import about_passing_on, reminder
from notifications.domain.subjects import Subject
from notifications.projections import audience, directory, loops, outages, standing_apart

SERVICE = "notifications"
REMIND, DUE = "remind", "due"
AboutIt = Callable[[Sequence[LoopEvent], str, Sequence[PersonId]], Sequence[Notice]]
_TIMERS = UUID("8d0c2f4e-1b7a-4e57-9a3c-62d1f0b8e5a4")


@dataclass(frozen=True, slots=True)
class Days:
    """Working days from a reminder to its date, and from an escalation to the new date.

    `grace` is real time, for dates that are past when they are first heard of.
    """

    remind: int
    escalate: int
    grace: timedelta


@dataclass(frozen=True, slots=True)
class Came:
    """A date that came: what was owed by then, and all that its loop had decided."""

    timer: Timer
    at: datetime
    owed: loop.Owed
    known: steps.Following
    history: Sequence[Recorded]


class Keeper:
    """Follows what is owed and its timers, and carries out what the loops decide."""

    def __init__(
        self,
        commands: Commands[loop.Loop, loop.LoopCommand, LoopEvent],
        store: EventStore,
        timers: Timers,
        calendar: Calendar,
        telling: Telling,
        *,
        outages: Outages,
        ears: Ears,
        standing_in: StandingIn,
        desk: PersonId,
        days: Days,
    ) -> None:
        self._commands = commands
        self._store = store
        self._timers = timers
        self._calendar = calendar
        self._telling = telling
        self._outages = outages
        self._ears = ears
        self._standing_in = standing_in
        self._desk = desk
        self._days = days

    async def follow(self, tx: Tx, heard: Envelope[Event], about: Subject, *, news: bool) -> None:
        """Follow a step of a matter; `news`: people are told of it."""
        event, version = heard.data, heard.version or 0
        before = await loops.following(tx, about.id)
        if version <= before.version:
            return
        about = replace(about, idea=about.idea or before.idea)
        if about.matter == "appeal" and not before.authors:
            before = replace(before, own=await loops.authors(tx, about.idea))
        known = steps.after(event, version, before)
        step = steps.follow(event, about, version, before)
        outcome = await self._commands.handle(about.id, step, caused_by(SERVICE, heard), tx)
        await loops.follow(tx, about, known, leaves_open=steps.leaves_open(event))
        made = await self._carry_out(tx, about.id, outcome, known.terms)
        if news:
            parted = steps.parted(event, before)
            quiet = before.appealed and steps.routes(event)
            told = Step(event, about, heard.id, quiet=quiet, parted=parted)
            notices = about_step(told, known.authors, made, self._desk)
            await self._telling.tell(tx, notices, heard.id)
            if not quiet:
                await self._standing_in.promised(tx, about, known.authors, made)

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Look whether a date that was waited for still means something."""
        if timer.kind == DUE and not self._ears.open():
            await self._timers.set(tx, timer.owner, timer.kind, timer.due, timer.payload)
            await outages.put_off(tx, timer.owner, timer.kind, AGAIN)
            return
        came = await self._came(tx, timer, _subject(timer), await _now(tx))
        if came is None:
            return
        if timer.kind == REMIND:
            await self._remember(tx, came)
        elif length := await self._outages.missed(tx, came.owed.due):
            await self._extend(tx, came, length)
        else:
            await self._break(tx, came)

    async def pass_on(
        self, tx: Tx, timer: Timer, subject: SubjectId, cause: Gone, at: datetime
    ) -> None:
        """Let somebody else owe a word that is owed by the person of a timer, who is gone."""
        came = await self._came(tx, timer, subject, at)
        if came is None:
            return
        gone = PersonId(timer.payload["person"])
        # Who has it now may stand beside the chain of who promised it: a deputy, or the desk.
        ladder = await self._ladder(tx, came, gone, came.owed.asked[0])
        await self._decide(tx, came, loop.PassOn(at, gone, cause, ladder), about_passing_on)

    async def _came(self, tx: Tx, timer: Timer, subject: SubjectId, at: datetime) -> Came | None:
        """Return what is owed on a matter whose moment came; None where everything is said.

        Whoever follows a step holds the loop and asks for its timers; here it is the other way
        round, so this one gives way and comes again.
        """
        known = await loops.following(tx, subject, wait=False)
        history = await self._store.load(self._commands.stream(subject), raw=tx.raw)
        owed = loop.decider.replay(_of_the_loop([recorded.data for recorded in history]))
        return None if owed is None else Came(timer, at, owed, known, history)

    async def _remember(self, tx: Tx, came: Came) -> None:
        """Remind of a date that comes near."""
        due = datetime.fromisoformat(came.timer.payload["due"])
        told = reminder(came.owed, due, came.at, came.timer.payload.get("days"))
        if told is not None:
            await self._remind(tx, came.timer.owner, due, came.at, came.known.terms)
        notices = [told] if told and not came.known.appealed else []
        await self._telling.tell(tx, notices, since=came.timer.due)

    async def _extend(self, tx: Tx, came: Came, length: timedelta) -> None:
        """Give as long as the house was away, to the end of that working day."""
        until = self._closing(max(came.owed.due + length, came.at))
        await self._decide(tx, came, loop.ExtendPromise(came.at, until), about_extension)

    def _closing(self, at: datetime) -> datetime:
        """Return when the working day of a moment ends, or the next one if that is over."""
        today = self._calendar.add_working_days(at, 0)
        return today if today > at else self._calendar.add_working_days(at, 1)

    async def _break(self, tx: Tx, came: Came) -> None:
        """Say that the promise is broken, and who is asked next."""
        terms = came.known.terms
        days = terms and terms.escalate_days
        until = self._calendar.add_working_days(came.at, days or self._days.escalate)
        ladder = await self._ladder(tx, came, came.owed.asked[0])
        await self._decide(tx, came, loop.BreakPromise(came.at, until, ladder), about_escalation)

    async def _ladder(self, tx: Tx, came: Came, *near: PersonId) -> Ladder:
        """Return the ladder of a matter today, with everybody whom these lead to."""
        today, known = self._calendar.local_date(came.at), came.known
        listed: dict[PersonId, Listed] = {}
        for first in near:
            listed |= await directory.around(tx.raw, first, self._desk, today)
        rungs = known.terms.rungs if known.terms else None
        apart = await standing_apart.from_matter(tx, came.owed.about)
        return Ladder(listed, self._desk, frozenset(known.authors), rungs, apart)

    async def _decide(self, tx: Tx, came: Came, command: loop.LoopCommand, about: AboutIt) -> None:
        """Carry out what a date leads to, and tell those whom it concerns."""
        subject, known = came.owed.about, came.known
        outcome = await self._commands.handle(
            subject.id, command, _fired(came.timer, subject), tx, history=came.history
        )
        made = await self._carry_out(tx, subject.id, outcome, known.terms)
        if not known.appealed:
            told = about(made, f"{outcome.stream}@{outcome.version}", known.authors)
            await self._telling.tell(tx, told, since=came.timer.due)
            if late := late_of(made, f"{outcome.stream}@{outcome.version}"):
                await audience.spread(tx, late, telemetry.traceparent())
            await self._standing_in.promised(tx, subject, known.authors, made)

    async def _carry_out(
        self, tx: Tx, subject: SubjectId, outcome: Outcome[loop.Loop], terms: Terms | None
    ) -> Sequence[LoopEvent]:
        """Bring the loop's row and its timers to what was decided, and return that."""
        made = _of_the_loop(outcome.events)
        if not made:
            return made
        await loops.apply(tx, made)
        owner = self._commands.stream(subject)
        due, now = loop.promised_until(made), outcome.recorded_at
        if due is None or now is None:
            await self._timers.cancel(tx, owner)
        else:
            # From when it was recorded on, not from now: a date that comes in between is heard too.
            await self._remind(tx, owner, due, now, terms)
            await self._wait(tx, owner, due, now)
        return made

    async def _remind(
        self, tx: Tx, owner: str, due: datetime, now: datetime, terms: Terms | None
    ) -> None:
        """Wait for the next reminder of a date, if there is one to come."""
        days = terms.remind_days if terms and terms.remind_days is not None else None
        for before in sorted(days if days is not None else (self._days.remind,), reverse=True):
            early = self._calendar.add_working_days(due, -before)
            if now < early < due:
                which = {} if days is None else {"days": before}
                payload = {"due": due.isoformat(), **which}
                await self._timers.set(tx, owner, REMIND, early, payload)
                return
        await self._timers.cancel(tx, owner, REMIND)

    async def _wait(self, tx: Tx, owner: str, due: datetime, now: datetime) -> None:
        # A date that was past when it was heard of: what answers it may be on its way as well.
        await self._timers.set(tx, owner, DUE, due if due > now else now + self._days.grace)


async def _now(tx: Tx) -> datetime:
    """Return domain time as the database has it, which is what timers go by."""
    at: datetime = await tx.raw.fetchval("SELECT kiem_now()")
    return at


def _subject(timer: Timer) -> SubjectId:
    return SubjectId(UUID(timer.owner.removeprefix("loop-")))


def _fired(timer: Timer, about: Subject) -> Context:
    name = f"{timer.owner}|{timer.kind}|{timer.due.isoformat()}"
    if timer.owner != f"loop-{about.id}":
        name += f"|{about.id}"  # the timer of a person, which is about many
    return Context(command=uuid5(_TIMERS, name), correlation=about.correlation)


def _of_the_loop(events: Sequence[Event]) -> list[LoopEvent]:
    return [event for event in events if isinstance(event, LoopEvent)]
