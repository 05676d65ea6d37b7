"""What may be done to an idea, by whom, in which state.

What happens now happens after all that is known of the idea, whatever the clock of its teller says:
what a neighbour tells may be a moment older than the author's last word, and counts nevertheless.
"""

from datetime import datetime

from msgspec import UNSET

from chassis.decider import Decider
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevised,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotMeasured,
    PilotStarted,
)
from contracts.vocabulary import FINISHED, PersonId
from ideas.domain import refusals as no
from ideas.domain.commands import (
    ConcludePilot,
    IdeaCommand,
    RealiseIdea,
    RecordAnswer,
    RecordMeasurement,
    RecordPastStep,
    ReopenIdea,
    ReviseIdea,
    StartPilot,
    SubmitIdea,
    TakeUnderReview,
    WithdrawIdea,
)
from ideas.domain.handing_up import HandUp
from ideas.domain.past import record_past
from ideas.domain.photos import AddPhoto, RemovePhoto, decide_photos
from ideas.domain.state import Idea, evolve
from ideas.domain.together import decide_together, later
from ideas.domain.ways import RevealAuthor, reveal

_WAITING = ("submitted", "under_review")


def decide(idea: Idea | None, command: IdeaCommand) -> list[IdeaEvent]:
    match idea, command:
        case _, RecordPastStep():
            return record_past(idea, command)
        case None, SubmitIdea():
            return [_submitted(command)]
        case _, SubmitIdea():
            return []  # It is told already.
        case None, TakeUnderReview() | RecordAnswer() | HandUp():
            return []  # It was heard of before its idea; its idea will be answered anew.
        case None, _:
            raise no.ThereIsNoSuchIdea
        case Idea(), ReviseIdea():
            return _revised(idea, command)
        case Idea(), WithdrawIdea():
            return _withdrawn(idea, command)
        case Idea(), TakeUnderReview():
            return _taken(idea, command)
        case Idea(), RecordAnswer():
            return _answered(idea, command)
        case Idea(), StartPilot():
            return _started(idea, command)
        case Idea(), RecordMeasurement():
            return _measured(idea, command)
        case Idea(), ConcludePilot():
            return _concluded(idea, command)
        case Idea(), RealiseIdea():
            return _realised(idea, command)
        case Idea(), ReopenIdea():
            return _reopened(idea, command)
        case Idea(), AddPhoto() | RemovePhoto():
            return decide_photos(idea, command)
        case Idea(), RevealAuthor():
            return reveal(idea, command)
        case Idea(), _:
            return decide_together(idea, command)


decider = Decider[Idea | None, IdeaCommand, IdeaEvent](None, decide, evolve)


def _submitted(told: SubmitIdea) -> IdeaSubmitted:
    if told.desk is None:
        raise no.NobodyIsAtTheDesk
    return IdeaSubmitted(
        at=told.at, idea=told.idea, author=told.author, co_authors=told.co_authors,
        department=told.department, category=told.category, language=told.language,
        title=told.title, body=told.body, accountable=told.desk, due=told.due,
        told_by=told.told_by, tags=told.tags, challenge=told.challenge,
        tool=told.tool, way=told.way, terms=told.terms,
    )  # fmt: skip


def _revised(idea: Idea, better: ReviseIdea) -> list[IdeaEvent]:
    _require_author(idea, better.by)
    if idea.finished:
        raise no.TheIdeaIsFinished
    if idea.state not in _WAITING:
        raise no.TheIdeaIsAnswered
    told = idea.submission
    title = better.title if better.title not in {None, told.title} else None
    body = better.body if better.body not in {None, told.body} else None
    said = {
        name: getattr(better, name) for name in ("category", "tags")
        if getattr(better, name) not in {None, getattr(told, name)}
    }  # fmt: skip
    if title is None and body is None and not said:
        return []
    return [
        IdeaRevised(
            at=_now(idea, better.at), idea=idea.idea, author=idea.author, by=better.by, **said,
            title=UNSET if title is None else title, body=UNSET if body is None else body,
            accountable=idea.accountable, due=idea.due,
        )
    ]  # fmt: skip


def _withdrawn(idea: Idea, asked: WithdrawIdea) -> list[IdeaEvent]:
    _require_author(idea, asked.by)
    if idea.state == "withdrawn":
        return []
    if idea.finished:
        raise no.TheIdeaIsFinished
    if idea.absorbed:
        raise no.OthersIdeasArePartOfIt
    return [
        IdeaWithdrawn(
            at=_now(idea, asked.at), idea=idea.idea, author=idea.author, by=asked.by,
            reason=asked.reason or UNSET,
        )
    ]  # fmt: skip


def _taken(idea: Idea, named: TakeUnderReview) -> list[IdeaEvent]:
    if idea.state not in _WAITING or idea.left_behind(named.requested):
        return []  # answered or withdrawn meanwhile
    if (idea.state, idea.reviewer) == ("under_review", named.reviewer):
        return []  # said before
    return [
        IdeaTakenUnderReview(
            at=_now(idea, named.at), idea=idea.idea, author=idea.author, reviewer=named.reviewer,
            accountable=named.reviewer, due=named.due,
        )
    ]  # fmt: skip


