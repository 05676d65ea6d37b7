"""What ideas does when it hears of reviews, promises, people, and when a parked idea is to wake."""

import asyncio
import contextvars
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from chassis.calendar import Calendar
from chassis.clock import Clock
from chassis.commands import Commands, Context, caused_by
from chassis.consuming import Heard, Subscription
from chassis.database import Tx
from chassis.keyring import Keyring
from chassis.timers import Timer, Timers
from contracts import feedback, notifications, outside
from contracts.feedback import (
    AppealLodged,
    QuestionAnswered,
    QuestionAsked,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewerRecused,
)
from contracts.ideas import IdeaEvent
from contracts.notifications import Escalated, PromiseExtended, PromisePassedOn
from contracts.outside import PersonErased
from contracts.vocabulary import PersonId
from ideas.domain import (
    HearAppeal,
    Idea,
    IdeaCommand,
    RecordAnswer,
    ReviveIdea,
    SetPromise,
    TakeUnderReview,
)
from ideas.domain.experiments import EndExperiment
from ideas.domain.handing_up import HandUp
from ideas.projections import codes, directory, drafts, index, photos
from ideas.projections.aliases import Aliases
from ideas.projections.imports import UnplacedLines
from ideas.projections.terms import answer_by, terms_of
from ideas.settings import IdeasSettings

SERVICE = "ideas"
WAKE = "wake"
_WOKEN = UUID("b5d6b3b2-8f0e-4f27-9c1c-6a4f0f3f8d21")
Ideas = Commands[Idea | None, IdeaCommand, IdeaEvent]


class Hearing:
    """Ideas' ears, and its clock."""

    def __init__(
        self, ideas: Ideas, timers: Timers, calendar: Calendar, settings: IdeasSettings
    ) -> None:
        self._ideas = ideas
        self._timers = timers
        self._calendar = calendar
        self._settings = settings

    async def on_feedback_event(self, tx: Tx, heard: Heard) -> None:
        command = _follows(heard)
        if command is not None:
            await self._ideas.handle(heard.data.idea, command, caused_by(SERVICE, heard), tx)
        match heard.data:
            case ReviewCompleted(outcome="parked", idea=idea, wake_on=day) if day is not None:
                await self._timers.set(tx, f"idea-{idea}", WAKE, _morning(self._calendar, day))
            case _:
                pass

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Wake an idea whose day has come; one that went another way meanwhile sleeps on."""
        idea = timer.owner.removeprefix("idea-")
        terms = await terms_of(self._ideas, UUID(idea))
        due = answer_by(self._calendar, self._settings, timer.due, terms)
        desk = PersonId(self._settings.desk or "")
        context = Context(command=woken(idea, timer))
        day = self._calendar.local_date(timer.due)
        revived = ReviveIdea(timer.due, desk, due, day=day)
        await self._ideas.handle(idea, revived, context, tx)


class Ending:
    """The clock of experiments."""

    def __init__(self, experiments: Commands[Any, Any, Any]) -> None:
        self._experiments = experiments

    async def on_timer(self, tx: Tx, timer: Timer) -> None:
        """Let the team be asked what it learned, unless it told that already."""
        context = Context(command=woken(timer.owner, timer))
        experiment = UUID(timer.owner.removeprefix("experiment-"))
        await self._experiments.handle(experiment, EndExperiment(timer.due), context, tx)


class HandingUp:
    """Lets who took over answer: a promise that is handed up must be one that can be kept."""

    def __init__(self, matters: Mapping[str, Commands[Any, Any, Any]]) -> None:
        self._matters = matters

    async def on_promise_event(self, tx: Tx, heard: Heard) -> None:
        match heard.data:
            case Escalated() as up if (owner := self._matters.get(up.matter)) is not None:
                told = HandUp(up.at, up.previous, up.accountable, up.due, up.missed)
                await owner.handle(up.subject, told, caused_by(SERVICE, heard), tx)
            case PromisePassedOn() as on if (owner := self._matters.get(on.matter)) is not None:
                told = HandUp(on.at, on.previous, on.accountable, on.due, cause=on.cause)
                await owner.handle(on.subject, told, caused_by(SERVICE, heard), tx)
            case PromiseExtended(matter="idea") as on:
                # The date passed while the house was away: the idea takes over the later one.
                moved = SetPromise(on.at, on.due, "outage", on.accountable, on.was)
                owner = self._matters["idea"]
                await owner.handle(on.subject, moved, caused_by(SERVICE, heard), tx)
            case _:
                pass


def _follows(heard: Heard) -> IdeaCommand | None:
    """Return what a fact about a review means for its idea."""
    match heard.data:
        case ReviewerAssigned(origin="live", reviewer=who, at=at, due=due) as named if due:
            return TakeUnderReview(who, at, due, named.requested)
        case ReviewCompleted() as review:
            return RecordAnswer(
                outcome=review.outcome, by=review.reviewer, at=review.at,
                accountable=review.accountable, due=review.due, wake_on=review.wake_on,
                requested=review.requested,
            )  # fmt: skip
        case AppealLodged(at=at, by=by, due=due, accountable=who) if due and who:
            return HearAppeal(at, by, who, due)
        case _:
            return _moves(heard)


def _moves(heard: Heard) -> SetPromise | None:
    """Return what moves the promise of an idea without answering it."""
    match heard.data:
        case QuestionAsked(at=at, due=due, accountable=who) if due:
            return SetPromise(at, due, "question", who, requested=heard.data.requested)
        case QuestionAnswered(at=at, due=due, accountable=who) if due:
            return SetPromise(at, due, "answer", who, requested=heard.data.requested)
        case ReviewerRecused(at=at, due=due, accountable=who) if due and who:
            return SetPromise(at, due, "recusal", who, requested=heard.data.requested)
        case _:
            return None


def _morning(calendar: Calendar, day: date) -> datetime:
    """Return eight o'clock: before the promise of that day could break."""
    return calendar.end_of(day) - timedelta(hours=9)


