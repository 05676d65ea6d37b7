"""The feedback loop of one matter: who owes its author the next word, until when, and what if not.

Pure: time and the directory arrive inside commands. A timer is only a hint that it may be time;
what is true is decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, get_args

from chassis.decider import Decider
from contracts.notifications import (
    Escalated,
    EscalatedV2,
    LoopEvent,
    PromiseBroken,
    PromiseBrokenV2,
    PromiseExtended,
    PromiseExtendedV2,
    PromiseKept,
    PromiseKeptV2,
    PromiseMade,
    PromiseMadeV2,
    PromisePassedOn,
)
from contracts.vocabulary import FirstMatter, Gone, PersonId
from notifications.domain.ladder import Ladder, next_standing, successor
from notifications.domain.subjects import Subject, subject_in

E = TypeVar("E", PromiseMade, PromiseKept, PromiseBroken, PromiseExtended, Escalated)
FIRST_MATTERS: frozenset[str] = frozenset(get_args(FirstMatter))
# The first versions have a closed list of matters; what came later is told in the second.
_SECOND: dict[type[Any], type[Any]] = {
    PromiseMade: PromiseMadeV2, PromiseKept: PromiseKeptV2, PromiseBroken: PromiseBrokenV2,
    PromiseExtended: PromiseExtendedV2, Escalated: EscalatedV2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FollowStep:
    """Something happened to an idea, or to another matter that is owed an answer.

    `version` is the step's place in the life of the matter and `known` the last one followed
    before. `answers`: the step is a word to the author. `finished`: nothing is owed after it.
    `names`: it says who owes the next word; other steps carry whom their owner knew of.
    """

    about: Subject
    author: PersonId
    at: datetime
    version: int
    known: int = 0
    accountable: PersonId | None = None
    due: datetime | None = None
    answers: bool = False
    finished: bool = False
    names: bool = False


@dataclass(frozen=True, slots=True)
class BreakPromise:
    """The promised date may have passed; then the next one up the ladder promises `until`."""

    at: datetime
    until: datetime
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class ExtendPromise:
    """The promised date passed while the house itself was away: it moves on to `until`."""

    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PassOn:
    """Whoever owes the word is gone: somebody else owes it from now on, by the same date."""

    at: datetime
    gone: PersonId
    cause: Gone
    ladder: Ladder


LoopCommand = FollowStep | BreakPromise | ExtendPromise | PassOn


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise that stands. `asked` has who made it, and everybody who took it over since.

    `said` is every person and date since then: a step of the matter that repeats one of them, as
    its owner heard of it, promises nothing new. `missed` are those that were said to be broken.
    """

    about: Subject
    author: PersonId
    due: datetime
    asked: tuple[PersonId, ...]
    said: frozenset[tuple[PersonId, datetime]] = frozenset()
    missed: tuple[tuple[PersonId, datetime], ...] = ()

    @property
    def accountable(self) -> PersonId:
        return self.asked[-1]


Loop = Owed | None  # None: nothing is owed, because nothing began yet or everything is said.


def decide(loop: Loop, command: LoopCommand) -> list[LoopEvent]:
    match command:
        case FollowStep():
            return _follow(loop, command)
        case BreakPromise():
            return _break(loop, command)
        case ExtendPromise():
            return _extend(loop, command)
        case PassOn():
            return _pass_on(loop, command)


def _follow(loop: Loop, step: FollowStep) -> list[LoopEvent]:
    match loop, step:
        case _, FollowStep(version=version, known=known) if version <= known:
            return []  # A step from before what is known already: it changes no promise.
        case Owed(), FollowStep(finished=True):
            return [_kept(loop, step.at)]
        case None, FollowStep(finished=True):
            return []
        case _, FollowStep(accountable=None) | FollowStep(due=None):
            return []  # A past step that a later one follows: what was promised stands.
        case Owed() as owed, _ if _is_promised(owed, step):
            return []
        case _:
            return _promised(loop, step)


def _is_promised(owed: Owed, step: FollowStep) -> bool:
    """Tell whether a step repeats a promise; one that names somebody else, or answers, does not."""
    anew = step.names and (step.answers or step.accountable != owed.accountable)
    return (step.accountable, step.due) in owed.said and not anew