def _answered(idea: Idea, answer: RecordAnswer) -> list[IdeaEvent]:
    if idea.state not in _WAITING or idea.left_behind(answer.requested):
        return []  # withdrawn meanwhile, or said before
    at = _now(idea, answer.at)
    about = {"at": at, "idea": idea.idea, "author": idea.author, "by": answer.by}
    # An older yes may name nobody: then whoever said it does it, and no idea is without a date.
    promise = {"accountable": answer.accountable or answer.by, "due": answer.due or idea.due}
    match answer.outcome:
        case "accepted":
            return [IdeaAccepted(**about, **promise)]  # type: ignore[arg-type]
        case "declined":
            return [IdeaDeclined(**about)]  # type: ignore[arg-type]
        case "parked":
            return [IdeaParked(**about, **promise, wake_on=answer.wake_on)]  # type: ignore[arg-type]


def _started(idea: Idea, plan: StartPilot) -> list[IdeaEvent]:
    _require_accountable(idea, plan.by, at_desk=plan.at_desk)
    if idea.finished:
        raise no.TheIdeaIsFinished
    if idea.state not in ("accepted", "in_pilot"):
        raise no.OnlyAcceptedIdeasArePiloted
    if idea.state == "in_pilot" and idea.pilot == plan.pilot:
        return []
    if idea.state == "in_pilot" and idea.pilot is not None:
        raise no.APilotRuns
    at = _now(idea, plan.at)
    if plan.due <= at:
        raise no.APilotEndsLater
    if plan.latest:
        plan.latest.require(plan.due)
    _require_a_whole_plan(plan)
    return [
        PilotStarted(
            at=at, idea=idea.idea, author=idea.author, pilot=plan.pilot, by=plan.by,
            team=plan.team, super_users=plan.super_users, hypothesis=plan.hypothesis,
            measure=plan.measure, stop_rule=plan.stop_rule, baseline=plan.baseline,
            target=plan.target, ends_on=plan.ends_on, accountable=plan.by, due=plan.due,
        )
    ]  # fmt: skip


def _require_a_whole_plan(plan: StartPilot) -> None:
    """Refuse a pilot of nobody, of a crowd, or of which nobody could tell how it went."""
    if not plan.team:
        raise no.APilotHasATeam
    if plan.people is not None and len(set(plan.team)) > plan.people:
        raise no.ThePilotTeamIsTooLarge(plan.people)
    if plan.baseline is None or plan.target is None:
        raise no.APilotIsMeasured
    if not plan.super_users:
        raise no.APilotHasSuperUsers


def _measured(idea: Idea, taken: RecordMeasurement) -> list[IdeaEvent]:
    _require_accountable(idea, taken.by, at_desk=taken.at_desk)
    if idea.state != "in_pilot" or idea.pilot != taken.pilot:
        raise no.NoSuchPilotRuns
    return [
        PilotMeasured(
            at=_now(idea, taken.at), idea=idea.idea, author=idea.author, pilot=taken.pilot,
            by=taken.by, value=taken.value, remark=taken.remark or UNSET,
            accountable=idea.accountable, due=idea.due,
        )
    ]  # fmt: skip


def _concluded(idea: Idea, end: ConcludePilot) -> list[IdeaEvent]:
    _require_accountable(idea, end.by, at_desk=end.at_desk)
    if idea.state != "in_pilot" or idea.pilot != end.pilot:
        raise no.NoSuchPilotRuns
    at, over = _now(idea, end.at), end.outcome == "stopped"
    if end.outcome == "extended" and (end.ends_on is None or end.due <= (idea.due or at)):
        raise no.AnExtensionNeedsALaterEnd
    if not over and end.due <= at:
        raise no.APilotEndsLater
    if not over and end.latest and end.ends_on:
        end.latest.require(end.due)
    return [
        PilotConcluded(
            at=at, idea=idea.idea, author=idea.author, pilot=end.pilot, by=end.by,
            outcome=end.outcome, learning=end.learning, ends_on=end.ends_on,
            accountable=None if over else idea.accountable, due=None if over else end.due,
        )
    ]  # fmt: skip


def _realised(idea: Idea, done: RealiseIdea) -> list[IdeaEvent]:
    _require_accountable(idea, done.by, at_desk=done.at_desk)
    if idea.state == "realised":
        return []
    if idea.state not in ("accepted", "in_pilot"):
        raise no.TheIdeaIsFinished if idea.finished else no.OnlyAcceptedIdeasAreRealised
    return [
        IdeaRealised(
            at=_now(idea, done.at), idea=idea.idea, author=idea.author, by=done.by,
            remark=done.remark or UNSET,
        )
    ]  # fmt: skip


def _reopened(idea: Idea, asked: ReopenIdea) -> list[IdeaEvent]:
    if idea.state == asked.to:
        raise no.TheIdeaIsThereAlready
    if asked.to in FINISHED:
        raise no.AReopenedIdeaIsOpen
    if asked.to not in idea.states:
        raise no.TheIdeaWasNeverThere
    return [
        IdeaReopened(
            at=later(idea, asked.at), idea=idea.idea, author=idea.author, by=asked.by, to=asked.to,
            anew=asked.to in _WAITING, reason=asked.reason, accountable=asked.accountable,
            due=asked.due,
        )
    ]  # fmt: skip


def _now(idea: Idea, at: datetime) -> datetime:
    return max(at, idea.moment)


def _require_author(idea: Idea, who: PersonId) -> None:
    if who not in idea.authors:
        raise no.OnlyAuthorsDoThis


def _require_accountable(idea: Idea, who: PersonId, *, at_desk: bool) -> None:
    owed = idea.owed  # of a finished idea: what was owed last
    last = {owed.accountable, owed.named} if owed else set()
    if who not in last | idea.authors and not at_desk:
        raise no.OnlyTheAccountableDoThis