def woken(idea: str, timer: Timer) -> UUID:
    """Return the id of the command that a timer is: the same one each time it fires."""
    return uuid5(_WOKEN, f"{idea}|{timer.due.isoformat()}")


async def _erase_apart(tx: Tx, aliases: Aliases, alias: PersonId, at: datetime) -> None:
    """Erase an alias so that what is told of it leads to nobody: it has no cause and no trace.

    What is told stays in Kafka, and would say for ever whose the alias was.
    """
    context = Context(command=uuid4(), correlation=alias)
    erasing = aliases.erase(tx, alias, at, context)
    await asyncio.create_task(erasing, context=contextvars.Context())


def consumers(
    hearing: Hearing, up: HandingUp, keyring: Keyring, unplaced: UnplacedLines, aliases: Aliases,
    *, clock: Clock,
) -> list[Subscription]:  # fmt: skip
    """Return the topics that ideas hears. Any interleaving of them is taken."""

    async def on_people_event(tx: Tx, heard: Heard) -> None:
        await directory.fold(tx, heard)
        if isinstance(heard.data, PersonErased):
            person = heard.data.person
            for alias in await aliases.owned(tx.sql, person):
                await _erase_apart(tx, aliases, alias, clock.now())
            await keyring.erase(tx.raw, person)
            await unplaced.forget(tx, person)
            await index.forget(tx, person)
            await codes.forget(tx, person)
            await drafts.forget(tx, person)
            await photos.forget(tx, person)

    return [
        Subscription(feedback.TOPIC, hearing.on_feedback_event),
        Subscription(outside.PEOPLE_TOPIC, on_people_event),
        # Of what is promised only what was handed up or extended matters, and no rebuild needs it.
        Subscription(notifications.TOPIC, up.on_promise_event, journal=False),
    ]
