"""What a person, a moment and a sentence may look like at the doors of feedback."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from chassis.calendar import Calendar
from chassis.commands import Commands
from contracts.feedback import FeedbackEvent
from feedback.domain import Review, ReviewCommand

# What the database can't hold in plain text, or as a moment, is refused at the door.
PLAIN = r"^[^\x00]*$"


def _an_id(person: str) -> str:
    if "@" in person or len(person.split()) != 1 or person != person.strip():
        raise ValueError(
            "an id of the directory is one word without @; names and addresses are never published"
        )
    return person


Person = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN), AfterValidator(_an_id)]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1800, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))
]
Sentence = Annotated[str, Field(max_length=2_000)]
Reviews = Commands[Review, ReviewCommand, FeedbackEvent]


def working_days_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Return how many working days lie after a moment's day, up to and including another's."""
    day, last = calendar.local_date(start), calendar.local_date(end)
    days = 0
    while day < last:
        day += timedelta(days=1)
        days += calendar.is_working_day(day)
    return days