def _break(loop: Loop, command: BreakPromise) -> list[LoopEvent]:
    if loop is None or command.at < loop.due:
        return []  # An early or an old timer.
    return _broken(loop, command)


def _extend(loop: Loop, command: ExtendPromise) -> list[LoopEvent]:
    if loop is None or command.at < loop.due:
        return []  # An early or an old timer.
    return [
        _tell(
            PromiseExtended, loop.about, author=loop.author, accountable=loop.accountable,
            was=loop.due, due=command.until, at=command.at,
        )
    ]  # fmt: skip


def _tell(kind: type[E], about: Subject, **said: Any) -> E:
    """Return a fact, in the version that knows what it is about."""
    version: type[E] = kind if about.matter in FIRST_MATTERS else _SECOND[kind]
    return version(**about.told(), **said)


def _pass_on(loop: Loop, command: PassOn) -> list[LoopEvent]:
    if loop is None or loop.accountable != command.gone or command.at >= loop.due:
        return []  # Said, or somebody else's meanwhile; what is overdue is broken, and goes up.
    person = successor(command.ladder, loop.asked)
    if person == loop.accountable:
        return []
    return [
        PromisePassedOn(
            **loop.about.told(), author=loop.author, previous=loop.accountable, accountable=person,
            due=loop.due, cause=command.cause, at=command.at,
        )
    ]  # fmt: skip


def _promised(loop: Loop, step: FollowStep) -> list[LoopEvent]:
    if step.accountable is None or step.due is None:
        raise AssertionError("a promise has a person and a date")
    made = _tell(
        PromiseMade, step.about, author=step.author, accountable=step.accountable, due=step.due,
        at=step.at,
    )  # fmt: skip
    if loop is not None and step.answers:
        return [_kept(loop, step.at), made]
    return [made]


def _kept(loop: Owed, at: datetime) -> PromiseKept:
    """Say which promise a word kept: the first that it was in time for.

    A word that was heard late may have been given before the date of one that was said to be
    broken: that one was kept.
    """
    stands = (loop.accountable, loop.due)
    person, due = next(((who, due) for who, due in loop.missed if at <= due), stands)
    return _tell(PromiseKept, loop.about, author=loop.author, accountable=person, due=due, at=at)


def _broken(loop: Owed, command: BreakPromise) -> list[LoopEvent]:
    up = next_standing(command.ladder, loop.asked)
    return [
        _tell(
            PromiseBroken, loop.about, author=loop.author, accountable=loop.accountable,
            due=loop.due, at=command.at,
        ),
        _tell(
            Escalated, loop.about, author=loop.author, previous=loop.accountable,
            accountable=up.person, due=command.until, rung=up.rung, missed=loop.due,
            at=command.at,
        ),
    ]  # fmt: skip


def evolve(loop: Loop, event: LoopEvent) -> Loop:
    match loop, event:
        case _, PromiseMade(author=author, accountable=person, due=due):
            return Owed(subject_in(event), author, due, (person,), frozenset({(person, due)}))
        case Owed(), PromiseExtended(accountable=person, due=due):
            return replace(loop, due=due, said=loop.said | {(person, due)})
        case Owed(), PromisePassedOn(accountable=person, due=due):
            # Nobody let a date pass: whoever has it now promised it, unless the ladder was climbed.
            asked = (person,) if len(loop.asked) == 1 else (*loop.asked, person)
            return replace(loop, asked=asked, said=loop.said | {(person, due)})
        case Owed(asked=asked), Escalated(accountable=person, due=due):
            said = loop.said | {(person, due)}
            missed = (*loop.missed, (loop.accountable, loop.due))
            return replace(loop, due=due, asked=(*asked, person), said=said, missed=missed)
        case _, PromiseKept():
            return None
        case _, PromiseBroken() | PromiseExtended() | PromisePassedOn() | Escalated():
            return loop  # Broken alone changes nothing: the escalation beside it does.


def promised_until(made: Sequence[LoopEvent]) -> datetime | None:
    """Return the date of the promise that stands after what was decided; None if none does."""
    match made:
        case [
            *_,
            PromiseMade(due=due)
            | PromiseExtended(due=due)
            | PromisePassedOn(due=due)
            | Escalated(due=due),
        ]:
            return due
        case _:
            return None


decider = Decider[Loop, LoopCommand, LoopEvent](None, decide, evolve)
