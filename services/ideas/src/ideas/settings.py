"""What the operator must tell ideas."""

from pydantic import Field

from chassis.settings import Settings


class IdeasSettings(Settings):
    """The settings of ideas."""

    desk: str | None = Field(
        default=None,
        description="the person id of the innovation desk; without one nothing can be submitted",
        examples=["p-desk"],
    )
    feedback_url: str = Field(
        pattern=r"^https?://[^/]",
        description="where feedback answers: it has the words of decisions",
        examples=["http://127.0.0.1:8102"],
    )
    answer_days: int = Field(
        default=5, ge=1, description="working days within which a submitted idea is taken up"
    )
    decision_days: int = Field(
        default=20, ge=1, description="working days for the next step of any other open idea"
    )
    barrier_days: int = Field(
        default=10, ge=1, description="working days within which a barrier is answered"
    )
    help_days: int = Field(
        default=2, ge=1, description="working days within which a question for help is answered"
    )
    longest_promise_days: int = Field(
        default=90, ge=1, description="days ahead to which a promise may be moved, at most"
    )
    longest_pilot_days: int = Field(
        default=366, ge=1, description="days ahead at which a pilot may end, at most"
    )
    longest_challenge_days: int = Field(
        default=366, ge=1, description="days ahead at which a challenge may end, at most"
    )
    longest_terms_days: int = Field(
        default=60, ge=1, description="working days that the desk's rules may promise, at most"
    )
    report_days: int = Field(
        default=10, ge=1,
        description="working days after the last day of a challenge within which its report is "
        "there",
    )  # fmt: skip
    learning_days: int = Field(
        default=5, ge=1,
        description="working days after the last day of an experiment within which its team tells "
        "what it learned",
    )  # fmt: skip
    pilot_people: int = Field(
        default=12, ge=1, description="how many people the small team of a pilot may have"
    )
    experiment_weeks: int = Field(
        default=6, ge=1, description="the longest that a light experiment may last"
    )
    experiment_people: int = Field(
        default=8, ge=1, description="how many people a light experiment may have"
    )
    innovation_share: float = Field(
        default=0.15, ge=0, le=1, description="the part of working time that is meant for ideas"
    )
    monthly_hours: float = Field(
        default=156, gt=0, description="the working hours of a person in a month"
    )
    drafts: int = Field(default=50, ge=1, description="how many drafts one person may have")
    photos: int = Field(default=8, ge=0, description="how many photos an idea may have")
    photo_bytes: int = Field(
        default=12_582_912, ge=1_024, description="the largest photo that is taken"
    )
    photo_megapixels: int = Field(
        default=100,
        ge=1,
        description="how many million pixels a JPEG may have that can be read small",
    )
    photo_side: int = Field(
        default=2_048, ge=64, description="the longest side of a photo as it is kept, in pixels"
    )
    sealed_per_hour: int = Field(
        default=60, ge=1, description="how many sealed ideas an hour takes, whoever tells them"
    )
    sealed_bits: int = Field(
        default=18, ge=0, le=40,
        description="how hard the puzzle before a sealed idea is: one more doubles the work",
    )  # fmt: skip
    code_tries: float = Field(
        default=20, gt=0, description="how many codes a second are looked up, whoever asks"
    )
    body_bytes: int = Field(
        default=1_048_576, ge=1_024, description="the largest request body: a piece of a history"
    )
