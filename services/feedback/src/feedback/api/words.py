"""What a person, a moment and a sentence may look like at the doors of feedback."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

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
