"""A review: requested, assigned, completed; each answer complete before it counts."""

from dataclasses import replace
from datetime import datetime

from chassis.decider import Decider
from contracts.feedback import (
    FeedbackEvent,
    ReviewClosed,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewRequested,
)
from contracts.vocabulary import IdeaId, PersonId
from feedback.domain.commands import (
    Assignment,
    AssignReviewer,
    CloseReview,
    CompleteReview,
    RecordPastAssignment,
    RequestReview,
    ReviewCommand,
)
from feedback.domain.refusals import (
    EveryCriterionNeedsAnOutcome,
    EveryOutcomeNeedsASentence,
    NobodyJudgesTheirOwnIdea,
    NobodyOwesTheNextWord,
    NoReviewIsOpen,
    OnlyTheReviewerAnswers,
    TheDateIsOver,
    TheFactIsStillToCome,
    TheNextStepIsMissing,
    TheReasonIsMissing,
    TheseAreNoCriteria,
)
from feedback.domain.states import Closed, Completed, Open, Review


def decide(review: Review, command: ReviewCommand) -> list[FeedbackEvent]:
    match review, command:
        case Open(), RequestReview():
            return []  # It waits already; being told twice changes nothing.
        case _, RequestReview():
            return _requested(command)
        case Open(), AssignReviewer():
            return _newly_assigned(review, command)
        case Open(), CompleteReview():
            return [_completed(review, command)]
        case Open(), CloseReview(at=at) if at >= review.since:
            return [ReviewClosed(at=command.at, idea=review.idea, author=review.author)]
        case _, RecordPastAssignment():
            return [_past(command)]
        case _, AssignReviewer(by=None):
            return []  # Answered or closed meanwhile: routing looks at a queue that follows later.
        case _, AssignReviewer() | CompleteReview():
            raise NoReviewIsOpen
        case _, CloseReview():
            return []  # Nothing waits, or what ended the waiting was before it.


def evolve(review: Review, event: FeedbackEvent) -> Review:
    match review, event:
        case _, ReviewRequested(idea=idea, author=author, co_authors=others):
            # Both are always there: the deciders above give them.
            who, due = event.accountable, event.due
            return Open(idea, author, others, who, due, event.at) if who and due else review
        case _, ReviewerAssigned(origin="imported"):
            return review  # a past naming changes nothing about who answers now
        case Open(), ReviewerAssigned(reviewer=reviewer, due=due):
            return replace(review, reviewer=reviewer, accountable=reviewer, due=due or review.due)
        case _, ReviewCompleted(idea=idea, author=author, reviewer=reviewer, outcome=outcome):
            return Completed(idea, author, reviewer, outcome)
        case _, ReviewClosed(idea=idea, author=author):
            return Closed(idea, author)
        case _, ReviewerAssigned():
            return review  # history is never refused


decider = Decider[Review, ReviewCommand, FeedbackEvent](None, decide, evolve)


def _requested(asked: RequestReview) -> list[FeedbackEvent]:
    requested: list[FeedbackEvent] = [
        ReviewRequested(
            at=asked.at, idea=asked.idea, author=asked.author, co_authors=asked.co_authors,
            department=asked.department, category=asked.category, origin=asked.origin,
            accountable=asked.accountable, due=asked.due,
        )
    ]  # fmt: skip
    found = asked.assignment
    if found and found.reviewer != asked.author and found.reviewer not in asked.co_authors:
        requested.append(_assigned(asked.idea, asked.author, found, asked.at, None))
    return requested


def _newly_assigned(review: Open, command: AssignReviewer) -> list[FeedbackEvent]:
    found = command.assignment
    if found.reviewer == review.author or found.reviewer in review.co_authors:
        raise NobodyJudgesTheirOwnIdea
    if found.reviewer == review.reviewer or (review.reviewer and command.by is None):
        return []  # Routing finds somebody where nobody is named; it replaces nobody.
    return [_assigned(review.idea, review.author, found, command.at, command.by)]


def _past(named: RecordPastAssignment) -> ReviewerAssigned:
    if named.at > named.told_at:
        raise TheFactIsStillToCome
    return ReviewerAssigned(
        at=named.at, idea=named.idea, author=named.author, reviewer=named.reviewer,
        origin="imported",
    )  # fmt: skip


def _assigned(
    idea: IdeaId, author: PersonId, found: Assignment, at: datetime, by: PersonId | None
) -> ReviewerAssigned:
    return ReviewerAssigned(
        at=at, idea=idea, author=author, reviewer=found.reviewer, by=by, criteria=found.criteria,
        rubric=found.rubric, due=found.due,
    )  # fmt: skip


def _completed(review: Open, answer: CompleteReview) -> ReviewCompleted:
    _require_the_right_person(review, answer)
    _require_a_whole_answer(answer)
    unfinished = answer.outcome != "declined"
    return ReviewCompleted(
        at=answer.at, idea=review.idea, author=review.author, reviewer=answer.by,
        outcome=answer.outcome, rubric=answer.rubric, marks=dict(answer.marks),
        sentences={name: text.strip() for name, text in answer.sentences.items()},
        reason=answer.reason.strip(), next_step=answer.next_step.strip(), wake_on=answer.wake_on,
        accountable=answer.accountable if unfinished else None,
        due=answer.due if unfinished else None,
    )  # fmt: skip


def _require_the_right_person(review: Open, answer: CompleteReview) -> None:
    if answer.by == review.author or answer.by in review.co_authors:
        raise NobodyJudgesTheirOwnIdea
    if answer.by not in {review.reviewer, review.accountable} and not answer.at_desk:
        raise OnlyTheReviewerAnswers


def _require_a_whole_answer(answer: CompleteReview) -> None:
    known = set(answer.criteria)
    if strange := (set(answer.marks) | set(answer.sentences)) - known:
        raise TheseAreNoCriteria(strange, known)
    if missing := known - set(answer.marks):
        raise EveryCriterionNeedsAnOutcome(missing)
    if silent := {name for name in known if not answer.sentences.get(name, "").strip()}:
        raise EveryOutcomeNeedsASentence(silent)
    if not answer.reason.strip():
        raise TheReasonIsMissing
    if not answer.next_step.strip():
        raise TheNextStepIsMissing
    if answer.outcome != "declined":
        _require_a_promise(answer)


def _require_a_promise(answer: CompleteReview) -> None:
    if answer.accountable is None or answer.due is None:
        raise NobodyOwesTheNextWord
    if answer.due <= answer.at:
        raise TheDateIsOver
