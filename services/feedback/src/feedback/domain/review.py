"""A review: requested, assigned, completed; each answer complete before it counts."""

from dataclasses import replace
from datetime import datetime

from chassis.decider import Decider
from contracts.feedback import (
    AppealDecided,
    FeedbackEvent,
    ReviewClosed,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewRequested,
)
from feedback.domain import refusals as no
from feedback.domain.answering import require_a_whole_answer
from feedback.domain.commands import (
    AssignReviewer,
    CloseReview,
    CompleteReview,
    RecordPastAssignment,
    RequestReview,
    ReviewCommand,
    StandIn,
)
from feedback.domain.dialogue import (
    barred,
    decide_dialogue,
    evolve_dialogue,
    named,
)
from feedback.domain.states import Closed, Completed, Open, Review


def decide(review: Review, command: ReviewCommand) -> list[FeedbackEvent]:
    match review, command:
        case Open(), RequestReview() if _is_another(review, command):
            return [_closed(review, command.at), *_requested(command)]
        case Open(), RequestReview():
            return []  # It waits already; being told twice changes nothing.
        case Completed(appealed=True), RequestReview(origin="live", anew=False):
            return []  # The appeal opened the idea, and is answered meanwhile.
        case _, RequestReview():
            return _requested(command)
        case Open(), AssignReviewer():
            return _newly_assigned(review, command)
        case Open(), StandIn():
            return _stood_in(review, command)
        case Open(), CompleteReview():
            return _completed(review, command)
        case Open(), CloseReview(at=at) if at >= review.since:
            return [_closed(review, at)]
        case _, RecordPastAssignment():
            return [_past(command)]
        case _, AssignReviewer(by=None) | StandIn():
            return []  # Answered or closed meanwhile: routing looks at a queue that follows later.
        case _, AssignReviewer() | CompleteReview():
            raise no.NoReviewIsOpen
        case _, CloseReview():
            return []  # Nothing waits, or what ended the waiting was before it.
        case _, _:
            return decide_dialogue(review, command)


def evolve(review: Review, event: FeedbackEvent) -> Review:
    match review, event:
        case _, ReviewRequested(idea=idea, author=author, co_authors=others):
            # Both are always there: the deciders above give them.
            who, due = event.accountable, event.due
            appealed = review is not None and review.appealed
            opened = who and due and Open(idea, author, others, who, due, event.at, event.rubric)
            if not opened:
                return review
            return replace(opened, appealed=appealed, way=event.way, requested=event.at)
        case _, ReviewerAssigned(origin="imported"):
            return review  # a past naming changes nothing about who answers now
        case Open(), ReviewerAssigned(reviewer=reviewer, due=due):
            due = due or review.due
            return replace(
                review, reviewer=reviewer, accountable=reviewer, due=due, owed_since=event.at
            )
        case Open(), ReviewCompleted():
            return Completed(
                review.idea, review.author, event.reviewer, event.outcome, review.co_authors,
                review.rubric, review.recused, appealed=review.appealed, way=review.way,
                requested=review.requested,
            )  # fmt: skip
        case _, ReviewCompleted(idea=idea, author=author, reviewer=reviewer, outcome=outcome):
            return Completed(idea, author, reviewer, outcome)
        case _, ReviewClosed(idea=idea, author=author):
            return Closed(idea, author, review is not None and review.appealed)
        case _:
            return evolve_dialogue(review, event)  # history is never refused


decider = Decider[Review, ReviewCommand, FeedbackEvent](None, decide, evolve)


def _requested(asked: RequestReview) -> list[FeedbackEvent]:
    requested: list[FeedbackEvent] = [
        ReviewRequested(
            at=asked.at, idea=asked.idea, author=asked.author, co_authors=asked.co_authors,
            department=asked.department, category=asked.category, challenge=asked.challenge,
            rubric=asked.rubric, way=asked.way, origin=asked.origin,
            accountable=asked.accountable, due=asked.due,
        )
    ]  # fmt: skip
    found = asked.assignment
    if found and found.reviewer != asked.author and found.reviewer not in asked.co_authors:
        opened = Open(
            asked.idea, asked.author, asked.co_authors, asked.accountable, asked.due, asked.at,
            requested=asked.at,
        )  # fmt: skip
        requested.append(named(opened, found, asked.at))
    return requested


def _is_another(review: Open, asked: RequestReview) -> bool:
    return asked.anew and (review.requested is None or asked.at > review.requested)


def _closed(review: Open, at: datetime) -> ReviewClosed:
    return ReviewClosed(at=at, idea=review.idea, author=review.author)


def _newly_assigned(review: Open, command: AssignReviewer) -> list[FeedbackEvent]:
    found = command.assignment
    if review.reviewer is not None:
        # Whoever takes it from somebody keeps what the author was promised.
        found = replace(found, due=review.due)
    if found.reviewer in {review.author, *review.co_authors}:
        raise no.NobodyJudgesTheirOwnIdea
    if found.reviewer in barred(review):
        raise no.SomebodyElseLooks
    if command.by not in {None, review.reviewer, review.accountable} and not command.at_desk:
        raise no.OnlyTheReviewerDoesThis
    if found.reviewer == review.reviewer or (review.reviewer and command.by is None):
        return []  # Routing finds somebody where nobody is named; it replaces nobody.
    return [named(review, found, command.at, command.by)]


def _stood_in(review: Open, command: StandIn) -> list[FeedbackEvent]:
    holds = command.absent == review.reviewer == review.accountable
    if not holds or command.deputy.reviewer in barred(review) | {review.reviewer}:
        return []  # somebody else has it meanwhile, or the deputy stands too near
    found = replace(command.deputy, due=review.due)
    return [named(review, found, command.at)]


def _past(named: RecordPastAssignment) -> ReviewerAssigned:
    if named.at > named.told_at:
        raise no.TheFactIsStillToCome
    return ReviewerAssigned(
        at=named.at, idea=named.idea, author=named.author, reviewer=named.reviewer,
        origin="imported",
    )  # fmt: skip


def _completed(review: Open, answer: CompleteReview) -> list[FeedbackEvent]:
    _require_the_right_person(review, answer)
    require_a_whole_answer(answer)
    if review.way == "sealed" and not answer.apart:
        raise no.SayThatYouStandApart
    unfinished = answer.outcome != "declined"
    completed = ReviewCompleted(
        at=answer.at, idea=review.idea, author=review.author, reviewer=answer.by,
        outcome=answer.outcome, rubric=answer.rubric, marks=dict(answer.marks),
        sentences={name: text.strip() for name, text in answer.sentences.items()},
        reason=answer.reason.strip(), next_step=answer.next_step.strip(), wake_on=answer.wake_on,
        appeal=review.appeal, together_with=answer.together_with, requested=review.requested,
        apart=answer.apart and review.way == "sealed",
        accountable=answer.accountable if unfinished else None,
        due=answer.due if unfinished else None,
    )  # fmt: skip
    if review.appeal is None:
        return [completed]
    decided = AppealDecided(
        at=answer.at, idea=review.idea, author=review.author, appeal=review.appeal,
        reviewer=answer.by, granted=answer.outcome != review.outcome,
    )  # fmt: skip
    return [completed, decided]


def _require_the_right_person(review: Open, answer: CompleteReview) -> None:
    if answer.by in {review.author, *review.co_authors}:
        raise no.NobodyJudgesTheirOwnIdea
    if answer.by in barred(review):
        raise no.SomebodyElseLooks
    if answer.by not in {review.reviewer, review.accountable} and not answer.at_desk:
        raise no.OnlyTheReviewerAnswers
