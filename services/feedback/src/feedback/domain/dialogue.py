"""What is said around an answer: questions, views of others, recusal, rating, appeal.

A question stops the clock: what was left of the working time is promised anew, from when the author
answers, or from `until` on if the author says nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from msgspec import UNSET

from contracts.feedback import (
    AppealLodged,
    AuthorsChanged,
    DueMoved,
    FeedbackEvent,
    FeedbackRated,
    OpinionAsked,
    OpinionGiven,
    QuestionAnswered,
    QuestionAsked,
    ReviewerAssigned,
    ReviewerRecused,
    ReviewHandedUp,
)
from contracts.vocabulary import OpinionId, PersonId
from feedback.domain import refusals as no
from feedback.domain.authors import change_authors, changed
from feedback.domain.commands import (
    AnswerQuestion,
    AskOpinion,
    AskQuestion,
    Assignment,
    ChangeAuthors,
    DialogueCommand,
    GiveOpinion,
    HandUp,
    LodgeAppeal,
    MoveDue,
    RateFeedback,
    RecuseReviewer,
)
from feedback.domain.states import Completed, Open, Question, Review


def decide_dialogue(review: Review, command: DialogueCommand) -> list[FeedbackEvent]:
    match review, command:
        case _, ChangeAuthors():
            return change_authors(review, command)
        case Open(), RecuseReviewer():
            return _recused(review, command)
        case Open(), AskQuestion():
            return _asked(review, command)
        case Open(), AnswerQuestion():
            return _answered(review, command)
        case Open(), MoveDue():
            return _moved(review, command)
        case Open(), HandUp():
            return _handed_up(review, command)
        case Open(), AskOpinion() | GiveOpinion():
            return _opinion(review, command)
        case Completed(), RateFeedback():
            return _rated(review, command)
        case Completed(), LodgeAppeal():
            return _appealed(review, command)
        case Open(appeal=appeal), LodgeAppeal() if appeal == command.appeal:
            return []
        case _, MoveDue() | HandUp():
            return []  # It is answered, or nobody waits any more.
        case _, RateFeedback() | LodgeAppeal():
            raise no.ThereIsNoAnswerYet
        case _:
            raise no.NoReviewIsOpen


def _recused(review: Open, asked: RecuseReviewer) -> list[FeedbackEvent]:
    if asked.by in review.recused:
        return []
    if asked.by != review.reviewer:
        raise no.OnlyTheReviewerDoesThis
    told: list[FeedbackEvent] = [
        ReviewerRecused(
            at=asked.at, idea=review.idea, author=review.author, reviewer=asked.by, by=asked.by,
            reason=asked.reason or UNSET, accountable=asked.desk, due=asked.due,
            requested=review.requested,
        )
    ]  # fmt: skip
    if asked.assignment is not None and asked.assignment.reviewer != asked.by:
        told.append(named(review, asked.assignment, asked.at))
    return told


def named(
    review: Open, found: Assignment, at: datetime, by: PersonId | None = None
) -> ReviewerAssigned:
    return ReviewerAssigned(
        at=at, idea=review.idea, author=review.author, reviewer=found.reviewer, by=by,
        criteria=found.criteria, rubric=found.rubric, due=found.due, requested=review.requested,
    )  # fmt: skip


def _require_who_answers(review: Open, who: PersonId) -> None:
    """Let who was named ask, and who took the answer over."""
    if who not in {review.reviewer, review.accountable}:
        raise no.OnlyWhoAnswersAsks


def _asked(review: Open, asked: AskQuestion) -> list[FeedbackEvent]:
    _require_who_answers(review, asked.by)
    if review.question and review.question.id == asked.question:
        return []
    if review.question and asked.at < review.question.until:
        raise no.AQuestionIsOpen
    return [
        QuestionAsked(
            at=asked.at, idea=review.idea, author=review.author, question=asked.question,
            by=asked.by, asked_until=asked.until, words=asked.words,
            accountable=review.accountable, due=asked.due, requested=review.requested,
        )
    ]  # fmt: skip


def _answered(review: Open, told: AnswerQuestion) -> list[FeedbackEvent]:
    if told.by not in {review.author, *review.co_authors}:
        raise no.OnlyAuthorsDoThis
    if review.question is None or review.question.id != told.question:
        raise no.ThereIsNoSuchQuestion
    late = told.at >= review.question.until
    return [
        QuestionAnswered(
            at=told.at, idea=review.idea, author=review.author, question=told.question,
            by=told.by, words=told.words, accountable=review.accountable,
            due=review.due if late else told.due, requested=review.requested,
        )
    ]  # fmt: skip


def _moved(review: Open, asked: MoveDue) -> list[FeedbackEvent]:
    if (asked.accountable, asked.due) == (review.accountable, review.due):
        return []
    if asked.accountable != review.accountable or asked.at < review.since:
        return []  # It is about an earlier promise.
    return [
        DueMoved(
            at=asked.at, idea=review.idea, author=review.author, accountable=review.accountable,
            due=asked.due,
        )
    ]  # fmt: skip


def _handed_up(review: Open, told: HandUp) -> list[FeedbackEvent]:
    """Whoever was named may still answer: what counts is that somebody does."""
    if told.appeal != review.appeal or not _is_of_now(review, told):
        return []  # It is about an earlier promise, or somebody else has it meanwhile.
    if (told.accountable, told.due) == (review.accountable, review.due):
        return []
    return [
        ReviewHandedUp(
            at=told.at, idea=review.idea, author=review.author, previous=told.previous,
            accountable=told.accountable, due=told.due, cause=told.cause,
        )
    ]  # fmt: skip


def _is_of_now(review: Open, told: HandUp) -> bool:
    """Tell whether it is the promise that stands, and not an earlier one.

    What is passed on names who had it, and keeps its date (an outage may have moved that on there,
    and not here yet). Moments would not tell: who was named a moment ago may be gone already.
    """
    if told.cause == "broken":
        return told.at > review.named_at
    return told.previous == review.accountable and told.due >= review.due


def _opinion(review: Open, command: AskOpinion | GiveOpinion) -> list[FeedbackEvent]:
    if isinstance(command, AskOpinion):
        return _opinion_asked(review, command)
    asked = review.opinions.get(command.opinion)
    if asked is None:
        raise no.NoSuchOpinionIsAsked
    if command.by != asked:
        raise no.OnlyWhoWasAskedGivesIt
    if command.opinion in review.given:
        return []
    return [
        OpinionGiven(
            at=command.at, idea=review.idea, author=review.author, opinion=command.opinion,
            by=command.by, words=command.words,
        )
    ]  # fmt: skip


def _opinion_asked(review: Open, asked: AskOpinion) -> list[FeedbackEvent]:
    _require_who_answers(review, asked.by)
    if asked.asked in {asked.by, review.author, *review.co_authors}:
        raise no.SomebodyElseIsAsked
    if asked.opinion in review.opinions:
        return []
    return [
        OpinionAsked(
            at=asked.at, idea=review.idea, author=review.author, opinion=asked.opinion,
            by=asked.by, asked=asked.asked, due=asked.due, touches_team=asked.touches_team,
            words=asked.words,
        )
    ]  # fmt: skip


def _rated(review: Completed, told: RateFeedback) -> list[FeedbackEvent]:
    if told.by not in {review.author, *review.co_authors}:
        raise no.OnlyAuthorsDoThis
    if review.rated:
        raise no.TheAnswerIsRated
    return [
        FeedbackRated(
            at=told.at, idea=review.idea, author=review.author, by=told.by,
            reviewer=review.reviewer, useful=told.useful, respectful=told.respectful,
            words=told.words or UNSET,
        )
    ]  # fmt: skip


def _appealed(review: Completed, asked: LodgeAppeal) -> list[FeedbackEvent]:
    if asked.by not in {review.author, *review.co_authors}:
        raise no.OnlyAuthorsDoThis
    if review.outcome == "accepted":
        raise no.NobodyAppealsAYes
    if review.appealed:
        raise no.AnAppealIsLodgedOnce
    lodged = AppealLodged(
        at=asked.at, idea=review.idea, author=review.author, appeal=asked.appeal, by=asked.by,
        against=review.reviewer, words=asked.words, accountable=asked.desk, due=asked.due,
    )  # fmt: skip
    found = asked.assignment
    if found is None or found.reviewer in barred(review):
        return [lodged]
    opened = evolve_dialogue(review, lodged)
    return [lodged, named(opened, found, asked.at)] if isinstance(opened, Open) else [lodged]


def barred(review: Open | Completed) -> frozenset[PersonId]:
    """Return who may not judge the idea: its authors, who recused, whom an appeal is against."""
    against = {review.reviewer} if isinstance(review, Completed) else {review.against}
    return frozenset({review.author, *review.co_authors, *review.recused, *against} - {None})


def evolve_dialogue(review: Review, event: FeedbackEvent) -> Review:
    match review, event:
        case Open(), ReviewerRecused():
            recused = review.recused | {event.reviewer}
            who, due = event.accountable or review.accountable, event.due or review.due
            return replace(
                review, reviewer=None, recused=recused, accountable=who, due=due,
                owed_since=event.at,
            )  # fmt: skip
        case Open(), QuestionAsked():
            question = Question(event.question, event.asked_until)
            return replace(review, question=question, due=event.due or review.due)
        case Open(), QuestionAnswered():
            return replace(review, question=None, due=event.due or review.due)
        case Open() | Completed(), AuthorsChanged():
            return changed(review, event)
        case Open(), DueMoved():
            return replace(review, due=event.due or review.due)
        case Open(), ReviewHandedUp():
            who, due = event.accountable or review.accountable, event.due or review.due
            return replace(review, accountable=who, due=due, owed_since=event.at)
        case Open(), OpinionAsked():
            opinions: Mapping[OpinionId, PersonId] = {**review.opinions, event.opinion: event.asked}
            return replace(review, opinions=opinions)
        case Open(), OpinionGiven():
            return replace(review, given=review.given | {event.opinion})
        case Completed(), FeedbackRated():
            return replace(review, rated=True)
        case Completed(), AppealLodged():
            return _opened_again(review, event)
        case _:
            return review


def _opened_again(review: Completed, event: AppealLodged) -> Review:
    if event.accountable is None or event.due is None:
        return review
    return Open(
        review.idea, review.author, review.co_authors, event.accountable, event.due, event.at,
        review.rubric, recused=review.recused, appeal=event.appeal, against=event.against,
        appealed=True, outcome=review.outcome, way=review.way, requested=review.requested,
    )  # fmt: skip
