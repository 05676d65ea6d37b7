"""Who reviews an idea, and what makes an answer an answer. Pure: time and people come in."""

from feedback.domain.commands import (
    AnswerQuestion,
    AskOpinion,
    AskQuestion,
    Assignment,
    AssignReviewer,
    ChangeAuthors,
    CloseReview,
    CompleteReview,
    GiveOpinion,
    HandUp,
    LodgeAppeal,
    MoveDue,
    RateFeedback,
    RecordPastAssignment,
    RecuseReviewer,
    RequestReview,
    ReviewCommand,
    StandIn,
)
from feedback.domain.review import decide, decider, evolve
from feedback.domain.states import Closed, Completed, Open, Review

__all__ = [
    "AnswerQuestion", "AskOpinion", "AskQuestion", "AssignReviewer", "Assignment", "ChangeAuthors",
    "CloseReview",
    "Closed", "CompleteReview", "Completed", "GiveOpinion", "HandUp", "LodgeAppeal", "MoveDue",
    "Open",
    "RateFeedback", "RecordPastAssignment", "RecuseReviewer", "RequestReview", "Review",
    "ReviewCommand", "StandIn", "decide", "decider", "evolve",
]  # fmt: skip
