"""Words for stories about reviews: given what was done, when this is asked, then that is so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.vocabulary import AppealId, IdeaId, PersonId
from feedback.domain import (
    Assignment,
    AssignReviewer,
    CloseReview,
    CompleteReview,
    RecordPastAssignment,
    RequestReview,
    Review,
    ReviewCommand,
    decide,
    evolve,
)
from feedback.domain.rubric import RUBRIC

IDEA = IdeaId(UUID(int=1))
ANNA, BEA, RIK, SAM, DESK, TESS = map(PersonId, ("anna", "bea", "rik", "sam", "desk", "tess"))
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    return MONDAY + timedelta(days=number)


def naming(who: PersonId) -> Assignment:
    return Assignment(who, RUBRIC.names, RUBRIC.version, day(28))


REQUEST = RequestReview(
    idea=IDEA, author=ANNA, co_authors=(BEA,), at=day(0), accountable=DESK, due=day(5),
    department="sales",
)  # fmt: skip
ROUTED = AssignReviewer(naming(RIK), day(1))
NAMED = AssignReviewer(naming(SAM), day(1), DESK, at_desk=True)
CLOSE = CloseReview(day(2))
YES = CompleteReview(
    by=RIK, at=day(3), outcome="accepted", criteria=RUBRIC.names, rubric=RUBRIC.version,
    marks=dict.fromkeys(RUBRIC.names, "met"),
    sentences={name: f" We asked the team about {name}. " for name in RUBRIC.names},
    reason=" It saves an hour a day. ", next_step=" Rik starts a pilot in May. ", accountable=RIK,
    due=day(31),
)  # fmt: skip
PAST = RecordPastAssignment(idea=IDEA, author=ANNA, reviewer=TESS, at=day(-400), told_at=day(0))
WAITS = (REQUEST, ROUTED)
NO = replace(YES, outcome="declined", accountable=None, due=None)
DECLINED = (*WAITS, NO)
APPEAL = AppealId(UUID(int=14))


def after(*commands: ReviewCommand) -> Review:
    """Return the review after all of this was done to it."""
    review: Review = None
    for command in commands:
        for event in decide(review, command):
            review = evolve(review, event)
    return review
