"""Past steps: a history that was kept elsewhere may skip steps and go backwards, and counts.

A step is decided on the state at its own moment, so that what is understood only later, with a
better mapping, still finds its place. A step back is IdeaReopened; by itself it is no judgement
and no start of a pilot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from msgspec import UNSET, structs

from chassis.decider import Rejected
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotConcluded,
    PilotMeasured,
    PilotStarted,
)
from contracts.vocabulary import FINISHED, PersonId, Promised, State
from ideas.domain import refusals as no
from ideas.domain.commands import RecordPastStep
from ideas.domain.state import Idea, evolve

_NAMES: dict[str, State] = {
    "under_review": "under_review", "accepted": "accepted", "declined": "declined",
    "parked": "parked", "withdrawn": "withdrawn", "pilot_started": "in_pilot",
    "realised": "realised",
}  # fmt: skip
_EARLIER: dict[State, frozenset[State]] = {
    "realised": frozenset({"submitted", "under_review", "accepted", "in_pilot"}),
    "stopped": frozenset({"submitted", "under_review", "accepted", "in_pilot"}),
    "in_pilot": frozenset({"submitted", "under_review", "accepted"}),
    "accepted": frozenset({"submitted", "under_review"}),
}
_BEGIN = (IdeaSubmitted, IdeaTakenUnderReview, IdeaReopened)
_OUT: frozenset[State] = frozenset({"declined", "withdrawn"})

Verdict = Literal["recorded", "repeated", "refused"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one step; `reason` says why it was refused."""

    verdict: Verdict
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """The events of a history, to be appended together, and what became of each step."""

    events: tuple[IdeaEvent, ...]
    results: tuple[Result, ...]
    idea: Idea | None


def import_history(
    idea: Idea | None, steps: Sequence[RecordPastStep], promise: "Promise"
) -> Imported:
    """Decide a whole history in the order of its moments, those of one moment as they were told.

    If the idea is still open, its last event makes a promise; and so does the one by which it waits
    for an answer, where something was measured after that.
    """
    events: list[IdeaEvent] = []
    results: dict[int, Result] = {}
    before = idea
    for n in sorted(range(len(steps)), key=lambda n: steps[n].at):
        try:
            decided = record_past(idea, steps[n])
        except Rejected as refusal:
            results[n] = Result("refused", str(refusal))
            continue
        results[n] = Result("recorded" if decided else "repeated")
        for event in decided:
            idea = evolve(idea, event)
        events += decided
    events = _promising(idea, events, promise)
    for event in events:
        before = evolve(before, event)
    return Imported(tuple(events), tuple(results[n] for n in range(len(steps))), before)


@dataclass(frozen=True, slots=True)
class Promise:
    """Who is accountable for an imported idea that is open, and until when, by its state.

    `accountable` is the author's lead, or who stands in for them; where they wrote the idea too,
    the `desk` is instead.
    `due` is for an idea that waits for its first answer, `later` for any other; a parked one is
    promised a word on the day that wakes it (`end_of` that day), if that is `after` the cut-over.
    """

    accountable: PersonId
    desk: PersonId
    due: datetime
    later: datetime
    after: datetime
    end_of: Callable[[date], datetime]

    def of(self, idea: Idea) -> tuple[PersonId, datetime]:
        """Return who owes an open idea the next word, and until when."""
        if idea.state != "parked":
            owner = self.desk if self.accountable in idea.authors else self.accountable
            return owner, self.due if idea.state == "submitted" else self.later
        wakes = None if idea.wake_on is None else self.end_of(idea.wake_on)
        return self.desk, wakes if wakes is not None and wakes > self.after else self.later


def _promising(idea: Idea | None, events: list[IdeaEvent], promise: Promise) -> list[IdeaEvent]:
    if idea is None or idea.finished:
        return events
    may_promise = [n for n, event in enumerate(events) if isinstance(event, Promised)]
    last = max(may_promise, key=lambda n: (events[n].at, n), default=None)
    if last is None or (idea.owed is not None and events[last].at < idea.owed.since):
        return events  # a later event of the idea stands, with its promise
    owner, due = promise.of(idea)
    for n in {last, _asks(idea, events, last)}:
        event = events[n]
        if isinstance(event, Promised):
            events[n] = structs.replace(event, accountable=owner, due=due)
    return events


def _asks(idea: Idea, events: list[IdeaEvent], last: int) -> int:
    """Return the event by which an idea waits for an answer: a review is asked for at that one."""
    if idea.state not in ("submitted", "under_review"):
        return last
    began = [n for n, event in enumerate(events) if isinstance(event, _BEGIN)]
    return max(began, key=lambda n: (events[n].at, n), default=last)


