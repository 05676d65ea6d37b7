"""What other systems tell: usage of tools, the workforce in numbers, and the directory of people."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from contracts.vocabulary import Event, Language, PersonId

USAGE_TOPIC = "kiem.usage.events"
WORKFORCE_TOPIC = "kiem.workforce.events"
PEOPLE_TOPIC = "kiem.people.events"

Count = Annotated[int, Meta(ge=0)]
Quantity = Annotated[float, Meta(ge=0)]
Word = Annotated[str, Meta(min_length=1, max_length=200)]


class ToolUsageRecorded(Event, frozen=True, kw_only=True):
    """A person used a feature of a tool. `person` is the directory's pseudonym."""

    person: PersonId
    tool: Word
    feature: Word
    advanced: bool = False
    department: str | None = None


class WorkforceReported(Event, frozen=True, kw_only=True):
    """One department in one month, as sums: nobody's absence is known, only everybody's."""

    department: Word
    month: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    persons: Count
    sick_days: Quantity
    available_days: Quantity
    leavers: Count = 0
    leavers_voluntary: Count = 0
    leavers_first_year: Count = 0


class PersonListed(Event, frozen=True, kw_only=True):
    """Who works where, as the directory has it now; no name, no address."""

    person: PersonId
    department: str | None = None
    lead: PersonId | None = None
    deputy: PersonId | None = None
    roles: tuple[str, ...] = ()
    language: Language = "nl"
    calendar: str | None = None
    attributes: dict[str, str] = {}


class PersonLeft(Event, frozen=True, kw_only=True):
    """A person does not work here any more."""

    person: PersonId


class AbsencePlanned(Event, frozen=True, kw_only=True):
    """A person will be away from the first day up to and including the last."""

    person: PersonId
    first: date
    last: date


class PersonErased(Event, frozen=True, kw_only=True):
    """A person's words and keys must go; what was counted stays."""

    person: PersonId


UsageEvent = ToolUsageRecorded
WorkforceEvent = WorkforceReported
PeopleEvent = PersonListed | PersonLeft | AbsencePlanned | PersonErased
