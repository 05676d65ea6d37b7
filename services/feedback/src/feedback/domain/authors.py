"""Who has the idea, while it is reviewed and after: nobody judges what became their own."""

from dataclasses import replace

from contracts.feedback import AuthorsChanged, FeedbackEvent, ReviewerRecused
from feedback.domain.commands import ChangeAuthors
from feedback.domain.states import Completed, Open, Review


def change_authors(review: Review, told: ChangeAuthors) -> list[FeedbackEvent]:
    if not isinstance(review, Open | Completed):
        return []  # what nobody waits for asks its idea again when it does
    if set(told.co_authors) == set(review.co_authors):
        return []
    open_ = review if isinstance(review, Open) else None
    now = AuthorsChanged(
        at=told.at, idea=review.idea, author=review.author, co_authors=told.co_authors,
        accountable=open_.accountable if open_ else None, due=open_.due if open_ else None,
    )  # fmt: skip
    reviewer = open_.reviewer if open_ else None
    if reviewer is None or reviewer not in told.co_authors:
        return [now]
    aside = ReviewerRecused(
        at=told.at, idea=review.idea, author=review.author, reviewer=reviewer, by=reviewer,
        accountable=told.desk, due=told.due, requested=open_.requested if open_ else None,
    )  # fmt: skip
    return [now, aside]


def changed(review: Open | Completed, event: AuthorsChanged) -> Review:
    return replace(review, co_authors=event.co_authors)
