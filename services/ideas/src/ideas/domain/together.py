"""What keeps an idea together with others, and its promise in time.

Mergers and who its authors are; the wake-up of a parked idea; a promise that gets another date.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import UNSET

from contracts.handed_up import IdeaHandedUp
from contracts.ideas import (
    CoAuthorsChanged,
    IdeaAbsorbed,
    IdeaEvent,
    IdeaMerged,
    IdeaReopened,
    IdeaRevived,
    IdeaSeparated,
    PromiseMoved,
)
from contracts.vocabulary import IdeaId, PersonId, State
from ideas.domain import refusals as no
from ideas.domain.handing_over import HandOverIdea, hand_over
from ideas.domain.handing_up import HandUp, takes_over
from ideas.domain.joining import JoinPilot, join
from ideas.domain.limits import Latest
from ideas.domain.state import Idea


@dataclass(frozen=True, slots=True)
class ChangeCoAuthors:
    """Say who has the idea beside its author. Who leaves may say so for themselves."""

    by: PersonId
    at: datetime
    co_authors: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class MergeIdea:
    """Let this idea go on as a part of another one."""

    by: PersonId
    at: datetime
    into: IdeaId
    reason: str


@dataclass(frozen=True, slots=True)
class AbsorbIdea:
    """Take another idea in, with its authors."""

    by: PersonId
    at: datetime
    absorbed: IdeaId
    authors: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class SeparateIdea:
    """Let go again of an idea that was taken in by mistake."""

    by: PersonId
    at: datetime
    separated: IdeaId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReviveIdea:
    """What a parked idea waited for has come: its date (`by` is None), or its condition.

    `day`: the date that has come.
    """

    at: datetime
    accountable: PersonId
    due: datetime
    by: PersonId | None = None
    reason: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class MovePromise:
    by: PersonId
    at: datetime
    due: datetime
    reason: str
    latest: Latest | None = None


@dataclass(frozen=True, slots=True)
class SetPromise:
    """The clock stood still, or the house was away: the date moves without anybody asking.

    `was`: the date that it moves from; where another one stands meanwhile, that one stays.
    `requested`: when the idea asked for the review that says so.
    """

    at: datetime
    due: datetime
    cause: Literal["question", "answer", "recusal", "outage"]
    accountable: PersonId | None = None
    was: datetime | None = None
    requested: datetime | None = None


@dataclass(frozen=True, slots=True)
class HearAppeal:
    """The author asks another reviewer to look at the answer: the idea is open again."""

    at: datetime
    by: PersonId
    accountable: PersonId
    due: datetime


TogetherCommand = (
    ChangeCoAuthors | MergeIdea | AbsorbIdea | SeparateIdea | ReviveIdea | MovePromise | SetPromise
    | HandUp | HandOverIdea | HearAppeal | JoinPilot
)  # fmt: skip


def decide_together(idea: Idea, command: TogetherCommand) -> list[IdeaEvent]:
    match command:
        case ChangeCoAuthors():
            return _authored(idea, command)
        case MergeIdea():
            return _merged(idea, command)
        case AbsorbIdea():
            return _absorbed(idea, command)
        case SeparateIdea():
            return _separated(idea, command)
        case ReviveIdea():
            return _revived(idea, command)
        case MovePromise():
            return _moved(idea, command)
        case SetPromise():
            return _set(idea, command)
        case HandUp():
            return _handed_up(idea, command)
        case HandOverIdea():
            return hand_over(idea, command)
        case HearAppeal():
            return _appealed(idea, command)
        case JoinPilot():
            return join(idea, command)


def _authored(idea: Idea, wanted: ChangeCoAuthors) -> list[IdeaEvent]:
    left = set(idea.co_authors) - {wanted.by}
    leaves = wanted.by in idea.co_authors and set(wanted.co_authors) == left
    if wanted.by != idea.author and not leaves:
        raise no.OnlyTheAuthorNamesCoAuthors
    others = tuple(p for p in dict.fromkeys(wanted.co_authors) if p != idea.author)
    if others == idea.co_authors:
        return []
    return [CoAuthorsChanged(**_about(idea, wanted.by, wanted.at), co_authors=others)]  # type: ignore[arg-type]


def _merged(idea: Idea, asked: MergeIdea) -> list[IdeaEvent]:
    if asked.into == idea.idea:
        raise no.AnIdeaIsNoPartOfItself
    if idea.state == "merged" and idea.merged_into == asked.into:
        return []
    if idea.finished:
        raise no.TheIdeaIsFinished
    return [
        IdeaMerged(
            at=_now(idea, asked.at), idea=idea.idea, author=idea.author, by=asked.by,
            into=asked.into, reason=asked.reason or UNSET,
        )
    ]  # fmt: skip


def _absorbed(idea: Idea, asked: AbsorbIdea) -> list[IdeaEvent]:
    if asked.absorbed in idea.absorbed:
        return []
    if idea.finished:
        raise no.TheIdeaIsFinished
    about = _about(idea, asked.by, asked.at)
    return [IdeaAbsorbed(**about, absorbed=asked.absorbed, authors=asked.authors)]  # type: ignore[arg-type]


def _separated(idea: Idea, asked: SeparateIdea) -> list[IdeaEvent]:
    if asked.separated not in idea.absorbed:
        return []
    about = _about(idea, asked.by, asked.at)
    said = asked.reason or UNSET
    return [IdeaSeparated(**about, separated=asked.separated, reason=said)]  # type: ignore[arg-type]


def _revived(idea: Idea, asked: ReviveIdea) -> list[IdeaEvent]:
    if idea.state != "parked":
        if asked.by is None:
            return []  # An old timer: it was woken, or went another way.
        raise no.OnlyParkedIdeasWake
    if asked.by is None and not _wakes(idea, asked.day):
        return []  # The timer is of an earlier parking: it waits for another day, or for none.
    return [
        IdeaRevived(
            at=later(idea, asked.at), idea=idea.idea, author=idea.author, by=asked.by,
            reason=asked.reason or UNSET, accountable=asked.accountable, due=asked.due,
        )
    ]  # fmt: skip


def _wakes(idea: Idea, day: date | None) -> bool:
    until = idea.wake_on
    return day is not None and until is not None and day >= until


def _moved(idea: Idea, asked: MovePromise) -> list[IdeaEvent]:
    if idea.finished or idea.owed is None or idea.due is None:
        raise no.NothingIsPromised
    if asked.by != idea.accountable:
        raise no.OnlyTheAccountableMovesIt
    if asked.due == idea.due and idea.owed.moved:
        return []  # It is so already.
    if asked.at >= idea.due:
        raise no.ThePromiseIsBroken
    if idea.owed.moved:
        raise no.APromiseMovesOnce
    if asked.due <= idea.due:
        raise no.APromiseMovesOn
    if asked.latest:
        asked.latest.require(asked.due)
    return [
        PromiseMoved(
            at=_now(idea, asked.at), idea=idea.idea, author=idea.author, by=asked.by,
            reason=asked.reason, accountable=idea.accountable, due=asked.due,
        )
    ]  # fmt: skip


def _set(idea: Idea, given: SetPromise) -> list[IdeaEvent]:
    who = given.accountable or idea.accountable
    if given.was not in (None, idea.due) or idea.left_behind(given.requested):
        return []
    if idea.finished or who is None or (who, given.due) == (idea.accountable, idea.due):
        return []
    if given.due <= given.at:
        return []  # The review has not heard yet that this date was passed, and handed up.
    return [
        PromiseMoved(
            at=_now(idea, given.at), idea=idea.idea, author=idea.author, cause=given.cause,
            accountable=who, due=given.due,
        )
    ]  # fmt: skip


def _handed_up(idea: Idea, told: HandUp) -> list[IdeaEvent]:
    if not takes_over(told, idea.accountable, idea.due):
        return []
    return [
        IdeaHandedUp(
            at=_now(idea, told.at), idea=idea.idea, author=idea.author, previous=told.previous,
            accountable=told.accountable, due=told.due, cause=told.cause,
        )
    ]  # fmt: skip


def _appealed(idea: Idea, asked: HearAppeal) -> list[IdeaEvent]:
    if idea.state not in ("declined", "parked"):
        return []  # withdrawn or reopened meanwhile
    to: State = "under_review" if "under_review" in idea.states else "submitted"
    return [
        IdeaReopened(
            at=_now(idea, asked.at), idea=idea.idea, author=idea.author, by=asked.by, to=to,
            accountable=asked.accountable, due=asked.due,
        )
    ]  # fmt: skip


def _about(idea: Idea, by: PersonId, at: datetime) -> dict[str, object]:
    """Return what is said of an idea whose promise stands."""
    return {
        "at": _now(idea, at), "idea": idea.idea, "author": idea.author, "by": by,
        "accountable": idea.accountable, "due": idea.due,
    }  # fmt: skip


def _now(idea: Idea, at: datetime) -> datetime:
    return max(at, idea.moment)


def later(idea: Idea, at: datetime) -> datetime:
    """Return a moment after all that is known: two reviews were never asked for at the same one."""
    return max(at, idea.moment + timedelta(microseconds=1))
