"""A review as it is shown: its words to those whom they concern, the rest to everybody."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType
from pydantic import BaseModel

from chassis.store import Recorded
from contracts.feedback import (
    Mark,
    OpinionAsked,
    OpinionGiven,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ReviewCompleted,
    Stars,
)
from contracts.vocabulary import PersonId
from feedback.api.told import Reader, Told

READERS = "for the author, the reviewer, the accountable person, that person's lead and the desk"


class AppealShown(BaseModel):
    """What the author says was missed in the answer of `against`; null where they are erased.

    `granted` once it is decided: the answer is another one now.
    """

    by: str
    at: datetime
    against: str
    words: str | None
    decided_at: datetime | None = None
    granted: bool | None = None


class RatingShown(BaseModel):
    """What the author says of the answer that is shown, from 1 to 5; null where they are erased."""

    by: str
    at: datetime
    useful: Stars
    respectful: Stars
    words: str | None


class RecusalShown(BaseModel):
    """Who stood aside, and why; null where they gave no reason, or are erased."""

    by: str
    at: datetime
    reason: str | None


class Shown(BaseModel):
    """A review: what is known of it, and the answer's words where they are for the reader.

    `appeal` is for the authors, who decides it, whose answer it is against, and the desk; `rating`
    for the authors, who is rated, and the desk; `recusals` for the desk.
    """

    idea: UUID
    author: str
    reviewer: str | None
    due: datetime | None
    criteria: list[str]
    requested_at: datetime | None
    outcome: Outcome | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    marks: dict[str, Mark] = {}
    wake_on: date | None = None
    sentences: dict[str, str] | None = None
    reason: str | None = None
    next_step: str | None = None
    rated_at: datetime | None = None
    appealed_at: datetime | None = None
    appeal: AppealShown | None = None
    rating: RatingShown | None = None
    recusals: list[RecusalShown] | None = None
    words: str
    """`shown`, or for whom they are"""


def writers(told: Told) -> frozenset[PersonId]:
    """Return whose words stand beside the answer: what the erased said is left out."""
    said = [told.appeal, told.rating, *told.recusals]
    return frozenset(each.by for each in said if each is not None)


def shown(told: Told, reader: Reader, *, reads: bool, erased: frozenset[PersonId]) -> Shown:
    """Show a review, with those of its words that are for the reader."""
    requested, assigned, answer = told.requested, told.assigned, told.answer
    now = told.named if told.waits else assigned
    asked = Shown(
        idea=told.asked.idea,
        author=told.asked.author,
        reviewer=now.reviewer if now else None,
        due=told.owing.due or (requested.due if requested else None),
        criteria=list(assigned.criteria) if assigned else [],
        requested_at=requested.at if requested else None,
        rated_at=told.rating.at if told.rating and reads else None,
        appealed_at=told.appeal.at if told.appeal and reads else None,
        appeal=_appeal(told, erased) if told.shows_appeal(reader) else None,
        rating=_rating(told, erased) if told.shows_rating(reader) else None,
        recusals=_recusals(told, erased) if told.shows_recusals(reader) else None,
        words="shown" if reads else READERS,
    )
    if answer is None:
        return asked
    return asked.model_copy(
        update={
            "outcome": answer.outcome,
            "answered_at": answer.at,
            "answered_by": answer.reviewer,
            "marks": dict(answer.marks),
            "wake_on": answer.wake_on,
            **{name: _words(answer, name, reads) for name in ("sentences", "reason", "next_step")},
        }
    )


def _appeal(told: Told, erased: frozenset[PersonId]) -> AppealShown | None:
    appeal, decided = told.appeal, told.decided
    if appeal is None:
        return None
    return AppealShown(
        by=appeal.by, at=appeal.at, against=appeal.against,
        words=_of(appeal.by, appeal.words, erased),
        decided_at=decided.at if decided else None,
        granted=decided.granted if decided else None,
    )  # fmt: skip


def _rating(told: Told, erased: frozenset[PersonId]) -> RatingShown | None:
    rating = told.rating
    if rating is None:
        return None
    return RatingShown(
        by=rating.by, at=rating.at, useful=rating.useful, respectful=rating.respectful,
        words=_of(rating.by, rating.words, erased),
    )  # fmt: skip


def _recusals(told: Told, erased: frozenset[PersonId]) -> list[RecusalShown]:
    return [
        RecusalShown(by=each.by, at=each.at, reason=_of(each.by, each.reason, erased))
        for each in told.recusals
    ]


def _of(writer: PersonId, words: str | UnsetType, erased: frozenset[PersonId]) -> str | None:
    """Return what somebody wrote; a co-author's words outlive the writer under the author's key."""
    return None if words is UNSET or writer in erased else str(words)


def _words(answer: ReviewCompleted, name: str, reads: bool) -> Any:
    words = getattr(answer, name)
    return words if reads and words is not UNSET else None


def questions(history: list[Recorded]) -> list[dict[str, Any]]:
    """Show what the author was asked and answered, the oldest first."""
    told = [recorded.data for recorded in history]
    answers = {each.question: each for each in told if isinstance(each, QuestionAnswered)}
    return [
        {
            "question": asked.question, "asked_by": asked.by, "asked_at": asked.at,
            "until": asked.asked_until, "words": _said(asked),
            "answered_at": answers[asked.question].at if asked.question in answers else None,
            "answer": _said(answers.get(asked.question)),
        }
        for asked in told
        if isinstance(asked, QuestionAsked)
    ]  # fmt: skip


def opinions(history: list[Recorded]) -> list[dict[str, Any]]:
    """Show whose views were asked and given, the oldest first."""
    told = [recorded.data for recorded in history]
    views = {each.opinion: each for each in told if isinstance(each, OpinionGiven)}
    return [
        {
            "opinion": asked.opinion, "by": asked.by, "asked": asked.asked, "asked_at": asked.at,
            "due": asked.due, "touches_team": asked.touches_team, "words": _said(asked),
            "given_at": views[asked.opinion].at if asked.opinion in views else None,
            "view": _said(views.get(asked.opinion)),
        }
        for asked in told
        if isinstance(asked, OpinionAsked)
    ]  # fmt: skip


def _said(
    told: QuestionAsked | QuestionAnswered | OpinionAsked | OpinionGiven | None,
) -> str | None:
    return None if told is None or told.words is UNSET else str(told.words)