def record_past(idea: Idea | None, step: RecordPastStep) -> list[IdeaEvent]:
    """Decide one past step; an empty list says that it names the state the idea is in."""
    if step.at > step.told_at:
        raise no.TheFactIsStillToCome
    if step.kind == "submitted":
        return [_submitted(idea, step)]
    now = idea.state_at(step.at) if idea else None
    if idea is None or now is None:
        raise no.TheFactComesBeforeItsIdea
    if step.kind == "measured":
        return [_measured(idea, step)]
    if step.kind == "pilot_concluded":
        return _concluded(idea, step, now)
    if step.kind == "reopened":
        if step.to is None:
            raise no.AReopeningNamesAState
        return [] if step.to == now else [_reopened(idea, step, step.to)]
    return _named(idea, step, now, _NAMES[step.kind])


def _named(idea: Idea, step: RecordPastStep, now: State, named: State) -> list[IdeaEvent]:
    if named == now:
        new_day = step.wake_on not in {None, idea.wake_on}
        return [_step(idea, step, named)] if named == "parked" and new_day else []
    out = now in _OUT
    back = out or named in _EARLIER.get(now, frozenset())
    pilots_again = named == "in_pilot" and now in FINISHED
    judged_again = out and (named in {"accepted", "declined"} or step.wake_on is not None)
    events: list[IdeaEvent] = [_reopened(idea, step, named)] if back else []
    if not back or pilots_again or judged_again:
        events.append(_step(idea, step, named))
    return events


def _submitted(idea: Idea | None, step: RecordPastStep) -> IdeaSubmitted:
    if idea is not None:
        raise no.TheIdeaIsBornAlready
    author = step.author or step.by
    if author is None:
        raise no.NobodySubmittedIt
    return IdeaSubmitted(
        at=step.at, idea=step.idea, author=author, co_authors=step.co_authors,
        department=step.department, category=step.category, language=step.language,
        title=step.title or UNSET, body=step.body or UNSET, origin="imported",
    )  # fmt: skip


def _step(idea: Idea, step: RecordPastStep, named: State) -> IdeaEvent:
    at, which, author, origin = step.at, idea.idea, idea.author, "imported"
    by, reason = step.by, step.reason or UNSET
    about = {"at": at, "idea": which, "author": author, "origin": origin}
    match named:
        case "under_review":
            return IdeaTakenUnderReview(**about, reviewer=step.reviewer, reason=reason)  # type: ignore[arg-type]
        case "accepted":
            return IdeaAccepted(**about, by=by, reason=reason)  # type: ignore[arg-type]
        case "declined":
            return IdeaDeclined(**about, by=by, reason=reason)  # type: ignore[arg-type]
        case "parked":
            return IdeaParked(**about, by=by, reason=reason, wake_on=step.wake_on)  # type: ignore[arg-type]
        case "withdrawn":
            return IdeaWithdrawn(**about, by=by or author, reason=reason)  # type: ignore[arg-type]
        case "in_pilot":
            return PilotStarted(**about, by=by, pilot=step.pilot, remark=reason)  # type: ignore[arg-type]
        case "realised":
            return IdeaRealised(**about, by=by, remark=reason)  # type: ignore[arg-type]
        case "submitted" | "merged" | "stopped":
            raise AssertionError(named)  # no kind of step names these


def _reopened(idea: Idea, step: RecordPastStep, to: State) -> IdeaReopened:
    return IdeaReopened(
        at=step.at, idea=idea.idea, author=idea.author, by=step.by, to=to,
        reason=step.reason or UNSET, origin="imported",
    )  # fmt: skip


def _measured(idea: Idea, step: RecordPastStep) -> PilotMeasured:
    return PilotMeasured(
        at=step.at, idea=idea.idea, author=idea.author, pilot=idea.pilot, by=step.by,
        remark=step.reason or UNSET, origin="imported",
    )  # fmt: skip


def _concluded(idea: Idea, step: RecordPastStep, now: State) -> list[IdeaEvent]:
    """A pilot that ends after its idea did was going on again."""
    outcome = step.outcome or "scaled"
    if now == outcome == "stopped":
        return []
    again: list[IdeaEvent] = [_reopened(idea, step, "in_pilot")] if now in FINISHED else []
    end = PilotConcluded(
        at=step.at, idea=idea.idea, author=idea.author, pilot=idea.pilot or step.pilot, by=step.by,
        outcome=outcome, learning=step.reason or UNSET, origin="imported",
    )  # fmt: skip
    return [*again, end]
