"""What the operator must tell feedback."""

from pydantic import Field

from chassis.settings import Settings


class FeedbackSettings(Settings):
    """The settings of feedback."""

    desk: str = Field(
        min_length=1,
        description="the person id of the innovation desk, accountable while nobody else is",
        examples=["p-desk"],
    )
    ideas_url: str = Field(
        pattern=r"^https?://[^/]",
        description="where ideas answers: it knows whose a confidential idea is",
        examples=["http://127.0.0.1:8101"],
    )
    decision_days: int = Field(
        default=20, ge=1, description="working days within which a reviewer answers"
    )
    follow_up_days: int = Field(
        default=20, ge=1, description="working days for what follows an answer, if it names no date"
    )
    question_days: int = Field(
        default=10, ge=1, description="working days for which a question stops the clock, at most"
    )
    appeal_days: int = Field(
        default=5, ge=1, description="working days within which another reviewer is named"
    )
    longest_promise_days: int = Field(
        default=90, ge=1, description="days ahead within which the step after an answer must lie"
    )
    longest_wake_days: int = Field(
        default=548, ge=1, description="days ahead until which an idea may be parked, at most"
    )
    long_absence_days: int = Field(
        default=42, ge=1,
        description="from how many days on nobody waits out an absence: others answer meanwhile",
    )  # fmt: skip
    pulse_rest_days: int = Field(
        default=28, ge=1, description="days from the opening of one pulse to that of the next"
    )
    opinion_days: int = Field(
        default=5, ge=1, description="working days within which a view of somebody else is due"
    )
