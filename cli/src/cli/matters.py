"""What opens and ends each matter that somebody is owed a word about, and where its id stands."""

from typing import get_args

from contracts.challenges import ChallengeClosed, ChallengeLaunched
from contracts.feedback import (
    AppealDecided,
    AppealLodged,
    DueMoved,
    QuestionAnswered,
    QuestionAsked,
    ReviewClosed,
    ReviewerAssigned,
    ReviewerRecused,
)
from contracts.handed_up import ChallengeHandedUp
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaEvent,
    IdeaMerged,
    IdeaParked,
    IdeaRealised,
    IdeaReopened,
    IdeaRevived,
    IdeaSubmitted,
    IdeaTakenUnderReview,
    IdeaWithdrawn,
    PilotStarted,
)
from contracts.room import (
    BarrierDeclined,
    BarrierEvent,
    BarrierRaised,
    BarrierRemoved,
    ExperimentEvent,
    ExperimentReported,
    ExperimentStarted,
    TimeAsked,
    TimeEvent,
    TimeGranted,
    TimeRefused,
)
from contracts.tools import HelpAnswered, HelpAsked, HelpEvent
from contracts.vocabulary import Event, Matter

ENDS = (
    IdeaDeclined, IdeaWithdrawn, IdeaMerged, IdeaRealised, BarrierRemoved, BarrierDeclined,
    TimeGranted, TimeRefused, HelpAnswered, AppealDecided, ReviewClosed, ChallengeClosed,
    ExperimentReported,
)  # fmt: skip
OPENS = (
    IdeaSubmitted, IdeaTakenUnderReview, IdeaAccepted, IdeaParked, IdeaRevived, IdeaReopened,
    PilotStarted, BarrierRaised, TimeAsked, HelpAsked, AppealLodged, ChallengeLaunched,
    ExperimentStarted,
)  # fmt: skip
# Where the events of each kind of matter have its id.
IDS: dict[type[Event], tuple[Matter, str]] = {
    **dict.fromkeys(get_args(IdeaEvent), ("idea", "idea")),
    **dict.fromkeys(get_args(BarrierEvent), ("barrier", "barrier")),
    **dict.fromkeys(get_args(TimeEvent), ("time", "request")),
    **dict.fromkeys(get_args(HelpEvent), ("help", "help")),
    **dict.fromkeys((AppealLodged, AppealDecided), ("appeal", "appeal")),
    **dict.fromkeys(
        (ChallengeLaunched, ChallengeHandedUp, ChallengeClosed), ("challenge", "challenge")
    ),
    **dict.fromkeys(get_args(ExperimentEvent), ("experiment", "experiment")),
}
# What moves the promise of an appeal that is open: the steps of the review beside it.
MOVES_AN_APPEAL = (
    ReviewerAssigned, ReviewerRecused, QuestionAsked, QuestionAnswered, DueMoved, ReviewClosed,
)  # fmt: skip
