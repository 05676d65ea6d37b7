"""What is true of an idea after its events, now and at any moment before."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import UNSET, Struct, field
from msgspec.structs import replace

from contracts.handed_up import IdeaHandedOver, IdeaHandedUp
from contracts.ideas import (
    AuthorRevealed,
    CoAuthorsChanged,
    IdeaAbsorbed,
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevised,
    IdeaRevived,
    IdeaSeparated,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotJoined,
    PilotStarted,
    PromiseMoved,
)
from contracts.photos import PhotoAdded, PhotoRemoved
from contracts.vocabulary import FINISHED, IdeaId, PersonId, PhotoId, PilotId, Promised, State


class Owed(Struct, frozen=True):
    """What was promised, and since when that is the word that counts.

    `named` was asked for it, and may still act after it was broken and handed up.
    """

    since: datetime
    accountable: PersonId
    due: datetime | None
    moved: bool = False
    named: PersonId | None = None


class Idea(Struct, frozen=True):
    """An idea. `course` is its states in order of when they began; `moment` is its latest fact's.

    A past step may be imported after later ones: it then changes the course, not the present.
    `owed` is the latest promise, by the time of its fact; an idea that is finished owes nothing.
    `parked` is when it was parked last, and until which day. `revealed` is whose an idea
    under an alias is, by their own word. `asked`: when it asked for the review that it waits for,
    or had last.
    """

    idea: IdeaId
    author: PersonId
    co_authors: tuple[PersonId, ...]
    submission: IdeaSubmitted
    course: tuple[tuple[datetime, State], ...]
    moment: datetime
    asked: datetime
    owed: Owed | None = None
    reviewer: PersonId | None = None
    pilot: PilotId | None = None
    parked: tuple[datetime, date | None] | None = None
    team: frozenset[PersonId] = frozenset()
    revealed: PersonId | None = None
    photos: tuple[PhotoId, ...] = ()
    merged_into: IdeaId | None = None
    absorbed: Mapping[IdeaId, tuple[PersonId, ...]] = field(default_factory=dict)

    @property
    def state(self) -> State:
        return self.course[-1][1]

    @property
    def states(self) -> frozenset[State]:
        """Return every state that the idea ever had; submitted is always among them."""
        return frozenset(state for _, state in self.course)

    @property
    def wake_on(self) -> date | None:
        """Return the day that wakes a parked idea, if it was parked until one."""
        began, state = self.course[-1]
        wakes = self.parked and state == "parked" and self.parked[0] == began
        return self.parked[1] if wakes and self.parked else None

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    @property
    def accountable(self) -> PersonId | None:
        return self.owed.accountable if self.owed and not self.finished else None

    @property
    def due(self) -> datetime | None:
        return self.owed.due if self.owed and not self.finished else None

    @property
    def authors(self) -> frozenset[PersonId]:
        """Return whose idea it is: its own authors, and those of ideas that became a part of it."""
        others = (person for authors in self.absorbed.values() for person in authors)
        known = () if self.revealed is None else (self.revealed,)
        return frozenset({self.author, *self.co_authors, *known, *others})

    @property
    def told_to_the_house(self) -> bool:
        """Tell whether everybody may read it: it is named, or its author said whose it is."""
        return self.submission.way == "named" or self.revealed is not None

    def left_behind(self, requested: datetime | None) -> bool:
        """Tell whether a review is one that it waits for no more, since it asked for another."""
        return requested is not None and requested < self.asked

    def state_at(self, at: datetime) -> State | None:
        """Return the state at a moment; None before the birth."""
        began = [state for when, state in self.course if when <= at]
        return began[-1] if began else None


def evolve(idea: Idea | None, event: IdeaEvent) -> Idea | None:
    """Fold an event; never refuses."""
    if idea is None:
        return _born(event) if isinstance(event, IdeaSubmitted) else None
    named = _named(event)
    changed = idea if named is None else replace(idea, course=_into(idea.course, event.at, named))
    changed = replace(changed, owed=_owed(idea.owed, event))
    if isinstance(event, IdeaParked) and (idea.parked is None or idea.parked[0] <= event.at):
        changed = replace(changed, parked=(event.at, event.wake_on))
    if event.at < idea.moment:
        return changed
    changed = replace(changed, moment=event.at)
    match event:
        case IdeaTakenUnderReview(reviewer=reviewer):
            return replace(changed, reviewer=reviewer)
        case PilotStarted(pilot=pilot, team=team):
            return replace(changed, pilot=pilot, team=frozenset(team))
        case PilotConcluded(outcome="scaled" | "stopped"):
            return replace(changed, pilot=None)
        case IdeaReopened(to="submitted" | "under_review", anew=anew):
            # Whoever answers it now is named anew.
            return replace(changed, reviewer=None, asked=event.at if anew else idea.asked)
        case IdeaRevived():
            return replace(changed, asked=event.at)
        case IdeaRevised():
            return replace(changed, submission=_revised(changed.submission, event))
        case _:
            return _together(changed, event)


def _together(idea: Idea, event: IdeaEvent) -> Idea:
    match event:
        case PromiseMoved(cause="recusal"):
            return replace(idea, reviewer=None)
        case PilotJoined(by=by):
            return replace(idea, team=idea.team | {by})
        case CoAuthorsChanged(co_authors=co_authors):
            return replace(idea, co_authors=co_authors)
        case AuthorRevealed(by=by):
            return replace(idea, revealed=by)
        case PhotoAdded(photo=photo):
            return replace(idea, photos=(*idea.photos, photo))
        case PhotoRemoved(photo=photo):
            return replace(idea, photos=tuple(p for p in idea.photos if p != photo))
        case IdeaMerged(into=into):
            return replace(idea, merged_into=into)
        case IdeaAbsorbed(absorbed=other, authors=authors):
            return replace(idea, absorbed={**idea.absorbed, other: authors})
        case IdeaSeparated(separated=other):
            left = {one: who for one, who in idea.absorbed.items() if one != other}
            return replace(idea, absorbed=left)
        case _:
            return idea


def _born(event: IdeaSubmitted) -> Idea:
    return Idea(
        idea=event.idea, author=event.author, co_authors=event.co_authors, submission=event,
        course=((event.at, "submitted"),), moment=event.at, asked=event.at,
        owed=_owed(None, event),
    )  # fmt: skip


def _named(event: IdeaEvent) -> State | None:
    match event:
        case IdeaTakenUnderReview():
            return "under_review"
        case IdeaWithdrawn():
            return "withdrawn"
        case IdeaAccepted():
            return "accepted"
        case IdeaDeclined():
            return "declined"
        case IdeaParked():
            return "parked"
        case IdeaReopened(to=to):
            return to
        case PilotStarted():
            return "in_pilot"
        case PilotConcluded(outcome=outcome):
            return "stopped" if outcome == "stopped" else "in_pilot"
        case IdeaRealised():
            return "realised"
        case IdeaMerged():
            return "merged"
        case IdeaRevived():
            return "submitted"
        case _:
            return None


def _into(
    course: tuple[tuple[datetime, State], ...], at: datetime, state: State
) -> tuple[tuple[datetime, State], ...]:
    """Insert behind what began before or at the same moment: equal moments go by version."""
    place = sum(when <= at for when, _ in course)
    return (*course[:place], (at, state), *course[place:])


def _owed(before: Owed | None, event: IdeaEvent) -> Owed | None:
    if not isinstance(event, Promised) or event.accountable is None:
        return before
    if before is not None and event.at < before.since:
        return before
    moved, named = (before.moved, before.named) if before else (False, event.accountable)
    another = before is None or (event.accountable, event.due) != (before.accountable, before.due)
    if isinstance(event, PromiseMoved):
        moved = moved or event.cause == "longer"
    elif another and not _goes_on(event):
        moved = False
    if another and not isinstance(event, IdeaHandedUp):
        named = event.accountable
    return Owed(event.at, event.accountable, event.due, moved, named)


def _goes_on(event: IdeaEvent) -> bool:
    """Tell whether somebody else keeps the promise that was made: it is none of their own."""
    match event:
        case IdeaHandedOver():
            return True
        case IdeaHandedUp(cause=cause):
            return cause != "broken"
        case _:
            return False


def _revised(told: IdeaSubmitted, event: IdeaRevised) -> IdeaSubmitted:
    told_anew = {name: getattr(event, name) for name in ("title", "body")}
    better = {name: words for name, words in told_anew.items() if words is not UNSET}
    said_anew = {name: getattr(event, name) for name in ("category", "tags")}
    better |= {name: value for name, value in said_anew.items() if value is not None}
    return replace(told, **better)
