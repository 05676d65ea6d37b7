"""What is told of a review that no loop tells of: who reviews, what is asked, whose view is in."""

from collections.abc import Sequence
from datetime import datetime

from contracts.feedback import OpinionAsked, OpinionGiven, QuestionAsked, ReviewerAssigned
from contracts.vocabulary import IdeaId, PersonId
from notifications.domain.notices import Facts, Notice
from notifications.domain.subjects import of_idea


def about_assignment(event: ReviewerAssigned, cause: str) -> Notice:
    """Return what to tell a reviewer who was named."""
    facts = Facts(event.reviewer, event.due)
    return Notice("review_assigned", event.reviewer, of_idea(event.idea), cause, event.at, facts)


def about_question(event: QuestionAsked, cause: str, authors: Sequence[PersonId]) -> list[Notice]:
    """Return what to tell the authors when their reviewer asks them something."""
    facts = Facts(event.by, event.due)
    return [
        Notice("question_asked", person, of_idea(event.idea), cause, event.at, facts)
        for person in dict.fromkeys(authors)
    ]


def about_view_asked(event: OpinionAsked, cause: str) -> Notice:
    """Return what to tell whoever is asked for a view: by whom, and until when it helps."""
    facts = Facts(due=event.due, previous=event.by)
    return Notice("view_asked", event.asked, of_idea(event.idea), cause, event.at, facts)


def about_view_given(event: OpinionGiven, cause: str, accountable: PersonId) -> Notice:
    """Return what to tell who answers for the idea now: the view that was asked for is there."""
    facts = Facts(previous=event.by)
    return Notice("view_given", accountable, of_idea(event.idea), cause, event.at, facts)


def about_unheard(
    idea: IdeaId, promised: tuple[PersonId, datetime, datetime], desk: PersonId, at: datetime
) -> Notice:
    """Return what to tell the desk of an idea that is in no queue: who owes it, and until when.

    `promised`: by whom, until when, and since when the idea waits.
    """
    person, due, since = promised
    cause = f"{idea}|{since.isoformat()}"
    return Notice("unheard", desk, of_idea(idea), cause, at, Facts(person, due))
