"""A review as it is shown: its words to those whom they concern, the rest to everybody."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.decider import NotFound
from chassis.http import Caller
from chassis.store import Recorded
from contracts.feedback import (
    AppealLodged,
    AuthorsChanged,
    FeedbackRated,
    Mark,
    OpinionAsked,
    OpinionGiven,
    Outcome,
    QuestionAnswered,
    QuestionAsked,
    ReviewCompleted,
    ReviewerAssigned,
    ReviewHandedUp,
    ReviewRequested,
)
from contracts.vocabulary import PersonId
from feedback.projections import directory

READERS = "for the author, the reviewer, the accountable person, that person's lead and the desk"


class Shown(BaseModel):
    """A review: what is known of it, and the answer's words where they are for the reader."""

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
    words: str
    """`shown`, or for whom they are"""


class Told:
    """What the events of a review say of it now."""

    def __init__(self, history: list[Recorded]) -> None:
        self.requested: ReviewRequested | None = _last(history, ReviewRequested)
        # Who was named for an earlier answer does not give this one.
        asked_in = max((e.version for e in history if e.data is self.requested), default=0)
        since = [e for e in history if e.version > asked_in]
        authored: AuthorsChanged | ReviewRequested | None = (
            _last(since, AuthorsChanged) or self.requested
        )
        self.co_authors = authored.co_authors if authored else ()
        self.assigned: ReviewerAssigned | None = _last(
            [e for e in history if e.version > asked_in], ReviewerAssigned
        ) or (None if self.requested else _last(history, ReviewerAssigned))
        owed = [e for e in since if isinstance(e.data, ReviewerAssigned | ReviewHandedUp)]
        self.handed_up: ReviewHandedUp | None = _last(owed[-1:], ReviewHandedUp)
        self.answer: ReviewCompleted | None = _last(history, ReviewCompleted)
        answered_in = max((e.version for e in history if e.data is self.answer), default=0)
        self.waits = asked_in > answered_in
        # What was said of an earlier answer was not said of this one.
        self.rating: FeedbackRated | None = _last(
            [e for e in history if e.version > answered_in], FeedbackRated
        )
        self.appeal: AppealLodged | None = _last(history, AppealLodged)
        if self.requested is None and self.assigned is None:
            raise NotFound

    @property
    def asked(self) -> ReviewRequested | ReviewerAssigned:
        asked = self.requested or self.assigned
        if asked is None:
            raise AssertionError("a review that nothing is told of")
        return asked

    @property
    def accountable(self) -> PersonId | None:
        """Return who owes the next word: by the answer, or while there is none."""
        if self.answer is not None and not self.waits:
            return self.answer.accountable
        if self.handed_up is not None:
            return self.handed_up.accountable
        if self.assigned is not None:
            return self.assigned.reviewer
        return self.requested.accountable if self.requested else None

    @property
    def concerned(self) -> frozenset[PersonId]:
        """Return whom the words are to, from, or in the hands of."""
        found = {self.asked.author, *self.co_authors}
        if self.answer is not None:
            found |= {self.answer.reviewer, self.answer.accountable or self.answer.reviewer}
        if self.waits and self.assigned is not None:
            found |= {self.assigned.reviewer}  # who may still answer, whoever took over
        return frozenset(found | ({self.accountable} if self.accountable else set()))


async def may_read(
    connection: AsyncConnection, told: Told, who: Caller, recipient: str | None, desk: PersonId
) -> bool:
    """Tell whether the words are for this caller, or for whom a service asks on behalf of."""
    if "service" in who.roles:
        # What a service may pass on is what the person may see to whom it writes.
        if recipient is None:
            return False
        reader = PersonId(recipient)
        at_desk = reader == desk or "desk" in await directory.find_roles(connection, reader)
    else:
        reader, at_desk = PersonId(who.subject), "desk" in who.roles
    if at_desk or reader in told.concerned:
        return True
    owes = told.accountable
    return owes is not None and reader == await directory.find_lead(connection, owes)


def shown(told: Told, *, reads: bool) -> Shown:
    """Show a review, with its words if they are for the reader."""
    requested, assigned, answer = told.requested, told.assigned, told.answer
    promised = told.handed_up or assigned
    asked = Shown(
        idea=told.asked.idea,
        author=told.asked.author,
        reviewer=assigned.reviewer if assigned else None,
        due=(promised.due if promised else None) or (requested.due if requested else None),
        criteria=list(assigned.criteria) if assigned else [],
        requested_at=requested.at if requested else None,
        rated_at=told.rating.at if told.rating and reads else None,
        appealed_at=told.appeal.at if told.appeal and reads else None,
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


def _last(history: list[Recorded], kind: type[Any]) -> Any:
    live = [e.data for e in history if isinstance(e.data, kind)]
    return live[-1] if live else None


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
