"""Time for ideas: hours that are asked for, and granted, or refused for a reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.decider import Decider, NotAllowed, NotFound, Rejected
from contracts.handed_up import TimeHandedUp
from contracts.room import Purpose, TimeAsked, TimeEvent, TimeGranted, TimeRefused
from contracts.vocabulary import BarrierId, IdeaId, PersonId, RequestId
from ideas.domain.answering import require_a_reason
from ideas.domain.handing_up import HandUp, takes_over

MONTHS_AHEAD = 12  # for later ones nobody knows yet who works when


class ThereIsNoSuchRequest(NotFound):
    """There is no request for time under this id. Look at the id."""


class TheRequestIsAnswered(Rejected):
    """The request is answered already. Ask for time anew if more is needed."""


class OnlyTheLeadAnswersIt(NotAllowed):
    """Only the lead who owes the answer, or the desk, can do this. Ask one of them."""


class OnlyLeadersGrantTime(Rejected):
    """Only somebody who leads people, or the desk, can grant time. Name one of them."""

    def __init__(self, can: str = "") -> None:
        who = f" {can} can." if can else ""
        super().__init__(
            f"Only somebody who leads people, or the desk, can grant time.{who} Name one of them, "
            "or nobody: then your own lead answers."
        )


class NobodyGrantsTheirOwnTime(Rejected):
    """Whoever asks for time can't be the one who grants it. Name a lead."""


class ThatMonthIsFarAway(Rejected):
    """Time is asked for from last month on, and at most twelve months ahead. Name another month."""


class MoreThanWasAsked(Rejected):
    """Those are more hours than were asked for. Grant at most what was asked."""


@dataclass(frozen=True, slots=True)
class AskTime:
    request: RequestId
    author: PersonId
    at: datetime
    purpose: Purpose
    hours: float
    words: str
    lead: PersonId
    due: datetime
    team: tuple[PersonId, ...] = ()
    department: str | None = None
    month: str | None = None
    idea: IdeaId | None = None


@dataclass(frozen=True, slots=True)
class GrantTime:
    """`hours` may be fewer than were asked; None grants them all."""

    by: PersonId
    at: datetime
    hours: float | None = None
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class RefuseTime:
    """A refusal is a barrier, raised under the id `barrier`."""

    by: PersonId
    at: datetime
    barrier: BarrierId
    reason: str
    at_desk: bool = False


TimeCommand = AskTime | HandUp | GrantTime | RefuseTime


@dataclass(frozen=True, slots=True)
class Request:
    """A request for time; `lead` is None once it is answered. `asked` and `granted` in hours.

    `lead` owes the answer; `named` is whom the author asked, and may still give it after the
    promise was broken and handed up.
    """

    request: RequestId
    author: PersonId
    lead: PersonId | None
    asked: float
    granted: float | None = None
    due: datetime | None = None
    named: PersonId | None = None


def decide(request: Request | None, command: TimeCommand) -> list[TimeEvent]:
    match request, command:
        case None, AskTime():
            return [_asked(command)]
        case _, AskTime():
            return []
        case None, HandUp():
            return []
        case None, _:
            raise ThereIsNoSuchRequest
        case Request(), HandUp():
            return _handed_up(request, command)
        case Request(), GrantTime():
            return [_granted(request, command)]
        case Request(), RefuseTime():
            _require_lead(request, command.by, at_desk=command.at_desk)
            require_a_reason(command.reason)
            return [
                TimeRefused(
                    at=command.at, request=request.request, author=request.author, by=command.by,
                    barrier=command.barrier, reason=command.reason,
                )
            ]  # fmt: skip


def _asked(told: AskTime) -> TimeAsked:
    if told.lead == told.author:
        raise NobodyGrantsTheirOwnTime
    if told.month is not None and not _is_near(told.month, told.at):
        raise ThatMonthIsFarAway
    return TimeAsked(
        at=told.at, request=told.request, author=told.author, purpose=told.purpose,
        hours=told.hours, team=told.team, department=told.department, month=told.month,
        idea=told.idea, words=told.words, accountable=told.lead, due=told.due,
    )  # fmt: skip


def _is_near(month: str, at: datetime) -> bool:
    """Last month is near too: hours may be asked for after they were spent."""
    year, _, number = month.partition("-")
    ahead = (int(year) - at.year) * 12 + int(number) - at.month
    return -1 <= ahead <= MONTHS_AHEAD


def _handed_up(request: Request, told: HandUp) -> list[TimeEvent]:
    if not takes_over(told, request.lead, request.due):
        return []
    return [
        TimeHandedUp(
            at=told.at, request=request.request, author=request.author, previous=told.previous,
            accountable=told.accountable, due=told.due, cause=told.cause,
        )
    ]  # fmt: skip


def _granted(request: Request, answer: GrantTime) -> TimeGranted:
    _require_lead(request, answer.by, at_desk=answer.at_desk)
    hours = request.asked if answer.hours is None else answer.hours
    if hours > request.asked:
        raise MoreThanWasAsked
    return TimeGranted(
        at=answer.at, request=request.request, author=request.author, by=answer.by, hours=hours
    )


def _require_lead(request: Request, by: PersonId, *, at_desk: bool) -> None:
    if request.lead is None:
        raise TheRequestIsAnswered
    if by == request.author:
        raise NobodyGrantsTheirOwnTime
    if by not in {request.lead, request.named} and not at_desk:
        raise OnlyTheLeadAnswersIt


def evolve(request: Request | None, event: TimeEvent) -> Request | None:
    match request, event:
        case None, TimeAsked():
            lead = event.accountable
            return Request(
                event.request, event.author, lead, event.hours, due=event.due, named=lead
            )
        case Request(), TimeHandedUp():
            return replace(request, lead=event.accountable, due=event.due)
        case Request(), TimeGranted(hours=hours):
            return Request(request.request, request.author, None, request.asked, hours)
        case Request(), TimeRefused():
            return Request(request.request, request.author, None, request.asked, 0)
        case _:
            return request


time_decider = Decider[Request | None, TimeCommand, TimeEvent](None, decide, evolve)
