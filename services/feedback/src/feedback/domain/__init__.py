"""Who reviews an idea, and what makes an answer an answer. Pure: time and people come in."""

from feedback.domain.commands import (
    Assignment,
    AssignReviewer,
    CloseReview,
    CompleteReview,
    RecordPastAssignment,
    RequestReview,
    ReviewCommand,
)
from feedback.domain.review import decide, decider, evolve
from feedback.domain.states import Closed, Completed, Open, Review

__all__ = [
    "AssignReviewer", "Assignment", "CloseReview", "Closed", "CompleteReview", "Completed", "Open",
    "RecordPastAssignment", "RequestReview", "Review", "ReviewCommand", "decide", "decider",
    "evolve",
]  # fmt: skip
